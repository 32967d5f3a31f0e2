import { isRecord, listOf, own } from '../core/json-document';
import { firstReportIsSinceBoot, type ParseContext } from '../core/parse-context';
import type { LineParser } from '../core/parser-definition';
import type { Sink } from '../core/sink';
import type { TableSet } from '../core/table-set';
import { SysstatJson } from './sysstat-json';

/** JSON says `util` where the table says `%util`, and `disk_device` where it says `Device`. */
const columnOf = (key: string): string => {
  if (key === 'disk_device') return 'Device';
  return key === 'util' || key === 'rrqm' || key === 'wrqm' || key === 'drqm' ? `%${key}` : key;
};

/** `iostat -o JSON`. Values are cited at line 1: the document is one value. */
export class IostatJson implements LineParser {
  recognised = false;
  private readonly json: SysstatJson;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
    private readonly tables: TableSet,
  ) {
    this.json = new SysstatJson(sink, ctx);
  }

  line(text: string, line: number): void {
    this.json.line(text, line);
  }

  end(): void {
    for (const [at, { time, statistics }] of this.json.statistics().entries()) {
      const isSample = at > 0 || !firstReportIsSinceBoot(this.ctx);
      const cpu = own(statistics, 'avg-cpu');
      if (isRecord(cpu)) this.record(cpu, (key) => `%${key}`, time, at + 1, isSample);
      for (const disk of listOf(own(statistics, 'disk')).filter(isRecord))
        this.record(disk, columnOf, time, at + 1, isSample);
    }
  }

  private record(
    record: Record<string, unknown>,
    rename: (key: string) => string,
    time: number | null,
    report: number,
    isSample: boolean,
  ): void {
    this.recognised = true;
    this.sink.record(this.json.begin(this.tables, record, rename, time, report), isSample);
  }
}
