import { isoOrNull } from '../core/civil-time';
import { words } from '../core/line-splitter';
import { NumberReader } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type MutableRow, newRow, type Sink } from '../core/sink';

/** `icmp_seq=1`, `ttl=64`, `time=0.035`: the name and the number; null for any other word. */
const pair = (word: string, reader: NumberReader): [string, number] | null => {
  const at = word.indexOf('=');
  if (at < 1) return null;
  const number = reader.number(word.slice(at + 1).replace(':', ''));
  return number === null ? null : [word.slice(0, at), number];
};

/** The first number in front of a word that begins so: `3 packets transmitted`. */
const before = (part: string, reader: NumberReader): number | null => {
  const [first = ''] = words(part);
  return reader.number(first.startsWith('+') ? first.slice(1) : first);
};

/** ping of iputils and of busybox: answers as they come, then the statistics. */
class PingParser implements LineParser {
  recognised = false;
  private destination: string | null = null;
  private readonly reader = new NumberReader('.');
  private summary: MutableRow | null = null;
  private lines: number[] = [];

  constructor(private readonly sink: Sink) {}

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (tokens[0] === 'PING') this.begin(tokens);
    else if (tokens[0] === '---' && tokens.at(-1) === '---') this.destination ??= tokens[1] ?? null;
    else if (text.includes(' packets transmitted, ')) this.packets(text, line);
    else if (text.includes(' min/avg/max')) this.times(text, line);
    else if (text.includes(' bytes from ')) this.answer(tokens, text, line);
    else if (this.recognised && isNotice(text)) this.notice(tokens, text);
    else if (this.recognised && (tokens[0] ?? '').startsWith('pipe')) return;
    else this.sink.issue(line, text, 'no line of ping');
  }

  private begin(tokens: readonly string[]): void {
    this.flush();
    this.recognised = true;
    // `::1(::1)` has no blank between the name and the address.
    const name = tokens[1] ?? '';
    const open = name.indexOf('(');
    this.destination = open > 0 ? name.slice(0, open) : name;
  }

  private answer(tokens: readonly string[], text: string, line: number): void {
    this.recognised = true;
    const row = newRow();
    const stamp = (tokens[0] ?? '').startsWith('[') ? Number((tokens[0] ?? '').slice(1, -1)) : null;
    if (stamp !== null) row.time = isoOrNull(Math.round(stamp * 1000));
    const from = tokens.indexOf('from');
    row.from = (tokens[from + 1] ?? '').replace(':', '').trim();
    if (row.from !== tokens[from + 1] && (tokens[from + 1] ?? '').split(':').length > 2)
      row.from = bare(tokens[from + 1] ?? '');
    let found = false;
    for (const token of tokens.slice(from + 1)) {
      const read = pair(token, this.reader);
      if (!read) continue;
      found = true;
      row[read[0] === 'time' ? 'rtt' : read[0]] = read[1];
    }
    if (text.includes('(DUP!)')) row.duplicate = true;
    if (found) this.sink.row(row);
    else this.sink.issue(line, text, 'an answer without its numbers');
  }

  /** `From 192.0.2.2 icmp_seq=1 Destination Host Unreachable`, `no answer yet for icmp_seq=1`. */
  private notice(tokens: readonly string[], text: string): void {
    const row = newRow();
    for (const token of tokens) {
      const read = pair(token, this.reader);
      if (read) row[read[0]] = read[1];
    }
    row.error = text.trim().slice(0, 200);
    this.sink.row(row);
  }

  private packets(text: string, line: number): void {
    this.recognised = true;
    const row = newRow();
    for (const part of text.split(', ')) {
      const value = before(part, this.reader);
      if (part.includes('transmitted')) row.transmitted = value;
      else if (part.includes('received')) row.received = value;
      else if (part.includes('duplicates')) row.duplicates = value;
      else if (part.includes('errors')) row.errors = value;
      else if (part.includes('packet loss')) row['packet loss'] = value;
    }
    this.summary = row;
    this.lines = [line];
  }

  /** `rtt min/avg/max/mdev = 0.026/0.038/0.052/0.010 ms, pipe 2`; busybox has no deviation. */
  private times(text: string, line: number): void {
    if (!this.summary) {
      this.sink.issue(line, text, 'times without packets');
      return;
    }
    const [left = '', right = ''] = text.split(' = ');
    const names = (words(left).at(-1) ?? '').split('/');
    const values = (words(right)[0] ?? '').split('/');
    for (const [at, name] of names.entries()) this.summary[name] = this.reader.number(values[at] ?? '');
    this.lines.push(line);
  }

  private flush(): void {
    const { summary } = this;
    if (!summary) return;
    this.summary = null;
    this.sink.row(summary);
    const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
    this.sink.measure('network.path_loss', this.destination, number(summary['packet loss']), ...this.lines);
    this.sink.measure('network.path_rtt', this.destination, number(summary.avg), ...this.lines);
    const deviation = summary.mdev ?? summary.stddev;
    if (deviation !== undefined)
      this.sink.measure('network.path_rtt_deviation', this.destination, number(deviation), ...this.lines);
  }

  end(): void {
    this.flush();
  }
}

/** `fe80::1:` without the colon behind it. */
const bare = (word: string): string => (word.endsWith(':') ? word.slice(0, -1) : word);

const isNotice = (text: string): boolean =>
  text.startsWith('From ') ||
  text.includes('no answer yet for ') ||
  text.startsWith('ping: ') ||
  text.startsWith('Request timeout');

export const pingParser: ParserDefinition = {
  id: 'ping',
  title: 'Round-trip time and loss to a host',
  tools: ['ping'],
  expects: 'a first line PING, or the statistics',
  fields: { rtt: 'milliseconds', 'packet loss': '%', 'min avg max mdev': 'milliseconds', error: 'as printed' },
  likelihood: (head) => (head[0]?.startsWith('PING ') ? 0.95 : 0),
  create: (sink) => new PingParser(sink),
};
