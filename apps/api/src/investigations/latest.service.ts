import { METRICS, type LatestResult, type LatestResults, type MetricId, type Scope } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { HostsService } from '../fleet';
import { Database } from '../platform';

interface Row {
  readonly host: string;
  readonly investigation: string;
  readonly run: string;
  readonly at: Date;
  readonly state: LatestResult['state'];
  readonly value: number | null;
}

/** How the fleet stands: what the last triage of each host said that answered. */
@Injectable()
export class LatestService {
  constructor(
    private readonly database: Database,
    private readonly hosts: HostsService,
  ) {}

  async of(metric: MetricId | null, scope: Scope): Promise<LatestResults> {
    const rows = await this.rows(await this.hosts.ids(scope), metric);
    const metrics = await this.metrics(rows.map(({ run }) => run));
    return { metric, metrics, hosts: rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() })) };
  }

  /** Runs with lines of a USE table begin with one (see matrix_of): captures have none, and say nothing of how a host stands. */
  private rows(ids: string[], metric: MetricId | null): Promise<Row[]> {
    return this.database.$queryRaw<Row[]>`
      SELECT host, investigation, run, at,
        CASE WHEN strpos(matrix, chr(9) || 'crit' || chr(9)) > 0 THEN 'crit' WHEN strpos(matrix, chr(9) || 'warn' || chr(9)) > 0 THEN 'warn'
          WHEN strpos(matrix, chr(9) || 'ok' || chr(9)) > 0 THEN 'ok' ELSE 'unknown' END AS state,
        (headline->>${metric}::text)::float8 AS value
      FROM unnest(${ids}::uuid[]) AS wanted(id) CROSS JOIN LATERAL (
        SELECT host_name AS host, investigation_id AS investigation, id AS run, started_at AS at, matrix, headline FROM run
        WHERE host_id = wanted.id AND started_at IS NOT NULL AND state IN ('succeeded', 'partial') AND matrix LIKE 'u%'
        ORDER BY started_at DESC LIMIT 1) AS latest
      ORDER BY host`;
  }

  private async metrics(runs: readonly string[]): Promise<MetricId[]> {
    const rows = await this.database.$queryRaw<{ name: string }[]>`
      SELECT DISTINCT name FROM run CROSS JOIN LATERAL jsonb_each(headline) AS known(name, number)
      WHERE id = ANY(${[...runs]}::uuid[]) AND number <> 'null'::jsonb`;
    const known = new Set(rows.map(({ name }) => name));
    return [...METRICS.keys()].filter((id) => known.has(id));
  }
}
