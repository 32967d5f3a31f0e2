import {
  analyseHost,
  conclude,
  headlineOf,
  oddnessOf,
  type Headline,
  type HostEvidence,
  type VerdictRun,
} from '@fleetscope/analysis';
import { coverageOf, type Coverage, type HostAnalysis, type Verdict } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { ThresholdsService } from './thresholds.service';

/** What the rules say of one run, and the values it is compared by. */
export interface Judged {
  readonly analysis: HostAnalysis;
  readonly headline: Headline;
}

/** A run as the verdict sees it. */
export interface JudgedRun extends VerdictRun {
  readonly headline: Headline | null;
}

/** Judgement: the rules over one host's observations, its peers, and the verdict over an investigation's hosts. */
@Injectable()
export class InsightService {
  constructor(private readonly thresholds: ThresholdsService) {}

  /** By the thresholds that hold for the host now; the analysis carries their version. */
  async judge(evidence: HostEvidence, hostClass: string): Promise<Judged> {
    const { version, overrides } = await this.thresholds.effective({ hostClass, host: evidence.host });
    const analysis = analyseHost(evidence, { thresholds: overrides, thresholdsVersion: version });
    return { analysis, headline: headlineOf(evidence) };
  }

  coverage(runs: readonly JudgedRun[]): Coverage {
    return coverageOf(runs);
  }

  /** Host → 0 (as its peers) to 1; hosts with too few peers are left out. */
  oddness(runs: readonly JudgedRun[]): Map<string, number> {
    const answered = runs.flatMap(({ host, hostClass, headline }) => (headline ? [{ host, hostClass, headline }] : []));
    return new Map(
      oddnessOf(answered).flatMap(({ host, oddness }) => (oddness === null ? [] : [[host, oddness] as const])),
    );
  }

  conclude(runs: readonly JudgedRun[]): Verdict {
    return conclude({ runs });
  }
}
