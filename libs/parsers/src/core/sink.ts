import type {
  CellValue,
  Events,
  Facts,
  MetricId,
  Observation,
  ParsedRow,
  ParseIssue,
  ParseResult,
} from '@fleetscope/contracts';
import { type Cut, groupSeries } from './group-series';
import { NameTable } from './name-table';
import { DEFAULT_LIMITS, type ParseContext, type ParseLimits } from './parse-context';
import { BLANK, Group, type RecordTable } from './record-table';
import { type MakeRow, RowList } from './row-list';

export type KernelEvent = Events['events'][number];
export type MutableRow = ParsedRow;

/**
 * Rows inherit from an object that has nothing, not from Object.prototype: their keys come from text, and `__proto__` is a
 * key like any other. (Objects without any prototype are hash tables in V8, and several times slower to fill.)
 */
const Row = function () {} as unknown as new () => MutableRow;
Object.defineProperty(Row, 'prototype', { value: Object.freeze(Object.create(null)) });

export const newRow = (): MutableRow => new Row();

interface GrowingSeries {
  kind: 'series';
  metric: MetricId;
  instance: string | null;
  values: (number | null)[];
  times: (number | null)[];
  lines: number[];
}

const MAX_ISSUE_TEXT = 400;
const MAX_INSTANCE = 256;
/** So many series are found faster by looking at each than in a hash table. */
const FEW_SERIES = 8;

const named = (instance: string | null): string | null =>
  instance !== null && instance.length > MAX_INSTANCE ? instance.slice(0, MAX_INSTANCE) : instance;

const index = (all: Map<MetricId, Map<string | null, GrowingSeries>>, series: GrowingSeries): void => {
  const instances = all.get(series.metric);
  if (instances) instances.set(series.instance, series);
  else all.set(series.metric, new Map([[series.instance, series]]));
};

/** Where a value was printed. */
export interface Place {
  readonly line: number;
  /** End of the interval it holds for, epoch milliseconds. */
  readonly time: number | null;
}

/** Collects what a parser finds, within the limits. */
export class Sink {
  readonly limits: ParseLimits;
  /** Whether rows are wanted: building one is not free. */
  readonly keepsRows: boolean;
  /** Names in the tables of this text. */
  readonly names = new NameTable();
  private readonly rowList = new RowList();
  private readonly groups: Group[] = [];
  private cut: Cut | null = null;
  private readonly issues: ParseIssue[] = [];
  /** In the order of their coming. */
  private seriesList: GrowingSeries[] = [];
  private readonly others: Observation[] = [];
  private readonly factLists: Facts[] = [];
  // Hash tables are made when they are wanted: a text of a line or two pays for those it uses.
  private seriesIndex: Map<MetricId, Map<string | null, GrowingSeries>> | null = null;
  private eventLists: Map<string, KernelEvent[]> | null = null;
  private said: Set<string> | null = null;
  private samples = 0;
  private events = 0;
  private issuesLeftOut = 0;

  constructor(
    readonly tool: string,
    ctx: ParseContext,
  ) {
    this.limits = ctx.limits ? { ...DEFAULT_LIMITS, ...ctx.limits } : DEFAULT_LIMITS;
    this.keepsRows = ctx.rows !== false;
  }

  /** A row, or what makes it when somebody asks. */
  row(row: ParsedRow | MakeRow): void {
    if (this.keepsRows && this.hasRoomForRow()) this.rowList.add(row);
  }

  private hasRoomForRow(): boolean {
    if (this.rowList.size < this.limits.maxRows) return true;
    this.once('rows', null, '', `more than ${this.limits.maxRows} rows: the rest is left out of the rows`);
    return false;
  }

  /**
   * Ends the record that a table has in the making: a row, and values of the series of its layout when it is a sample.
   * `keep` keeps it where it is neither.
   */
  record(table: RecordTable, isSample: boolean, keep = false): void {
    const isRow = this.keepsRows && this.hasRoomForRow();
    if (isRow) this.rowList.addRecord(table);
    const sampled = isSample && this.sampleRecord(table);
    table.end(isRow || sampled || keep);
  }

  private sampleRecord(table: RecordTable): boolean {
    const { plan } = table.layout;
    if (!plan) return false;
    const { cells, at } = table;
    const name = plan.by < 0 ? 0 : (cells[at + plan.by] ?? Number.NaN);
    let group = table.groups[name];
    if (group === undefined || name !== name) group = this.groupOf(table, name);
    if (group === null) return false;
    const { series, blank } = group.plan;
    const room = this.limits.maxSamples - this.samples;
    if (room < series.length) {
      const reason = `more than ${this.limits.maxSamples} values: the rest is left out`;
      this.once('samples', table.line(at), '', reason);
      if (room <= 0) return false;
      this.cut = { group, series: room };
    }
    this.samples += Math.min(room, series.length);
    if (blank?.(cells, at)) cells[at + BLANK] = 1;
    group.add(at);
    return true;
  }

  /** The group of the record in the making, by what its column of names says. */
  private groupOf(table: RecordTable, name: number): Group | null {
    const { plan } = table.layout;
    if (!plan) return null;
    const text = plan.by < 0 ? '' : String(table.get(table.at, plan.by) ?? '');
    const id = plan.by < 0 ? name : this.names.idOf(text);
    const known = table.groups[id];
    if (known !== undefined) return known;
    const found = plan.of(text);
    let group: Group | null = null;
    if (found !== null && found.series.length > 0) {
      const { instance } = found;
      const short = instance === null || instance.length <= MAX_INSTANCE;
      group = new Group(table, short ? found : { ...found, instance: instance.slice(0, MAX_INSTANCE) });
    }
    table.groups[id] = group;
    if (group) this.groups.push(group);
    return group;
  }

  issue(line: number | null, text: string, reason: string): void {
    if (this.issues.length >= this.limits.maxIssues) this.issuesLeftOut++;
    else this.issues.push({ line, text: text.slice(0, MAX_ISSUE_TEXT), reason });
  }

  /** An issue that would repeat with every line: reported for the first one only. */
  once(key: string, line: number | null, text: string, reason: string): void {
    this.said ??= new Set();
    if (this.said.has(key)) return;
    if (this.said.size >= this.limits.maxIssues) {
      this.issuesLeftOut++;
      return;
    }
    this.said.add(key);
    this.issue(line, text, reason);
  }

  sample(metric: MetricId, instance: string | null, value: number | null, place: Place): void {
    if (this.samples >= this.limits.maxSamples) {
      this.once('samples', place.line, '', `more than ${this.limits.maxSamples} values: the rest is left out`);
      return;
    }
    this.samples++;
    const name = named(instance);
    const series = this.seriesOf(metric, name);
    if (series) {
      series.values.push(value);
      series.times.push(place.time);
      series.lines.push(place.line);
      return;
    }
    const begun: GrowingSeries = {
      kind: 'series',
      metric,
      instance: name,
      values: [value],
      times: [place.time],
      lines: [place.line],
    };
    this.seriesList.push(begun);
    if (this.seriesIndex) index(this.seriesIndex, begun);
  }

  private seriesOf(metric: MetricId, instance: string | null): GrowingSeries | undefined {
    if (this.seriesList.length > FEW_SERIES && !this.seriesIndex) {
      this.seriesIndex = new Map();
      for (const series of this.seriesList) index(this.seriesIndex, series);
    }
    if (this.seriesIndex) return this.seriesIndex.get(metric)?.get(instance);
    for (const series of this.seriesList) if (series.metric === metric && series.instance === instance) return series;
    return undefined;
  }

  /** Replaces the times of all series, for texts whose clock is known only at their end. */
  rebase(time: (of: number) => number | null): void {
    for (const series of this.seriesList) {
      series.times = series.times.map((one) => (one === null ? null : time(one)));
    }
  }

  measure(metric: MetricId, instance: string | null, value: number | null, ...lines: number[]): void {
    if (this.samples >= this.limits.maxSamples) {
      this.once('samples', lines[0] ?? null, '', `more than ${this.limits.maxSamples} values: the rest is left out`);
      return;
    }
    this.samples++;
    this.others.push({ kind: 'measurement', metric, instance: named(instance), value, lines });
  }

  /** Turns series of one value into measurements, for texts that are one reading. */
  singleReading(): void {
    for (const { metric, instance, values, lines } of this.seriesList) {
      this.others.push({ kind: 'measurement', metric, instance, value: values[0] ?? null, lines });
    }
    this.seriesIndex = null;
    this.seriesList = [];
  }

  event(name: string, event: KernelEvent): void {
    if (this.events >= this.limits.maxEvents) {
      this.once('events', event.line, event.text, `more than ${this.limits.maxEvents} events: the rest is left out`);
      return;
    }
    this.events++;
    this.eventLists ??= new Map();
    const list = this.eventLists.get(name);
    if (list) list.push(event);
    else this.eventLists.set(name, [event]);
  }

  fact(name: string, key: string, value: CellValue): void {
    // Names of lists are the parsers' own: there are few.
    const list = this.factLists.find((one) => one.name === name);
    if (list) list.facts[key] = value;
    else {
      // Made as a row is: its keys come from text.
      const facts = newRow() as Facts['facts'];
      facts[key] = value;
      this.factLists.push({ kind: 'facts', name, facts });
    }
  }

  observe(observation: Observation): void {
    this.others.push(observation);
  }

  result(): ParseResult {
    if (this.issuesLeftOut > 0) {
      this.issues.push({ line: null, text: '', reason: `${this.issuesLeftOut} more issues are left out` });
      this.issuesLeftOut = 0;
    }
    const { rowList, tool, issues } = this;
    let rows = rowList.made;
    const observations = this.observations();
    if (rows) return { tool, rows, observations, issues };
    return {
      tool,
      /** Made when first asked for. */
      get rows() {
        return (rows ??= rowList.toArray());
      },
      observations,
      issues,
    };
  }

  private observations(): Observation[] {
    const all: Observation[] = groupSeries(this.groups, this.cut);
    for (const series of this.seriesList) all.push(series);
    for (const other of this.others) all.push(other);
    if (this.eventLists) for (const [name, events] of this.eventLists) all.push({ kind: 'events', name, events });
    for (const facts of this.factLists) all.push(facts);
    return all;
  }
}
