import { isRecord, listOf, own } from '../core/json-document';
import { firstReportIsSinceBoot, type ParseContext } from '../core/parse-context';
import type { LineParser } from '../core/parser-definition';
import type { Sink } from '../core/sink';
import { sampleCpu } from './cpu-percent';
import { sampleDisk } from './disk-columns';
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
      if (isRecord(cpu)) {
        this.recognised = true;
        const row = this.json.row(cpu, (key) => `%${key}`, time);
        this.sink.row({ ...row.toRow(), report: at + 1 });
        if (isSample) {
          sampleCpu(
            this.sink,
            'all',
            {
              user: row.number('%user'),
              nice: row.number('%nice'),
              system: row.number('%system'),
              iowait: row.number('%iowait'),
              steal: row.number('%steal'),
              idle: row.number('%idle'),
            },
            row,
          );
        }
      }
      for (const disk of listOf(own(statistics, 'disk')).filter(isRecord)) {
        this.recognised = true;
        const row = this.json.row(disk, columnOf, time);
        this.sink.row({ ...row.toRow(), report: at + 1 });
        if (isSample) sampleDisk(this.sink, row.text('Device'), row);
      }
    }
  }
}
