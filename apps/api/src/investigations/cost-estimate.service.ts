import { type Preview } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform';
import { type Plan } from './plan-writer.service';
import { roundsOf } from './rollout';

/** So many of the latest runs tell what one costs. */
const LATEST = 500;
/** Fewer tell nothing. */
const ENOUGH = 3;

interface Medians {
  runs: number;
  cpu: number | null;
  bytes: number | null;
  seconds: number | null;
}

type Figures = Preview['estimate']['total'];

const times = ({ cpuSeconds, bytes }: Figures, hosts: number): Omit<Figures, 'seconds'> => ({
  cpuSeconds: cpuSeconds === null ? null : cpuSeconds * hosts,
  bytes: bytes * hosts,
});

/** What a plan will cost its hosts: by what the same runbook has cost, or by the limits it sets itself. */
@Injectable()
export class CostEstimates {
  constructor(private readonly database: Database) {}

  async of(plan: Plan, hosts: number): Promise<Preview['estimate']> {
    const { runs, cpu, bytes, seconds } = await this.earlier(plan);
    if (runs < ENOUGH || bytes === null || seconds === null) return this.bounds(plan, hosts, runs);
    const perHost = { cpuSeconds: cpu, bytes, seconds };
    const { rollout } = plan.request;
    const rounds = rollout ? roundsOf(rollout, plan.hosts) : 1;
    return {
      basis: 'earlier-runs',
      runs,
      says: `the median of the latest ${runs} runs of it with these parameters`,
      perHost,
      total: { ...times(perHost, hosts), seconds: seconds * rounds },
    };
  }

  private bounds({ runbook, probe, allowedMs }: Plan, hosts: number, runs: number): Preview['estimate'] {
    const perHost = {
      cpuSeconds: null,
      bytes: runbook.steps.reduce((sum, { maxBytes }) => sum + maxBytes, 0),
      seconds: probe.deadlineMs / 1000,
    };
    return {
      basis: 'bounds',
      runs,
      says: `${runs === 0 ? 'no' : `only ${runs}`} earlier ${runs === 1 ? 'run' : 'runs'} of it with these parameters: these are the limits that it sets itself, and what CPU time it takes is not known`,
      perHost,
      total: { ...times(perHost, hosts), seconds: allowedMs / 1000 },
    };
  }

  /** Of runs that answered: one that never began cost nothing, and says nothing. */
  private async earlier({ runbook, parameters }: Plan): Promise<Medians> {
    const [row] = await this.database.$queryRaw<[Medians]>`
      SELECT count(*)::int AS runs,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY (cost->>'cpuSeconds')::float8) AS cpu,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY (cost->>'bytes')::float8) AS bytes,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY (cost->>'wallSeconds')::float8) AS seconds
      FROM (
        SELECT r.cost FROM run r JOIN investigation i ON i.id = r.investigation_id
        WHERE i.runbook = ${runbook.id} AND i.runbook_version = ${runbook.version}
          AND i.parameters = ${JSON.stringify(parameters)}::jsonb
          AND r.cost IS NOT NULL AND r.state IN ('succeeded', 'partial')
        ORDER BY r.ended_at DESC LIMIT ${LATEST}) latest`;
    return row;
  }
}
