import { capturedDifference, type CapturedSide } from '@fleetscope/analysis';
import { type Escalation, type EscalationDifference } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform';
import { ObservationsService, ProfilesService } from '../observations';

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'cancelled', 'failed']);

/** The last word of an escalation: each sick host's captures beside those of the healthy peer. */
@Injectable()
export class EscalationDifferences {
  constructor(
    private readonly database: Database,
    private readonly observations: ObservationsService,
    private readonly profiles: ProfilesService,
  ) {}

  /** Null while a capture is under way; empty without a healthy peer, or when none of them answered. */
  async of({ children, control }: Escalation): Promise<EscalationDifference[] | null> {
    const rows = await this.database.investigation.findMany({
      where: { id: { in: children.map(({ id }) => id) } },
      select: { id: true, state: true, runs: { select: { id: true, hostName: true, state: true } } },
    });
    if (rows.some(({ state }) => !ENDED.has(state))) return null;
    const differences: EscalationDifference[] = [];
    for (const { id, runbook } of control === null ? [] : children) {
      const runs = (rows.find((row) => row.id === id)?.runs ?? []).filter(({ state }) =>
        ['succeeded', 'partial'].includes(state),
      );
      const healthyRun = runs.find(({ hostName }) => hostName === control);
      if (!healthyRun) continue;
      const healthy = await this.side(healthyRun);
      for (const run of runs) {
        if (run === healthyRun) continue;
        const sick = await this.side(run);
        differences.push({
          ...{ investigation: id, runbook, sick: sick.host, healthy: healthy.host },
          ...capturedDifference(healthy, sick),
        });
      }
    }
    return differences;
  }

  private async side({ id, hostName: host }: { id: string; hostName: string }): Promise<CapturedSide> {
    const profiles = await this.profiles.list(new Map([[id, host]]));
    return {
      host,
      steps: await this.observations.of(id),
      profiles: new Map(
        await Promise.all(profiles.map(async ({ step }) => [step, await this.profiles.profile(id, step)] as const)),
      ),
    };
  }
}
