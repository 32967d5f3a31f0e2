import { againstPeers, type SetUpHost } from '@fleetscope/analysis';
import { type HostAnalysis, type HostFacts } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { ObservationsService } from '../observations';
import { type Tx } from '../platform';
import { CatalogueService } from '../runbooks';

export interface PeerRun {
  readonly runId: string;
  readonly host: string;
  readonly hostClass: string;
  readonly facts: HostFacts | null;
  readonly analysis: HostAnalysis | null;
}

/** The settings of a host with its analysis and what it is called by. */
export interface PeerOf extends SetUpHost {
  readonly runId: string;
  readonly hostClass: string;
}

/** Holds how hosts are set up against what is usual in their class, which is known when the last run has ended. */
@Injectable()
export class PeersService {
  constructor(
    private readonly observations: ObservationsService,
    private readonly catalogue: CatalogueService,
  ) {}

  /** Run → its analysis, for those about which the peers say more than it said before. */
  async against(tx: Tx, runbook: string, runs: readonly PeerRun[]): Promise<Map<string, HostAnalysis>> {
    const steps = this.catalogue.stepsOfSettings(runbook);
    if (steps.length === 0) return new Map();
    const judged = runs.filter(({ analysis }) => analysis !== null);
    const told = await this.observations.ofSteps(
      judged.map(({ runId }) => runId),
      steps,
      tx,
    );
    return this.compare(
      judged.flatMap(({ runId, host, hostClass, facts, analysis }) => {
        if (!analysis) return [];
        const read = (told.get(runId) ?? []).map((step) => ({ ...step, state: 'ok' as const, reason: null }));
        const settings = { host, windowSeconds: 0, facts: facts ?? {}, collectedAt: 0, steps: read };
        return [{ runId, hostClass, analysis, settings }];
      }),
    );
  }

  compare(hosts: readonly PeerOf[]): Map<string, HostAnalysis> {
    const classes = new Map<string, PeerOf[]>();
    for (const host of hosts) classes.set(host.hostClass, [...(classes.get(host.hostClass) ?? []), host]);
    const news = new Map<string, HostAnalysis>();
    for (const peers of classes.values())
      againstPeers(peers).forEach((analysis, i) => {
        const { runId, analysis: before } = peers[i] as PeerOf;
        if (analysis.findings.length !== before.findings.length) news.set(runId, analysis);
      });
    return news;
  }
}
