import type { MetricId } from '@fleetscope/contracts';
import type { LineBlock } from '../core/line-block';
import { blanksEnd, lineEnd, wordEnd } from '../core/byte-words';
import { KnownBytes } from '../core/known-bytes';
import { words } from '../core/line-splitter';
import { NameTable } from '../core/name-table';
import { MAX_DIGITS, tidy } from '../core/numbers';
import { type MutableRow, newRow } from '../core/sink';
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
const FEWEST = 11;
/** Partitions of kernels before 2.6.25, which nobody reads. */
const OF_OLD_PARTITIONS = 4;

const BLANK = 32;
const NO_VALUES: number[] = [];

/** Where the name in `   8       0 sda 1 2 …` stands, the line at `block.at`; null when the line is none of these. */
const nameIn = ({ bytes, view, at }: LineBlock): { from: number; to: number } | null => {
  let to = at;
  let from = at;
  for (let word = 0; word < PREFIX; word++) {
    from = blanksEnd(bytes, view, to);
    to = wordEnd(view, from);
    if (to === from) return null;
  }
  return bytes[to] === BLANK ? { from, to } : null;
};

/**
 * Reads whole numbers from `from` on, which fill `counters` and the line; gives the position of its newline, -1 when the line
 * holds anything else.
 */
const readCounters = ({ bytes }: LineBlock, from: number, counters: number[]): number => {
  let at = from;
  for (let i = 0; i < counters.length; i++) {
    let code = bytes[at] ?? 0;
    while (code === BLANK) code = bytes[++at] ?? 0;
    const first = at;
    let value = 0;
    for (let digit = (code - 48) >>> 0; digit < 10; digit = ((bytes[++at] ?? 0) - 48) >>> 0) value = value * 10 + digit;
    if (at === first || at - first > MAX_DIGITS || (bytes[at] ?? 0) > BLANK) return -1;
    counters[i] = value;
  }
  return counters.length === 0 ? -1 : lineEnd(bytes, at);
};

/** Disks of /proc/diskstats by name; of lines of one name the last counts. */
export class DiskTable {
  readonly disks = new Map<string, Disk>();
  private readonly names = new NameTable();
  private readonly places: Disk[] = [];
  /** What stands before the counters of each disk, and which disk is expected next: readings list them in one order. */
  private readonly heads: (KnownBytes | undefined)[] = [];
  private next = 0;
  /** Those of the line in the making, as many as the last line had that was read as text. */
  private counters: number[] = NO_VALUES;

  /** Takes a line; false when it is none of this file. */
  line(text: string, line: number): boolean {
    const tokens = words(text);
    const name = tokens[NAME];
    const numbers = tokens.slice(PREFIX).map(Number);
    if (name === undefined || numbers.some((number) => !Number.isFinite(number))) return tokens.length === 0;
    if (numbers.length < FEWEST) return numbers.length === OF_OLD_PARTITIONS;
    const place = this.place(this.names.idOf(name), line);
    place.values = numbers.slice(0, FIELDS.length);
    if (this.counters.length !== place.values.length) this.counters = place.values.slice();
    return true;
  }

  /** Reads lines of plain numbers as bytes. */
  block(block: LineBlock): void {
    while (block.at < block.end) {
      const newline = this.plainLine(block);
      if (newline === -1 || newline - block.at > block.maxLineLength) return;
      block.next(newline);
    }
  }

  /** The newline of the line at `block.at`, once it is taken; -1 when it has to be read as text. */
  private plainLine(block: LineBlock): number {
    let id = this.next;
    const head = this.heads[id];
    let from = block.at;
    if (head?.isAt(block.view, block.at)) from += head.length;
    else {
      const name = nameIn(block);
      if (name === null) return -1;
      id = this.names.idAt(block, name.from, name.to);
      from = name.to;
      // From its second line on: a single reading, which is the rule, needs none of it.
      if (this.places[id]) this.heads[id] = new KnownBytes(block, block.at, from + 1);
    }
    const { counters } = this;
    const newline = readCounters(block, from, counters);
    if (newline === -1) return -1;
    const place = this.place(id, block.line);
    if (place.values.length === counters.length)
      for (let i = 0; i < counters.length; i++) place.values[i] = counters[i] ?? 0;
    else place.values = counters.slice();
    this.next = id + 1 < this.names.names.length ? id + 1 : 0;
    return newline;
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
