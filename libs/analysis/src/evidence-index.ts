import {
  metric as metricOf,
  type CellValue,
  type Events,
  type Facts,
  type Histogram,
  type Measurement,
  type MetricId,
  type Observation,
  type Series,
  type Table,
} from '@fleetscope/contracts';
import { type HostEvidence, type StepEvidence } from './host-evidence';
import { type Reading, type Sample } from './reading';
import { sourcesOf } from './step-sources';

export interface Told<T> {
  readonly step: string;
  readonly observation: T;
}

type Other = Exclude<Observation, Series | Measurement>;

interface Printed {
  readonly step: string;
  readonly observation: Series | Measurement;
  /** Samples of the longest series of the step. */
  readonly longest: number;
}

const naturally = (a: string, b: string): number => {
  const [x, y] = [Number(a), Number(b)];
  return Number.isFinite(x) && Number.isFinite(y) ? x - y : a < b ? -1 : a > b ? 1 : 0;
};

const samplesOf = ({ values, times, lines }: Series): Sample[] => {
  const samples: Sample[] = [];
  for (let i = 0; i < values.length; i++) {
    const [value, line] = [values[i], lines[i]];
    if (value === null || value === undefined) continue;
    samples.push({ value, lines: line === undefined ? [] : [line], at: times[i] ?? null });
  }
  return samples;
};

const toReading = (step: string, o: Series | Measurement): Reading => {
  const samples =
    o.kind === 'measurement' ? (o.value === null ? [] : [{ value: o.value, lines: o.lines, at: null }]) : samplesOf(o);
  const total = o.kind === 'measurement' ? 1 : o.values.length;
  return { metric: o.metric, instance: o.instance, step, samples, total, idle: 0 };
};

/**
 * Everything the rules read. When several steps tell the same metric (mpstat and the /proc fallback), the one with most
 * samples wins; then one that ended well, a series before a single value, the earlier step.
 */
export class EvidenceIndex {
  /** As they were printed; read into samples when a rule asks for them, since most are never asked for. */
  private readonly printed = new Map<MetricId, Map<string | null, Printed[]>>();
  private readonly read = new Map<Printed[], readonly Reading[]>();
  /** Observations that are no numbers: few, and asked for by kind again and again. */
  private readonly others: Told<Other>[] = [];
  private readonly ended: ReadonlyMap<string, number>;

  constructor(readonly evidence: HostEvidence) {
    this.ended = new Map(evidence.steps.map((step) => [step.step, step.state === 'ok' ? 0 : 1]));
    for (const step of evidence.steps) this.addStep(step);
  }

  private addStep({ step, observations }: StepEvidence): void {
    let longest = 0;
    for (const o of observations) if (o.kind === 'series' && o.values.length > longest) longest = o.values.length;
    for (const observation of observations) {
      if (observation.kind !== 'series' && observation.kind !== 'measurement') {
        this.others.push({ step, observation });
        continue;
      }
      let instances = this.printed.get(observation.metric);
      if (!instances) this.printed.set(observation.metric, (instances = new Map()));
      const known = instances.get(observation.instance);
      if (known) known.push({ step, observation, longest });
      else instances.set(observation.instance, [{ step, observation, longest }]);
    }
  }

  /** Every step's reading, best first. */
  private readings(metric: MetricId, instance: string | null): readonly Reading[] {
    const printed = this.printed.get(metric)?.get(instance);
    if (!printed) return [];
    const known = this.read.get(printed);
    if (known) return known;
    const readings = printed.map(({ step, observation, longest }) => {
      const reading = toReading(step, observation);
      // `iostat -z` leaves an idle device out of a report: its samples are fewer than the window's.
      const mayIdle =
        observation.kind === 'series' && metricOf(metric).resource === 'disk' && reading.samples.length > 0;
      const idle = mayIdle ? longest - reading.total : 0;
      return idle === 0 ? reading : { ...reading, total: reading.total + idle, idle };
    });
    if (readings.length > 1)
      readings.sort(
        (a, b) =>
          b.samples.length - a.samples.length ||
          (this.ended.get(a.step) ?? 1) - (this.ended.get(b.step) ?? 1) ||
          b.total - a.total,
      );
    this.read.set(printed, readings);
    return readings;
  }

  get windowSeconds(): number {
    return this.evidence.windowSeconds;
  }

  get collectedAt(): number {
    return this.evidence.collectedAt;
  }

  /** Every step's reading of a metric, best first, those without a number left out. */
  candidates(metric: MetricId, instance: string | null = null): readonly Reading[] {
    return this.readings(metric, instance).filter((reading) => reading.samples.length > 0);
  }

  /** The best reading, a series or a single value; null when there is no number. */
  reading(metric: MetricId, instance: string | null = null): Reading | null {
    return this.readings(metric, instance).find((reading) => reading.samples.length > 0) ?? null;
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
    const known = [...(this.printed.get(metric)?.keys() ?? [])];
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

  private told<T extends Other>(is: (o: Other) => o is T): Told<T>[] {
    return this.others.flatMap(({ step, observation }) => (is(observation) ? [{ step, observation }] : []));
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
    const empty = this.readings(metric, instance)[0];
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

let latest: EvidenceIndex | null = null;

/** The index of a host's evidence, not made twice in a row: the rules and the headline read the same. */
export const indexOf = (evidence: HostEvidence): EvidenceIndex => {
  if (latest?.evidence !== evidence) latest = new EvidenceIndex(evidence);
  return latest;
};
