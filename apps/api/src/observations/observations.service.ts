import { type Profile } from '@fleetscope/profiles';
import { type Facts, type MetricId, type Observation, type ParseIssue, type RunDetail } from '@fleetscope/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, storableJson, type Tx } from '../platform';
import { summarise } from './measurements';
import { ProfilesService } from './profiles.service';
import { dropPartitions, ensurePartitions } from './partitions';

export interface StepObservations {
  readonly step: string;
  readonly parser: string;
  readonly observations: readonly Observation[];
  readonly issues: readonly ParseIssue[];
  readonly profile: Profile | null;
}

/** What one step of a run told. */
export interface StepTold {
  readonly step: string;
  readonly observations: readonly Observation[];
}

const DAY_MS = 86_400_000;

/** What parsers made of the evidence: measurements to search by, and everything else by run. */
@Injectable()
export class ObservationsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly profiles: ProfilesService,
  ) {}

  async onModuleInit(): Promise<void> {
    await ensurePartitions(this.database, new Date());
    setInterval(() => void ensurePartitions(this.database, new Date()).catch(() => undefined), DAY_MS).unref();
  }

  /** Writes a run's observations in two statements, inside the transaction that ends the run. */
  async keep(
    tx: Tx,
    run: { runId: string; hostId: string | null; at: Date },
    steps: readonly StepObservations[],
  ): Promise<void> {
    if (steps.length === 0) return;
    await this.profiles.keep(tx, run.runId, steps);
    // Raw SQL: the client's own way through nested JSON costs more than the insert.
    await tx.$executeRaw`
      INSERT INTO step_observation (run_id, step, parser, body, issues)
      SELECT ${run.runId}::uuid, step, parser, body::jsonb, issues::jsonb
      FROM unnest(
        ${steps.map(({ step }) => step)}::text[],
        ${steps.map(({ parser }) => parser)}::text[],
        ${steps.map(({ observations }) => storableJson(observations))}::text[],
        ${steps.map(({ issues }) => storableJson(issues))}::text[]
      ) AS given(step, parser, body, issues)
      ON CONFLICT DO NOTHING`;
    const rows = summarise(steps.flatMap(({ observations }) => [...observations]));
    if (rows.length > 0) {
      await tx.$executeRaw`
        INSERT INTO measurement (at, run_id, host_id, resource, metric, instance, value)
        SELECT ${run.at}::timestamptz, ${run.runId}::uuid, ${run.hostId}::uuid, resource, metric, instance, value
        FROM jsonb_to_recordset(${storableJson(rows)}::jsonb)
          AS given(resource text, metric text[], instance text[], value double precision[])
        ON CONFLICT DO NOTHING`;
    }
  }

  /** What is read by run; measurements go by partition. */
  async forget(tx: Tx, runIds: readonly string[]): Promise<void> {
    await tx.stepObservation.deleteMany({ where: { runId: { in: [...runIds] } } });
  }

  dropMeasurements(before: Date, keptRuns: readonly string[]): Promise<{ dropped: string[]; rows: number }> {
    return dropPartitions(this.database, before, keptRuns);
  }

  async of(runId: string): Promise<{ step: string; parser: string; observations: Observation[] }[]> {
    const rows = await this.database.stepObservation.findMany({ where: { runId }, orderBy: { step: 'asc' } });
    return rows.map(({ step, parser, body }) => ({ step, parser, observations: body as unknown as Observation[] }));
  }

  /** Step of a run → the parser that read it. */
  async parsers(runId: string): Promise<Map<string, string>> {
    const rows = await this.database.stepObservation.findMany({
      where: { runId },
      select: { step: true, parser: true },
    });
    return new Map(rows.map(({ step, parser }) => [step, parser]));
  }

  /** Run → the facts among its observations; nothing else is read, so that it can be asked of many runs. */
  async facts(runIds: readonly string[]): Promise<Map<string, Facts[]>> {
    const rows = await this.database.$queryRaw<{ runId: string; facts: Facts[] }[]>`
      SELECT run_id AS "runId", jsonb_path_query_array(body, '$[*] ? (@.kind == "facts")') AS facts
      FROM step_observation WHERE run_id = ANY(${[...runIds]}::uuid[])`;
    const byRun = new Map<string, Facts[]>();
    for (const { runId, facts } of rows) byRun.set(runId, [...(byRun.get(runId) ?? []), ...facts]);
    return byRun;
  }

  /** Run → what some of its steps told, so that it can be asked of many runs. */
  async ofSteps(
    runIds: readonly string[],
    steps: readonly string[],
    tx: Tx = this.database,
  ): Promise<Map<string, StepTold[]>> {
    const rows = await tx.stepObservation.findMany({
      where: { runId: { in: [...runIds] }, step: { in: [...steps] } },
      select: { runId: true, step: true, body: true },
    });
    const byRun = new Map<string, StepTold[]>();
    for (const { runId, step, body } of rows) {
      const told = byRun.get(runId) ?? [];
      byRun.set(runId, told);
      told.push({ step, observations: body as unknown as Observation[] });
    }
    return byRun;
  }

  /** What a host's runs of the last days measured of some metrics, oldest first. */
  async history(
    hostId: string,
    metrics: readonly MetricId[],
    days: number,
  ): Promise<{ metric: MetricId; instance: string | null; points: { at: number; value: number }[] }[]> {
    const rows = await this.database.$queryRaw<{ metric: MetricId; instance: string; at: Date; value: number }[]>`
      SELECT one.metric, one.instance, m.at, one.value
      FROM measurement m, unnest(m.metric, m.instance, m.value) AS one(metric, instance, value)
      WHERE m.host_id = ${hostId}::uuid AND m.at >= ${new Date(Date.now() - days * DAY_MS)}
        AND m.metric && ${[...metrics]}::text[] AND one.metric = ANY(${[...metrics]}::text[])
      ORDER BY m.at`;
    const found = new Map<
      string,
      { metric: MetricId; instance: string | null; points: { at: number; value: number }[] }
    >();
    for (const { metric, instance, at, value } of rows) {
      const key = `${metric}\0${instance}`;
      const known = found.get(key) ?? { metric, instance: instance === '' ? null : instance, points: [] };
      known.points.push({ at: at.getTime(), value });
      found.set(key, known);
    }
    return [...found.values()];
  }

  /** Run → what it measured, mean over its window. Only these times are looked at: runs end in few of the months. */
  async measured(
    runIds: readonly string[],
    from: Date,
    to: Date,
  ): Promise<Map<string, { metric: MetricId; instance: string | null; value: number }[]>> {
    const rows = await this.database.$queryRaw<
      { runId: string; metric: MetricId[]; instance: string[]; value: number[] }[]
    >`
      SELECT run_id AS "runId", metric, instance, value FROM measurement
      WHERE at BETWEEN ${from} AND ${to} AND run_id = ANY(${[...runIds]}::uuid[]) ORDER BY resource`;
    const byRun = new Map<string, { metric: MetricId; instance: string | null; value: number }[]>();
    for (const { runId, metric, instance, value } of rows) {
      const values = byRun.get(runId) ?? [];
      byRun.set(runId, values);
      metric.forEach((id, i) => {
        const measured = value[i];
        if (measured !== undefined) values.push({ metric: id, instance: instance[i] || null, value: measured });
      });
    }
    return byRun;
  }

  async issues(runId: string): Promise<RunDetail['parseIssues']> {
    const rows = await this.database.stepObservation.findMany({
      where: { runId },
      select: { step: true, issues: true },
    });
    return rows.flatMap(({ step, issues }) => (issues as unknown as ParseIssue[]).map((issue) => ({ step, ...issue })));
  }
}
