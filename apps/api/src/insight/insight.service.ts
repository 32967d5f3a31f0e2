import {
  againstBaseline,
  analyseHost,
  fingerprintOf,
  headlineOf,
  oddnessOf,
  type Headline,
  type History,
  type HostEvidence,
  type PeerHost,
  verdictOf,
  type Fingerprint,
  type VerdictRun,
} from '@fleetscope/analysis';
import {
  coverageOf,
  type Coverage,
  type HostAnalysis,
  type HostFacts,
  type Labels,
  type Verdict,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { type Tx } from '../platform';
import { CatalogueService } from '../runbooks';
import { BaselinesService } from './baselines.service';
import { ThresholdsService } from './thresholds.service';

/** What the rules say of one run, and the values it is compared by. */
export interface Judged {
  readonly analysis: HostAnalysis;
  readonly headline: Headline;
}

/** Whose run it is, and what is known of it besides its evidence. */
export interface JudgeFor {
  readonly hostClass: string;
  readonly labels: Labels;
  readonly runbook: string;
  /** What earlier runs of the host measured; absent when nobody looked. */
  readonly history?: readonly History[];
}

/** A run as the verdict sees it. */
export interface JudgedRun extends VerdictRun {
  readonly headline: Headline | null;
}

const headlines = (runs: readonly JudgedRun[]): PeerHost[] =>
  runs.flatMap(({ host, hostClass, headline }) => (headline ? [{ host, hostClass, headline }] : []));

/** A run of an investigation, as those who look back take it. */
export interface EndedRun extends JudgedRun {
  readonly runId: string;
  readonly facts: HostFacts | null;
  readonly at: Date | null;
}

/** Judgement: the rules over one host's observations, its peers, and the verdict over an investigation's hosts. */
@Injectable()
export class InsightService {
  constructor(
    private readonly thresholds: ThresholdsService,
    private readonly baselines: BaselinesService,
    private readonly catalogue: CatalogueService,
  ) {}

  /** By the thresholds that hold for the host now; the analysis carries their version. */
  async judge(evidence: HostEvidence, { hostClass, labels, runbook, history }: JudgeFor): Promise<Judged> {
    const { version, overrides } = await this.thresholds.effective({ hostClass, host: evidence.host });
    const analysis = analyseHost(evidence, {
      thresholds: overrides,
      thresholdsVersion: version,
      labels,
      checklist: this.catalogue.isChecklist(runbook),
      ...(history ? { history } : {}),
    });
    const headline = headlineOf(evidence);
    const standings = await this.baselines.standings(hostClass, runbook, headline);
    return { analysis: againstBaseline(analysis, standings), headline };
  }

  /** The version of the thresholds that a judgement now would carry. */
  async thresholdsVersion(): Promise<number> {
    return (await this.thresholds.current()).version;
  }

  coverage(runs: readonly JudgedRun[]): Coverage {
    return coverageOf(runs);
  }

  /** Host → 0 (as its peers) to 1; hosts with too few peers are left out. */
  oddness(runs: readonly JudgedRun[]): Map<string, number> {
    return new Map(
      oddnessOf(headlines(runs)).flatMap(({ host, oddness }) => (oddness === null ? [] : [[host, oddness] as const])),
    );
  }

  fingerprint(runs: readonly JudgedRun[]): Fingerprint {
    return fingerprintOf(runs);
  }

  /** Joins the transaction that ends the investigation, or that judges it again. */
  async keepFingerprint(
    tx: Tx,
    of: { id: string; runbook: string; at: Date },
    fingerprint: Fingerprint,
  ): Promise<void> {
    const features = { ...fingerprint };
    const { id: investigationId, runbook, at } = of;
    await tx.fingerprint.upsert({
      where: { investigationId },
      create: { investigationId, runbook, at, features },
      update: { features },
    });
  }

  conclude(runs: readonly JudgedRun[]): Verdict {
    return verdictOf(runs);
  }
}
