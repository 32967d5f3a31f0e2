import { dateOf, dateTimeLine, digitRuns, hostTime, secondsOfDay } from '../core/civil-time';
import { isRecord, JsonDocument, listOf, own } from '../core/json-document';
import type { ParseContext } from '../core/parse-context';
import type { Sink } from '../core/sink';
import type { TableSet } from '../core/table-set';
import { jsonCell } from './sysstat-table';

/** The statistics of a `-o JSON` document of mpstat or iostat, with the time each holds for. */
export class SysstatJson {
  private readonly document: JsonDocument;

  constructor(
    sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.document = new JsonDocument(sink);
  }

  line(text: string, line: number): void {
    this.document.line(text, line);
  }

  get lastLine(): number {
    return this.document.lastLine;
  }

  statistics(): { time: number | null; statistics: Record<string, unknown> }[] {
    const hosts = listOf(own(own(this.document.value(), 'sysstat'), 'hosts'));
    return hosts.flatMap((host) =>
      listOf(own(host, 'statistics'))
        .filter(isRecord)
        .map((statistics) => ({ time: this.timeOf(own(host, 'date'), own(statistics, 'timestamp')), statistics })),
    );
  }

  private timeOf(date: unknown, timestamp: unknown): number | null {
    if (typeof timestamp !== 'string') return null;
    const whole = dateTimeLine(timestamp, this.ctx);
    if (whole !== null || typeof date !== 'string') return whole;
    const day = dateOf(digitRuns(date, 3), this.ctx);
    const seconds = secondsOfDay(timestamp.split(' '));
    return day && seconds !== null ? hostTime(day, seconds, this.ctx) : null;
  }

  /** Begins a record of a JSON object, its keys renamed to the headings of the text form. */
  begin(
    tables: TableSet,
    record: Record<string, unknown>,
    rename: (key: string) => string,
    time: number | null,
    note = 0,
  ) {
    const table = tables.of(Object.keys(record).map(rename));
    table.begin(1, time, note);
    for (const [at, value] of Object.values(record).entries()) table.set(at, jsonCell(value));
    return table;
  }
}
