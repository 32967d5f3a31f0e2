import type { MetricId } from '@fleetscope/contracts';
import type { LineBlock } from '../core/line-block';
import { words } from '../core/line-splitter';
import { NameTable } from '../core/name-table';
import { tidy } from '../core/numbers';
import { readRecord } from '../core/record-reader';
import { COUNT, LABEL, layoutOf, NUMBER, RecordTable } from '../core/record-table';
import { type MutableRow, newRow } from '../core/sink';
import { LayoutCache } from '../core/table-set';
import { scanner } from '../core/word-scanner';
import { elapsed, type FileReader, growth, perSecond, placeOf, type ProcHost, type Snapshot } from './snapshot';

/** Counters of Documentation/admin-guide/iostats.rst; discards since 4.18, flushes since 5.5. */
const FIELDS = [
  'reads',
  'readsMerged',
  'sectorsRead',
  'readMs',
  'writes',
  'writesMerged',
  'sectorsWritten',
  'writeMs',
  'inFlight',
  'ioMs',
  'weightedMs',
  'discards',
  'discardsMerged',
  'sectorsDiscarded',
  'discardMs',
  'flushes',
  'flushMs',
] as const;
type Field = (typeof FIELDS)[number];

export interface Disk {
  line: number;
  /** In the order of FIELDS; older kernels have fewer. */
  values: Float64Array;
}

const SECTOR = 512;
const NAME = 2;
const PREFIX = 3;
const FEWEST = 11;
/** Partitions of kernels before 2.6.25, which nobody reads. */
const OF_OLD_PARTITIONS = 4;

const LAYOUTS = new LayoutCache((columns) =>
  layoutOf(columns, (_, at) => (at === NAME ? LABEL : at < NAME ? NUMBER : COUNT)),
);
const NO_VALUES = new Float64Array(0);
/** Its records are taken apart, never made rows. */
const noRow = newRow;

/** Disks of /proc/diskstats by name; of lines of one name the last counts. */
export class DiskTable {
  readonly disks = new Map<string, Disk>();
  private readonly names = new NameTable();
  private readonly places: Disk[] = [];
  /** Of as many columns as the last plain line had. */
  private record: RecordTable | null = null;

  /** Takes a line; false when it is none of this file. */
  line(text: string, line: number): boolean {
    const tokens = words(text);
    const name = tokens[NAME];
    const numbers = tokens.slice(PREFIX).map(Number);
    if (name === undefined || numbers.some((number) => !Number.isFinite(number))) return tokens.length === 0;
    if (numbers.length < FEWEST) return numbers.length === OF_OLD_PARTITIONS;
    const place = this.place(this.names.idOf(name), line);
    place.values = Float64Array.from(numbers.slice(0, FIELDS.length));
    return true;
  }

  /** Reads lines of plain numbers as bytes. */
  block(block: LineBlock): void {
    while (block.at < block.end) {
      let newline = this.record ? this.plainLine(this.record, block) : -1;
      if (newline === -1) {
        newline = block.scan();
        const { count } = scanner;
        if (newline === -1 || (count > 0 && count < PREFIX + FEWEST)) return;
        if (count > 0) {
          // Another kernel's line, if this text is put together of several.
          this.record = this.tableOf(count);
          if (this.plainLine(this.record, block) === -1) return;
        }
      }
      block.next(newline);
    }
  }

  private plainLine(record: RecordTable, block: LineBlock): number {
    record.begin(block.line, null, 0);
    const newline = readRecord(block, block.at, record, -1);
    if (newline === -1) return -1;
    const { cells, at } = record;
    const count = Math.min(record.layout.columns.length - PREFIX, FIELDS.length);
    const place = this.place(cells[at + NAME] ?? 0, block.line);
    if (place.values.length !== count) place.values = new Float64Array(count);
    const { values } = place;
    for (let i = 0; i < count; i++) values[i] = cells[at + PREFIX + i] ?? 0;
    return newline;
  }

  private tableOf(count: number): RecordTable {
    if (this.record?.layout.columns.length === count) return this.record;
    const columns = Array.from({ length: count }, (_, at) => String(at));
    return new RecordTable(LAYOUTS.of(columns, String(count)), this.names, noRow);
  }

  private place(id: number, line: number): Disk {
    let place = this.places[id];
    if (!place) {
      place = { line, values: NO_VALUES };
      this.places[id] = place;
      this.disks.set(this.names.names[id] ?? '', place);
    }
    place.line = line;
    return place;
  }
}

export const readDisks = (snapshot: Snapshot): Map<string, Disk> => {
  const table = new DiskTable();
  for (const { text, line } of snapshot.lines) table.line(text, line);
  return table.disks;
};

/** The counters that the kernel prints, by their names. */
export const diskRow = (device: string, { values }: Disk): MutableRow => {
  const row = newRow();
  row.device = device;
  for (const [at, value] of values.entries()) row[FIELDS[at] ?? ''] = value;
  return row;
};

const valueOf = ({ values }: Disk, field: Field): number | undefined => values[FIELDS.indexOf(field)];

const isDigit = (char: string): boolean => char >= '0' && char <= '9' && char.length === 1;

/** Whether a name is a partition of a device that is there: `sda1` of `sda`, `nvme0n1p2` of `nvme0n1`. */
export const isPartition = (name: string, devices: ReadonlyMap<string, unknown>): boolean => {
  let end = name.length;
  while (end > 0 && isDigit(name.charAt(end - 1))) end--;
  if (end === name.length || end === 0) return false;
  const base = name.slice(0, end);
  // A device whose name ends in a digit has a `p` before the partition's number.
  if (base.endsWith('p') && isDigit(base.charAt(base.length - 2)) && devices.has(base.slice(0, -1))) return true;
  return devices.has(base);
};

/** What iostat -x computes from /proc/diskstats, for devices (not partitions) that have done any I/O since boot. */
export class DiskstatsReader implements FileReader {
  private before: { snapshot: Snapshot; disks: Map<string, Disk> } | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const disks = readDisks(snapshot);
    if (this.before) {
      const seconds = elapsed(this.before.snapshot, snapshot);
      for (const [name, disk] of disks) {
        const used = (['reads', 'writes', 'discards'] as const).some((field) => (valueOf(disk, field) ?? 0) > 0);
        const earlier = this.before.disks.get(name);
        if (used && earlier && !isPartition(name, disks)) this.sample(snapshot, name, earlier, disk, seconds);
      }
    }
    this.before = { snapshot, disks };
  }

  private sample(snapshot: Snapshot, name: string, before: Disk, after: Disk, seconds: number | null): void {
    const place = placeOf(snapshot, after.line);
    const emit = (metric: MetricId, value: number | null): void => this.host.sink.sample(metric, name, value, place);
    const rate = (field: Field, factor = 1): number | null =>
      perSecond(valueOf(before, field), valueOf(after, field), seconds, factor);
    // As iostat: 0 in an interval without a request.
    const mean = (time: Field, count: Field): number | null => {
      const [ms, requests] = [
        growth(valueOf(before, time), valueOf(after, time)),
        growth(valueOf(before, count), valueOf(after, count)),
      ];
      if (ms === null || requests === null) return null;
      return requests === 0 ? 0 : tidy(ms / requests);
    };
    emit('disk.read_iops', rate('reads'));
    emit('disk.read_throughput', rate('sectorsRead', SECTOR));
    emit('disk.read_await', mean('readMs', 'reads'));
    emit('disk.write_iops', rate('writes'));
    emit('disk.write_throughput', rate('sectorsWritten', SECTOR));
    emit('disk.write_await', mean('writeMs', 'writes'));
    if (valueOf(after, 'discards') !== undefined) {
      emit('disk.discard_iops', rate('discards'));
      emit('disk.discard_await', mean('discardMs', 'discards'));
    }
    if (valueOf(after, 'flushes') !== undefined) {
      emit('disk.flush_iops', rate('flushes'));
      emit('disk.flush_await', mean('flushMs', 'flushes'));
    }
    emit('disk.queue_size', rate('weightedMs', 1 / 1000));
    const busy = rate('ioMs', 100 / 1000);
    // The counter is in ms, uptime in 10 ms: a busy disk may come out at 100.4.
    emit('disk.utilization', busy === null ? null : Math.min(100, busy));
  }
}
