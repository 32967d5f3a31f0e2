import {
  baselineOf,
  quantile,
  standingOf,
  tooThin,
  trendOf,
  type Baseline,
  type BaselineSample,
  type Headline,
} from '@fleetscope/analysis';
import {
  isMetricId,
  metric as metricOf,
  type BaselineMetric,
  type BaselineSummary,
  type BaselineView,
  type MetricId,
  type Standing,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { Database, notFound } from '../platform';

export const BASELINE_DAYS = 28;
const DAY_MS = 86_400_000;
/** Other processes mark, too: what is remembered is never older than this. */
const REMEMBER_MS = 15_000;

interface Stored extends BaselineSample {
  readonly metric: MetricId;
  readonly hosts: readonly string[];
}

const since = (days: number): Date => new Date(Date.now() - days * DAY_MS);

const byMetric = (stored: readonly Stored[]): Map<MetricId, Stored[]> => {
  const all = new Map<MetricId, Stored[]>();
  for (const sample of stored) {
    const known = all.get(sample.metric);
    if (known) known.push(sample);
    else all.set(sample.metric, [sample]);
  }
  return all;
};

const metricView = (id: MetricId, samples: readonly Stored[]): BaselineMetric => {
  const baseline = baselineOf(id, samples);
  const { title, unit, direction } = metricOf(id);
  const at = (q: number): number => quantile(baseline.sorted, q) ?? 0;
  const trend = trendOf(id, samples);
  const ordered = [...samples].sort((a, b) => a.at - b.at);
  return {
    metric: id,
    title,
    unit,
    direction,
    samples: baseline.sorted.length,
    investigations: baseline.investigations,
    thin: tooThin(baseline),
    quantiles: {
      min: at(0),
      p05: at(0.05),
      p25: at(0.25),
      p50: at(0.5),
      p75: at(0.75),
      p95: at(0.95),
      p99: at(0.99),
      max: at(1),
    },
    trend: {
      kind: trend.kind,
      text: trend.text,
      lastBefore: trend.kind === 'level-shift' ? trend.lastBefore : null,
      firstAfter: trend.kind === 'level-shift' ? trend.firstAfter : null,
    },
    points: ordered.map(({ investigation, at: time, values }) => ({
      investigation,
      at: new Date(time).toISOString(),
      low: quantile(values, 0.05) ?? 0,
      middle: quantile(values, 0.5) ?? 0,
      high: quantile(values, 0.95) ?? 0,
      hosts: values.length,
    })),
  };
};

/** What is usual in a class: distributions of its headline metrics over the marked investigations of a window of days. */
@Injectable()
export class BaselinesService {
  private readonly remembered = new Map<string, { at: number; baselines: Promise<Map<MetricId, Baseline>> }>();

  constructor(private readonly database: Database) {}

  async list(days: number): Promise<BaselineSummary[]> {
    const rows = await this.database.$queryRaw<
      {
        hostClass: string;
        runbook: string;
        investigations: number;
        hosts: number;
        metrics: number;
        from: Date;
        to: Date;
        samples: number;
      }[]
    >`
      SELECT host_class AS "hostClass", runbook, count(DISTINCT investigation_id)::int AS investigations,
        (SELECT count(DISTINCT name)::int FROM baseline_sample b, unnest(b.host) AS name
          WHERE b.host_class = s.host_class AND b.runbook = s.runbook AND b.at >= ${since(days)}) AS hosts,
        count(DISTINCT metric)::int AS metrics, min(at) AS "from", max(at) AS "to",
        (sum(cardinality(value)) / count(DISTINCT metric))::int AS samples
      FROM baseline_sample s WHERE at >= ${since(days)} GROUP BY host_class, runbook ORDER BY host_class, runbook`;
    return rows.map(({ samples, from, to, ...row }) => ({
      ...row,
      from: from.toISOString(),
      to: to.toISOString(),
      thin: tooThin({
        metric: 'cpu.utilization',
        sorted: Array<number>(samples).fill(0),
        investigations: row.investigations,
      }),
    }));
  }

  /** @throws 404 while nothing of the class was marked. */
  async get(hostClass: string, runbook: string, days: number): Promise<BaselineView> {
    const stored = await this.stored(hostClass, runbook, days);
    if (stored.length === 0)
      throw notFound(
        `baseline of class ${hostClass} for ${runbook} in the last ${days} days`,
        'mark an investigation of a quiet time: fleetscope baselines mark ID',
      );
    return {
      hostClass,
      runbook,
      days,
      metrics: [...byMetric(stored)].map(([id, samples]) => metricView(id, samples)),
    };
  }

  /** Where a host's values stand among its class's; nothing of metrics whose baseline is too thin. */
  async standings(hostClass: string, runbook: string, headline: Headline): Promise<Standing[]> {
    const baselines = await this.baselines(hostClass, runbook);
    return [...baselines.values()].flatMap((baseline) => {
      const value = headline[baseline.metric];
      const standing = value === null || value === undefined ? null : standingOf(baseline, value);
      return standing ? [standing] : [];
    });
  }

  baselines(hostClass: string, runbook: string): Promise<Map<MetricId, Baseline>> {
    const key = `${hostClass}\0${runbook}`;
    const known = this.remembered.get(key);
    if (known && Date.now() - known.at < REMEMBER_MS) return known.baselines;
    const baselines = this.stored(hostClass, runbook, BASELINE_DAYS).then(
      (stored) => new Map([...byMetric(stored)].map(([id, samples]) => [id, baselineOf(id, samples)])),
    );
    this.remembered.set(key, { at: Date.now(), baselines });
    // What could not be read is asked for again.
    baselines.catch(() => this.remembered.delete(key));
    return baselines;
  }

  /** The next judgement reads what is marked now. */
  forget(): void {
    this.remembered.clear();
  }

  private async stored(hostClass: string, runbook: string, days: number): Promise<Stored[]> {
    const rows = await this.database.baselineSample.findMany({
      where: { hostClass, runbook, at: { gte: since(days) } },
      orderBy: { at: 'asc' },
    });
    return rows.flatMap(({ investigationId, metric, at, host, value }) =>
      isMetricId(metric)
        ? [{ investigation: investigationId, metric, at: at.getTime(), hosts: host, values: value }]
        : [],
    );
  }
}
