import type { CellValue } from '@fleetscope/contracts';
import { ByFirstLine } from '../core/by-first-line';
import { isRecord, listOf, numberOf, own } from '../core/json-document';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { BpftraceMaps, type Bucket, bucketOf } from './bpftrace-maps';

const MAX_KEY_LINES = 512;

/** The end of a map's name and key: `@name: `, `@name[key]: `; a key may hold `]`, and newlines. */
const headOf = (text: string): { name: string; key: string | null; rest: string } | null => {
  const bracket = text.indexOf('[');
  const colon = text.indexOf(':');
  if (bracket === -1 || (colon !== -1 && colon < bracket)) {
    if (colon === -1) return null;
    return { name: text.slice(0, colon), key: null, rest: text.slice(colon + 1).trim() };
  }
  const end = text.lastIndexOf(']:');
  if (end === -1) return null;
  return { name: text.slice(0, bracket), key: text.slice(bracket + 1, end), rest: text.slice(end + 2).trim() };
};

class BpftraceText implements LineParser {
  recognised = false;
  private readonly maps: BpftraceMaps;
  private head: { lines: string[]; line: number } | null = null;
  private histogram: { name: string; key: string | null; buckets: Bucket[]; lines: number[] } | null = null;

  constructor(private readonly sink: Sink) {
    this.maps = new BpftraceMaps(sink);
  }

  line(text: string, line: number): void {
    if (this.head) {
      this.continueKey(this.head, text);
      return;
    }
    const bucket = this.histogram ? bucketOf(text) : null;
    if (this.histogram && bucket) {
      this.histogram.buckets.push(bucket);
      this.histogram.lines.push(line);
      return;
    }
    this.flush();
    if (text.trim() === '') return;
    if (text.startsWith('Attaching ') && text.includes(' probe')) this.recognised = true;
    else if (text.startsWith('@')) {
      this.head = { lines: [], line };
      this.continueKey(this.head, text);
    } else {
      // What the program prints itself.
      const row = newRow();
      row.text = text;
      this.sink.row(row);
    }
  }

  private continueKey(head: { lines: string[]; line: number }, text: string): void {
    head.lines.push(text);
    // Only a line that holds `]:` can end a key, so that earlier lines are not searched again and again.
    const single = head.lines.length === 1;
    const found = single || text.includes(']:') ? headOf(single ? text : head.lines.join('\n')) : null;
    if (!found) {
      if (head.lines.length < MAX_KEY_LINES && (head.lines[0] ?? '').includes('[')) return;
      this.sink.issue(head.line, head.lines[0] ?? '', 'a map without a value');
      this.head = null;
      return;
    }
    this.head = null;
    this.recognised = true;
    if (found.rest === '') this.histogram = { name: found.name, key: found.key, buckets: [], lines: [head.line] };
    else this.maps.value(found.name, found.key, found.rest, head.line);
  }

  private flush(): void {
    if (!this.histogram) return;
    const { name, key, buckets, lines } = this.histogram;
    this.histogram = null;
    if (buckets.length === 0) this.maps.value(name, key, '', lines[0] ?? 1);
    else this.maps.histogram(name, key, buckets, lines);
  }

  end(): void {
    if (this.head) this.sink.issue(this.head.line, this.head.lines[0] ?? '', 'a map without a value: cut off');
    this.flush();
    this.maps.end();
  }
}

/** `bpftrace -f json`: an object a line. */
class BpftraceJson implements LineParser {
  recognised = false;
  private readonly maps: BpftraceMaps;

  constructor(private readonly sink: Sink) {
    this.maps = new BpftraceMaps(sink);
  }

  line(text: string, line: number): void {
    if (text.trim() === '') return;
    let message: unknown;
    try {
      message = JSON.parse(text) as unknown;
    } catch {
      this.sink.issue(line, text, 'not JSON');
      return;
    }
    const type = own(message, 'type');
    const data = own(message, 'data');
    if (typeof type !== 'string') {
      this.sink.issue(line, text, 'an object without a type');
      return;
    }
    this.recognised = true;
    if (type === 'map' || type === 'stats' || type === 'hist' || type === 'lhist') this.map(data, line);
    else if (type !== 'attached_probes') {
      const row = newRow();
      row.type = type;
      row.text = typeof data === 'string' ? data : JSON.stringify(data ?? null);
      this.sink.row(row);
    }
  }

  private map(data: unknown, line: number): void {
    if (!isRecord(data)) return;
    for (const [name, content] of Object.entries(data)) {
      if (isRecord(content) && !isStats(content))
        for (const [key, value] of Object.entries(content)) this.entry(name, key, value, line);
      else this.entry(name, null, content, line);
    }
  }

  private entry(name: string, key: string | null, value: unknown, line: number): void {
    if (Array.isArray(value)) this.maps.histogram(name, key, jsonBuckets(listOf(value)), [line]);
    else if (isRecord(value)) {
      const stats = Object.create(null) as Record<string, CellValue>;
      for (const [field, number] of Object.entries(value)) stats[field] = numberOf(number);
      this.maps.value(name, key, stats, line);
    } else this.maps.value(name, key, typeof value === 'string' ? value : numberOf(value), line);
  }

  end(): void {
    this.maps.end();
  }
}

const isStats = (content: Record<string, unknown>): boolean =>
  typeof content.count === 'number' && typeof content.average === 'number' && typeof content.total === 'number';

/** JSON's bounds are both within the bucket; the first bucket has no min, the last no max. */
const jsonBuckets = (list: readonly unknown[]): Bucket[] => {
  const buckets: Bucket[] = [];
  for (const entry of list) {
    const count = numberOf(own(entry, 'count'));
    if (count === null) continue;
    let from = numberOf(own(entry, 'min'));
    const max = numberOf(own(entry, 'max'));
    let to = max === null ? null : max + 1;
    const before = buckets.at(-1)?.to ?? null;
    if (from !== null && before !== null && before > 0 && from < 0) {
      // bpftrace 0.17 prints the bounds of hist() in 32 bits with a sign: [2G, 4G) comes out as -2147483648 to 0.
      from = before;
      to = before * 2;
    }
    buckets.push({ from, to, count });
  }
  return buckets;
};

export const bpftraceParser: ParserDefinition = {
  id: 'bpftrace',
  title: 'Maps and histograms of a bpftrace program',
  tools: ['bpftrace', 'bpftrace -f json'],
  expects: 'a line `Attaching … probes`, a map such as `@name: `, or JSON with a type',
  fields: {
    map: 'name of the map, with its @',
    key: 'its key as printed (stacks hold newlines), null for a map without keys',
    text: 'a line the program printed itself',
  },
  likelihood: (head) => {
    if (head[0]?.startsWith('{"type": "')) return 0.95;
    if (head.some((line) => line.startsWith('Attaching ') && line.includes(' probe'))) return 0.95;
    return head.some((line) => line.startsWith('@') && !line.startsWith('@@') && line.includes(':')) ? 0.6 : 0;
  },
  create: (sink) =>
    new ByFirstLine((first) => (first.startsWith('{"type"') ? new BpftraceJson(sink) : new BpftraceText(sink))),
};
