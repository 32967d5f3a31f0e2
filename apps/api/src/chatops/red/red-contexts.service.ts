import { parseDuration, redQueriesSchema, type RedContextView, type RedQueries } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { type Prisma, type RedContext } from '../../generated/prisma/client';
import { Database } from '../../platform';
import { OutboundError } from '../outbound/outbound.service';
import { Prometheus } from './prometheus.service';
import { type Measured, observationsOf, RED_METRICS, redFindings, redReading, type RedName } from './red-reading';

/** Samples of each query. */
const SAMPLES = 60;
const MAX_TRIES = 3;
const KEPT_MS = 90 * 86_400_000;

/** `$name` is the alert's label `name`, as it stands between the quotes of a query. */
const filledIn = (query: string, labels: Readonly<Record<string, string>>): string =>
  query.replace(/\$([A-Za-z_][A-Za-z0-9_]*)/g, (_, name: string) =>
    (labels[name] ?? '').replace(/[\\"'`]/g, (c) => `\\${c}`).replace(/\n/g, '\\n'),
  );

/** Rate, errors and duration of the service that an alert was about: asked of Prometheus once, and kept. */
@Injectable()
export class RedContexts {
  constructor(
    private readonly database: Database,
    private readonly prometheus: Prometheus,
  ) {}

  /** Asked soon, by whoever goes round: whoever sent the alert does not wait for it. */
  async ask(investigationId: string, queries: RedQueries, labels: Readonly<Record<string, string>>): Promise<void> {
    const { serviceLabel, range, baselineOffset, ...texts } = queries;
    const filled = Object.fromEntries(Object.entries(texts).map(([name, query]) => [name, filledIn(query, labels)]));
    const service = (labels[serviceLabel] ?? '').slice(0, 200);
    await this.database.redContext.create({
      data: {
        ...{ investigationId, service: service === '' ? 'service' : service, at: new Date() },
        queries: { serviceLabel, range, baselineOffset, ...filled },
      },
    });
  }

  async of(investigationId: string): Promise<RedContextView | null> {
    const row = await this.database.redContext.findUnique({ where: { investigationId } });
    if (!row) return null;
    return {
      state: row.state as RedContextView['state'],
      ...{ why: row.why, service: row.service, reading: row.reading },
      observations: row.observations as unknown as RedContextView['observations'],
      findings: row.findings as unknown as RedContextView['findings'],
    };
  }

  async round(): Promise<void> {
    const waiting = await this.database.redContext.findMany({ where: { state: 'waiting' }, take: 10 });
    for (const row of waiting) await this.keep(row);
  }

  async dropOld(): Promise<void> {
    await this.database.redContext.deleteMany({ where: { at: { lt: new Date(Date.now() - KEPT_MS) } } });
  }

  private async keep(row: RedContext): Promise<void> {
    const { investigationId, service, attempts } = row;
    const where = { investigationId, state: 'waiting' };
    try {
      const queries = redQueriesSchema.parse(row.queries);
      const measured = await this.measure(queries, row.at);
      const observations = observationsOf(service, measured);
      const windowSeconds = (parseDuration(queries.range) ?? 0) / 1_000;
      await this.database.redContext.updateMany({
        where,
        data: {
          ...{ state: 'kept', reading: redReading(service, measured) },
          observations: observations as unknown as Prisma.InputJsonArray,
          findings: redFindings(
            service,
            observations,
            row.at.getTime(),
            windowSeconds,
          ) as unknown as Prisma.InputJsonArray,
        },
      });
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const isOver = attempts + 1 >= MAX_TRIES;
      await this.database.redContext.updateMany({
        where,
        data: { why: error.message.slice(0, 500), attempts: attempts + 1, ...(isOver ? { state: 'failed' } : {}) },
      });
    }
  }

  private async measure(queries: RedQueries, at: Date): Promise<Partial<Record<RedName, Measured>>> {
    const [range, offset] = [parseDuration(queries.range) ?? 0, parseDuration(queries.baselineOffset) ?? 0];
    const step = Math.max(1, Math.ceil(range / 1_000 / SAMPLES));
    const measured: Partial<Record<RedName, Measured>> = {};
    for (const name of Object.keys(RED_METRICS) as RedName[]) {
      const query = queries[name];
      if (query === undefined) continue;
      const [now, usual] = [0, offset].map((before) => {
        const to = at.getTime() - before;
        return this.prometheus.range(query, to - range, to, step);
      }) as [ReturnType<Prometheus['range']>, ReturnType<Prometheus['range']>];
      const [nowSamples, usualSamples] = await Promise.all([now, usual]);
      measured[name] = { now: nowSamples, usual: usualSamples };
    }
    return measured;
  }
}
