import type { LineBlock } from '../core/line-block';
import type { LineParser } from '../core/parser-definition';
import type { Sink } from '../core/sink';
import { diskRow, DiskTable } from './disk-files';
import { measureZone, sampleZone, ZoneTable } from './zone-info';

/** /proc/diskstats of a host with thousands of disks, or a log of its readings, is long: its lines are read as bytes. */
export class DiskstatsParser implements LineParser {
  private readonly table = new DiskTable();

  constructor(private readonly sink: Sink) {}

  get recognised(): boolean {
    return this.table.disks.size > 0;
  }

  line(text: string, line: number): void {
    if (!this.table.line(text, line)) this.sink.issue(line, text, 'no line of /proc/diskstats');
  }

  block(block: LineBlock): void {
    this.table.block(block);
  }

  end(): void {
    for (const [device, disk] of this.table.disks) this.sink.row(() => diskRow(device, disk));
  }
}

/** So is /proc/zoneinfo of a host with many CPUs: each has six lines in each zone. */
export class ZoneinfoParser implements LineParser {
  recognised = false;
  private readonly zones: ZoneTable;

  constructor(private readonly sink: Sink) {
    this.zones = new ZoneTable(sink.names, (table) => {
      this.recognised = true;
      sampleZone(sink, table, { line: table.line(table.at), time: null });
      sink.record(table, false, true);
    });
  }

  line(text: string, line: number): void {
    if (!this.zones.line(text, line)) this.sink.issue(line, text, 'no line of /proc/zoneinfo');
  }

  block(block: LineBlock): void {
    this.zones.block(block);
  }

  end(): void {
    this.zones.end();
    const { table } = this.zones;
    for (let zone = 0; zone < table.count; zone++) measureZone(this.sink, table, table.place(zone));
    this.sink.singleReading();
  }
}
