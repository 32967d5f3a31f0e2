import { Inject, Injectable } from '@nestjs/common';
import { Database, RUNTIME, type Runtime } from '../platform';

interface Spent {
  host: string;
  runs: number;
  cpu: number;
  bytes: number;
}

/** What all investigations together may take of one host within an hour, as its probes measure it themselves. */
@Injectable()
export class HostBudgets {
  constructor(
    private readonly database: Database,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'hostBudget'>,
  ) {}

  /** Hosts that have used theirs up, by id, and how. What runs now is not counted: its cost is known when it ends. */
  async exhausted(hosts: readonly string[]): Promise<Map<string, string>> {
    const { cpuSeconds, bytes } = this.runtime.hostBudget;
    if (cpuSeconds === null && bytes === null) return new Map();
    const rows = await this.database.$queryRaw<Spent[]>`
      SELECT host_id::text AS host, count(*)::int AS runs, sum((cost->>'cpuSeconds')::float8) AS cpu, sum((cost->>'bytes')::float8) AS bytes
      FROM run
      WHERE host_id = ANY(${[...hosts]}::uuid[]) AND started_at > now() - interval '1 hour' AND cost IS NOT NULL AND NOT imported
      GROUP BY host_id
      HAVING sum((cost->>'cpuSeconds')::float8) >= ${cpuSeconds}::float8 OR sum((cost->>'bytes')::float8) >= ${bytes}::float8`;
    return new Map(rows.map((spent) => [spent.host, this.words(spent)]));
  }

  private words({ runs, cpu, bytes }: Spent): string {
    const limits = this.runtime.hostBudget;
    const overCpu = limits.cpuSeconds !== null && cpu >= limits.cpuSeconds;
    const used = overCpu
      ? `${cpu.toFixed(1)} of ${limits.cpuSeconds} s CPU`
      : `${Math.round(bytes / 1_000_000)} of ${Math.round((limits.bytes ?? 0) / 1_000_000)} MB`;
    return `its budget is used up: ${used} in ${runs} run${runs === 1 ? '' : 's'} of the last hour; a commander may go on despite that`;
  }
}
