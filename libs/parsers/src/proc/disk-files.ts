import type { MetricId } from '@fleetscope/contracts';
import type { LineBlock } from '../core/line-block';
import { words } from '../core/line-splitter';
import { NameTable } from '../core/name-table';
import { tidy } from '../core/numbers';
import { type MutableRow, newRow } from '../core/sink';
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
  values: number[];
}

const SECTOR = 512;
const NAME = 2;
const PREFIX = 3;
/** Partitions of kernels before 2.6.25 have four counters. */
const FEWEST = 11;

/** Disks of /proc/diskstats by name; of lines of one name the last counts. */
export class DiskTable {
  readonly disks = new Map<string, Disk>();
  private readonly names = new NameTable();
  private readonly places: Disk[] = [];
  /** Takes the values of the next line, for the disk whose own are given up. */
  private spare: number[] = [];

  line(text: string, line: number): void {
    const tokens = words(text);
    const name = tokens[NAME];
    const numbers = tokens.slice(PREFIX).map(Number);
    if (name === undefined || numbers.length < FEWEST || numbers.some((number) => !Number.isFinite(number))) return;
    const place = this.place(this.names.idOf(name), line);
    place.values = numbers.slice(0, FIELDS.length);
  }

  /** Reads lines of plain numbers as bytes. */
  block(block: LineBlock): void {
    const { starts, ends, values } = scanner;
    while (block.at < block.end) {
      const newline = block.scan(-1);
      if (newline === -1) return;
      const { count } = scanner;
      if (count > 0) {
        if (count < PREFIX + FEWEST) return;
        const last = Math.min(count - PREFIX, FIELDS.length);
        const { spare } = this;
        if (spare.length !== last) spare.length = last;
        // A word that is no number makes the sum none.
        let sum = 0;
        for (let i = 0; i < last; i++) sum += spare[i] = values[PREFIX + i] ?? 0;
        for (let i = PREFIX + last; i < count; i++) sum += values[i] ?? 0;
        if (sum !== sum) return;
        const id = this.names.idAt(block.bytes, starts[NAME] ?? 0, ends[NAME] ?? 0, block.slice);
        const place = this.place(id, block.line);
        this.spare = place.values;
        place.values = spare;
      }
      block.next(newline);
    }
  }

  private place(id: number, line: number): Disk {
    let place = this.places[id];
    if (!place) {
      place = { line, values: [] };
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
