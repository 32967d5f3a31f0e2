import {
  metric as metricOf,
  type CellValue,
  type Events,
  type Facts,
  type Histogram,
  type Measurement,
  type MetricId,
  type Series,
  type Table,
} from '@fleetscope/contracts';
import { type HostEvidence, type StepEvidence } from './host-evidence';
import { type Reading } from './reading';
import { sourcesOf } from './step-sources';

export interface Told<T> {
  readonly step: string;
  readonly observation: T;
}

const naturally = (a: string, b: string): number => {
  const [x, y] = [Number(a), Number(b)];
  return Number.isFinite(x) && Number.isFinite(y) ? x - y : a < b ? -1 : a > b ? 1 : 0;
};

const toReading = (step: string, o: Series | Measurement): Reading => {
  const samples =
    o.kind === 'measurement'
      ? o.value === null
        ? []
        : [{ value: o.value, lines: o.lines, at: null }]
      : o.values.flatMap((value, i) => {
          const line = o.lines[i];
          return value === null ? [] : [{ value, lines: line === undefined ? [] : [line], at: o.times[i] ?? null }];
        });
  const total = o.kind === 'measurement' ? 1 : o.values.length;
  return { metric: o.metric, instance: o.instance, step, samples, total, idle: 0 };
};

/**
 * Everything the rules read. When several steps tell the same metric (mpstat and the /proc fallback), the one with most
 * samples wins; then one that ended well, a series before a single value, the earlier step.
 */
export class EvidenceIndex {
  private readonly readings = new Map<MetricId, Map<string | null, Reading[]>>();

  constructor(readonly evidence: HostEvidence) {
    for (const step of evidence.steps) this.addStep(step);
    const ended = new Map(evidence.steps.map((step) => [step.step, step.state === 'ok' ? 0 : 1]));
    for (const instances of this.readings.values())
      for (const candidates of instances.values())
        candidates.sort(
          (a, b) =>
            b.samples.length - a.samples.length ||
            (ended.get(a.step) ?? 1) - (ended.get(b.step) ?? 1) ||
            b.total - a.total,
        );
  }

  private addStep({ step, observations }: StepEvidence): void {
    const longest = Math.max(0, ...observations.map((o) => (o.kind === 'series' ? o.values.length : 0)));
    for (const o of observations) {
      if (o.kind !== 'series' && o.kind !== 'measurement') continue;
      const reading = toReading(step, o);
      // `iostat -z` leaves an idle device out of a report: its samples are fewer than the window's.
      const idleAllowed = o.kind === 'series' && metricOf(o.metric).resource === 'disk' && reading.samples.length > 0;
      const idle = idleAllowed ? longest - reading.total : 0;
      const instances = this.readings.get(o.metric) ?? new Map<string | null, Reading[]>();
      instances.set(o.instance, [
        ...(instances.get(o.instance) ?? []),
        { ...reading, total: reading.total + idle, idle },
      ]);
      this.readings.set(o.metric, instances);
    }
  }

  get windowSeconds(): number {
    return this.evidence.windowSeconds;
  }

  get collectedAt(): number {
    return this.evidence.collectedAt;
  }

  /** Every step's reading of a metric, best first, those without a number left out. */
  candidates(metric: MetricId, instance: string | null = null): readonly Reading[] {
    return (this.readings.get(metric)?.get(instance) ?? []).filter((reading) => reading.samples.length > 0);
  }

  /** The best reading, a series or a single value; null when there is no number. */
  reading(metric: MetricId, instance: string | null = null): Reading | null {
    return this.candidates(metric, instance)[0] ?? null;
  }

  /** The best reading with more than one sample; null when there is none. */
  series(metric: MetricId, instance: string | null = null): Reading | null {
    return this.candidates(metric, instance).find((reading) => reading.samples.length > 1) ?? null;
  }

  /** The newest value of the best reading; null when there is no number. */
  measurement(metric: MetricId, instance: string | null = null): { value: number; reading: Reading } | null {
    const reading = this.reading(metric, instance);
    const last = reading?.samples[reading.samples.length - 1];
    return reading && last ? { value: last.value, reading } : null;
  }

  /** The reading of the whole host: instance `all`, or none. */
  hostWide(metric: MetricId): Reading | null {
    const readings = [this.reading(metric, 'all'), this.reading(metric)].filter((r) => r !== null);
    return readings.sort((a, b) => b.samples.length - a.samples.length)[0] ?? null;
  }

  /**
   * Readings of several metrics of one instance that stand in the same step, in the order asked for: of the best step that
   * has the first and any other of them. Null when no step has the first.
   */
  together(metrics: readonly [MetricId, ...MetricId[]], instance: string | null): (Reading | null)[] | null {
    const sets = this.candidates(metrics[0], instance).map((first) =>
      metrics.map((m) => this.candidates(m, instance).find((reading) => reading.step === first.step) ?? null),
    );
    return sets.find((set) => set.filter((reading) => reading !== null).length > 1) ?? sets[0] ?? null;
  }

  /** Instances of a metric, `all` and the host as a whole left out; those without a number included. */
  instances(metric: MetricId): string[] {
    const known = [...(this.readings.get(metric)?.keys() ?? [])];
    return known.filter((i): i is string => i !== null && i !== 'all').sort(naturally);
  }

  events(...names: readonly string[]): Told<Events>[] {
    return this.told((o): o is Events => o.kind === 'events' && names.includes(o.name));
  }

  histograms(name: RegExp): Told<Histogram>[] {
    return this.told((o): o is Histogram => o.kind === 'histogram' && name.test(o.name));
  }

  factSets(): Told<Facts>[] {
    return this.told((o): o is Facts => o.kind === 'facts');
  }

  tables(...names: readonly string[]): Told<Table>[] {
    return this.told((o): o is Table => o.kind === 'table' && names.includes(o.name));
  }

  private told<T>(is: (o: StepEvidence['observations'][number] | T) => o is T): Told<T>[] {
    return this.evidence.steps.flatMap(({ step, observations }) =>
      observations.flatMap((o) => (is(o) ? [{ step, observation: o }] : [])),
    );
  }

  /** A fact by its name: of a preflight fact or of any facts observation (`vm.overcommit_memory`). */
  fact(...names: readonly string[]): CellValue {
    for (const name of names) {
      const preflight = this.evidence.facts[name];
      if (preflight !== undefined && preflight !== '') return preflight;
      for (const { observation } of this.factSets())
        if (name in observation.facts) return observation.facts[name] ?? null;
    }
    return null;
  }

  /** Online CPUs: the preflight's count, else the CPUs that were measured; null when neither is known. */
  cpus(): number | null {
    const told = Number(this.fact('cpus', 'nproc', 'cpu_count') ?? Number.NaN);
    if (Number.isInteger(told) && told > 0) return told;
    const measured = this.instances('cpu.utilization').filter((name) => /^\d+$/.test(name)).length;
    return measured > 0 ? measured : null;
  }

  /** Why there is no number: the step that should have told it and what became of it. */
  missing(metric: MetricId, instance: string | null = null): string {
    const empty = this.readings.get(metric)?.get(instance)?.[0];
    const of = instance === null || instance === 'all' ? metric : `${metric} of ${instance}`;
    if (empty) return `${empty.step} printed no number for ${of}`;
    return this.whyNot(sourcesOf(metric)) ?? `no step reported ${of}`;
  }

  /** Why none of the named kinds of steps told anything; null when no such step ran. */
  whyNot(sources: RegExp): string | null {
    const said = this.evidence.steps
      .filter(({ step, state }) => sources.test(step) && state !== 'ok')
      .map(({ step, state, reason }) => `${step} ${WORDS[state]}${reason ? `: ${reason}` : ''}`);
    return said.length > 0 ? said.join('; ') : null;
  }
}

const WORDS: Record<StepEvidence['state'], string> = {
  ok: 'ran',
  failed: 'failed',
  timeout: 'ran out of time',
  truncated: 'was cut off',
  skipped: 'was skipped',
  cancelled: 'was cancelled',
};
