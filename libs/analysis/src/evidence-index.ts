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
import { SampledReading, SeriesReading, type Reading } from './reading';
import { sourcesOf } from './step-sources';

export interface Told<T> {
  readonly step: string;
  readonly observation: T;
}

type Other = Exclude<Observation, Series | Measurement>;

/**
 * What a step printed of one metric and instance. Kept as it was printed: its readings are made when a rule asks for
 * them, since most are never asked for.
 */
interface Printed {
  readonly step: string;
  readonly observation: Series | Measurement;
  /** Samples of the longest series of the step. */
  readonly longest: number;
  /** The same of another step: rare, hence a chain and no list for each. */
  next: Printed | null;
  /** Of the whole chain; of its first link alone. */
  readings: readonly Reading[] | null;
}

const NONE: readonly never[] = [];
const hasNumber = ({ values }: Reading): boolean => values.length > 0;

const naturally = (a: string, b: string): number => {
  const [x, y] = [Number(a), Number(b)];
  return Number.isFinite(x) && Number.isFinite(y) ? x - y : a < b ? -1 : a > b ? 1 : 0;
};

const toReading = ({ step, observation, longest }: Printed): Reading => {
  const { metric, instance } = observation;
  if (observation.kind === 'measurement') {
    const { value, lines } = observation;
    return new SampledReading(metric, instance, step, value === null ? [] : [{ value, lines, at: null }], 1, 0);
  }
  const { values } = observation;
  // `iostat -z` leaves an idle device out of a report: its samples are fewer than the window's.
  const mayIdle = values.length < longest && metricOf(metric).resource === 'disk';
  const idle = mayIdle && values.some((value) => value !== null) ? longest - values.length : 0;
  return new SeriesReading(metric, instance, step, observation, values.length + idle, idle);
};

/** All that was printed of one metric: of the host as a whole, and of its instances. */
class PrintedMetric {
  private whole: Printed | undefined;
  private readonly named = new Map<string, Printed>();
  private sorted: readonly string[] | null = null;

  of(instance: string | null): Printed | undefined {
    return instance === null ? this.whole : this.named.get(instance);
  }

  add(printed: Printed): void {
    const { instance } = printed.observation;
    const first = this.of(instance);
    if (first) {
      let last = first;
      while (last.next) last = last.next;
      last.next = printed;
    } else if (instance === null) this.whole = printed;
    else this.named.set(instance, printed);
  }

  /** In their natural order, `all` left out. */
  get names(): readonly string[] {
    return (this.sorted ??= [...this.named.keys()].filter((name) => name !== 'all').sort(naturally));
  }
}

/**
 * Everything the rules read. When several steps tell the same metric (mpstat and the /proc fallback), the one with most
 * samples wins; then one that ended well, a series before a single value, the earlier step.
 */
export class EvidenceIndex {
  private readonly printed = new Map<MetricId, PrintedMetric>();
  private readonly remembered = new Map<object, unknown>();
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
      let printed = this.printed.get(observation.metric);
      if (!printed) this.printed.set(observation.metric, (printed = new PrintedMetric()));
      printed.add({ step, observation, longest, next: null, readings: null });
    }
  }

  /** Every step's reading, best first. */
  private readings(metric: MetricId, instance: string | null): readonly Reading[] {
    const printed = this.printed.get(metric)?.of(instance);
    return printed ? (printed.readings ??= this.read(printed)) : NONE;
  }

  private read(first: Printed): readonly Reading[] {
    const readings: Reading[] = [];
    for (let printed: Printed | null = first; printed; printed = printed.next) readings.push(toReading(printed));
    if (readings.length > 1)
      readings.sort(
        (a, b) =>
          b.values.length - a.values.length ||
          (this.ended.get(a.step) ?? 1) - (this.ended.get(b.step) ?? 1) ||
          b.total - a.total,
      );
    return readings;
  }

  /** What several rules work out from the same evidence, once: `make` is its own key, so it has to be a constant. */
  once<T>(make: (index: EvidenceIndex) => T): T {
    if (!this.remembered.has(make)) this.remembered.set(make, make(this));
    return this.remembered.get(make) as T;
  }

  get windowSeconds(): number {
    return this.evidence.windowSeconds;
  }

  get collectedAt(): number {
    return this.evidence.collectedAt;
  }

  /** Every step's reading of a metric, best first, those without a number left out. */
  candidates(metric: MetricId, instance: string | null = null): readonly Reading[] {
    const all = this.readings(metric, instance);
    return all.every(hasNumber) ? all : all.filter(hasNumber);
  }

  /** The best reading, a series or a single value; null when there is no number. */
  reading(metric: MetricId, instance: string | null = null): Reading | null {
    for (const reading of this.readings(metric, instance)) if (hasNumber(reading)) return reading;
    return null;
  }

  /** The best reading with more than one sample; null when there is none. */
  series(metric: MetricId, instance: string | null = null): Reading | null {
    return this.readings(metric, instance).find((reading) => reading.values.length > 1) ?? null;
  }

  /** The newest value of the best reading; null when there is no number. */
  measurement(metric: MetricId, instance: string | null = null): { value: number; reading: Reading } | null {
    const reading = this.reading(metric, instance);
    const last = reading?.values[reading.values.length - 1];
    return reading && last !== undefined ? { value: last, reading } : null;
  }

  /** The reading of the whole host: instance `all`, or none. */
  hostWide(metric: MetricId): Reading | null {
    const [all, whole] = [this.reading(metric, 'all'), this.reading(metric)];
    if (all === null || whole === null) return all ?? whole;
    return whole.values.length > all.values.length ? whole : all;
  }

  /**
   * Readings of several metrics of one instance that stand in the same step, in the order asked for: of the best step that
   * has the first and any other of them. Null when no step has the first.
   */
  together(metrics: readonly [MetricId, ...MetricId[]], instance: string | null): (Reading | null)[] | null {
    let lone: (Reading | null)[] | null = null;
    for (const first of this.readings(metrics[0], instance)) {
      if (!hasNumber(first)) continue;
      const set = metrics.map(
        (m) => this.readings(m, instance).find((reading) => hasNumber(reading) && reading.step === first.step) ?? null,
      );
      if (set.some((reading) => reading !== null && reading !== first)) return set;
      lone ??= set;
    }
    return lone;
  }

  /** Instances of a metric, `all` and the host as a whole left out; those without a number included. */
  instances(metric: MetricId): readonly string[] {
    return this.printed.get(metric)?.names ?? NONE;
  }

  events(...names: readonly string[]): Told<Events>[] {
    return this.told((o): o is Events => o.kind === 'events' && names.includes(o.name));
  }

  histograms(name: RegExp): Told<Histogram>[] {
    return this.told((o): o is Histogram => o.kind === 'histogram' && name.test(o.name));
  }

  factSets(): readonly Told<Facts>[] {
    return this.once(factSetsOf);
  }

  tables(...names: readonly string[]): Told<Table>[] {
    return this.told((o): o is Table => o.kind === 'table' && names.includes(o.name));
  }

  told<T extends Other>(is: (o: Other) => o is T): Told<T>[] {
    const found: Told<T>[] = [];
    for (const { step, observation } of this.others) if (is(observation)) found.push({ step, observation });
    return found;
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
    return this.once(cpusOf);
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
      .filter(({ step, state }) => state !== 'ok' && sources.test(step))
      .map(({ step, state, reason }) => `${step} ${WORDS[state]}${reason ? `: ${reason}` : ''}`);
    return said.length > 0 ? said.join('; ') : null;
  }
}

const factSetsOf = (index: EvidenceIndex): Told<Facts>[] => index.told((o): o is Facts => o.kind === 'facts');

const cpusOf = (index: EvidenceIndex): number | null => {
  const told = Number(index.fact('cpus', 'nproc', 'cpu_count') ?? Number.NaN);
  if (Number.isInteger(told) && told > 0) return told;
  const measured = index.instances('cpu.utilization').filter((name) => /^\d+$/.test(name)).length;
  return measured > 0 ? measured : null;
};

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
