import { isoOrNull, isoTime } from '../core/civil-time';
import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type MutableRow, newRow, type Sink } from '../core/sink';
import { clockTime } from '../tables/local-clock';

const PROTOCOLS = new Set(['IP', 'IP6', 'ARP,', 'STP', 'LLDP,', 'Loopback,', 'PPPoE', 'MPLS']);
const MAX_FLOWS = 10_000;

/** What tcpdump says of itself, on standard error. */
const isRemark = (text: string): boolean =>
  text.startsWith('tcpdump: ') ||
  text.startsWith('listening on ') ||
  text.startsWith('reading from file ') ||
  text.startsWith('dropped privs to ') ||
  text.startsWith('Warning: ');

const SUMMARY: readonly (readonly [string, string])[] = [
  ['captured', 'captured'],
  ['received by filter', 'received by filter'],
  ['dropped by kernel', 'dropped by kernel'],
  ['dropped by interface', 'dropped by interface'],
];

interface Flow {
  packets: number;
  /** Null as long as no packet of it was printed with a length. */
  bytes: number | null;
  readonly line: number;
}

/** The text of tcpdump: one line a packet, and what belongs to it in lines set to the right (-v, -x). */
class TcpdumpParser implements LineParser {
  recognised = false;
  private row: MutableRow | null = null;
  private from = 0;
  private readonly flows = new Map<string, Flow>();
  private readonly summary = newRow();

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {}

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (text.startsWith(' ') || text.startsWith('\t')) {
      if (this.row) this.more(this.row, tokens);
      else this.sink.issue(line, text, 'line before any packet');
      return;
    }
    const counted = SUMMARY.find(
      ([end]) => text.endsWith(end) && isInteger(tokens[0] ?? '') && (tokens[1] ?? '').startsWith('packet'),
    );
    if (counted) {
      this.recognised = true;
      this.summary[`packets ${counted[1]}`] = Number(tokens[0]);
    } else if (!isRemark(text)) this.packet(tokens, text, line);
  }

  private packet(tokens: readonly string[], text: string, line: number): void {
    this.flush();
    // At most a date, a clock, an interface and its direction stand before the protocol.
    const at = tokens.slice(0, 8).findIndex((token) => PROTOCOLS.has(token));
    if (at === -1) {
      this.sink.issue(line, text, 'no packet');
      return;
    }
    this.recognised = true;
    const row = newRow();
    this.stamp(row, tokens.slice(0, at));
    row.protocol = (tokens[at] ?? '').replace(',', '');
    const arrow = tokens.indexOf('>', at);
    if (arrow > at + 1 || (arrow === at + 2 && at >= 0)) {
      row.src = tokens[arrow - 1] ?? '';
      const to = tokens[arrow + 1] ?? '';
      row.dst = to.endsWith(':') ? to.slice(0, -1) : to;
      this.details(row, tokens.slice(arrow + 2));
    } else row.info = tokens.slice(at + 1).join(' ');
    this.length(row, tokens);
    this.row = row;
    this.from = line;
  }

  private stamp(row: MutableRow, tokens: readonly string[]): void {
    if (tokens.length === 0) return;
    const [first = '', second = ''] = tokens;
    const dated = isoTime(`${first} ${second}`, this.ctx);
    const clock = dated ?? clockTime(first, this.ctx);
    const epoch = Number(first);
    let used = dated === null ? 1 : 2;
    if (clock !== null) row.time = isoOrNull(clock);
    else if (Number.isFinite(epoch) && epoch > 1e9) row.time = isoOrNull(Math.round(epoch * 1000));
    else used = 0;
    if (used > 0) row.stamp = tokens.slice(0, used).join(' ');
    const rest = tokens.slice(used);
    // `eth0  In  IP …` of the device any
    if (rest.length >= 1) row.interface = rest[0] ?? '';
    if (rest.length >= 2) row.direction = rest[1] ?? '';
  }

  /** `Flags [S], seq 1:5, ack 2, win 65495, …` */
  private details(row: MutableRow, tokens: readonly string[]): void {
    row.info = tokens.join(' ');
    for (const [at, token] of tokens.entries()) {
      const next = (tokens[at + 1] ?? '').replace(',', '');
      if (token === 'Flags' && next.startsWith('[')) row.flags = next.slice(1, -1);
      else if ((token === 'seq' || token === 'ack' || token === 'win') && row[token] === undefined)
        row[token] = isInteger(next) ? Number(next) : next;
      else if (token === 'options') break;
    }
  }

  private length(row: MutableRow, tokens: readonly string[]): void {
    const at = tokens.lastIndexOf('length');
    const word = (tokens[at + 1] ?? '').replace(':', '').replace(')', '');
    if (at !== -1 && isInteger(word)) row.length = Number(word);
  }

  /** With -v the addresses stand in the second line; -x adds the bytes. */
  private more(row: MutableRow, tokens: readonly string[]): void {
    if ((tokens[0] ?? '').startsWith('0x')) return;
    const arrow = tokens.indexOf('>');
    if (row.src !== undefined || arrow < 1) return;
    row.src = tokens[arrow - 1] ?? '';
    const to = tokens[arrow + 1] ?? '';
    row.dst = to.endsWith(':') ? to.slice(0, -1) : to;
    this.details(row, tokens.slice(arrow + 2));
    this.length(row, tokens);
  }

  private flush(): void {
    const { row } = this;
    if (!row) return;
    this.row = null;
    this.sink.row(row);
    if (typeof row.src !== 'string' || typeof row.dst !== 'string') return;
    const key = `${String(row.protocol)} ${row.src} ${row.dst}`;
    const bytes = typeof row.length === 'number' ? row.length : null;
    const flow = this.flows.get(key);
    if (flow) {
      flow.packets++;
      if (bytes !== null) flow.bytes = (flow.bytes ?? 0) + bytes;
    } else if (this.flows.size < MAX_FLOWS) this.flows.set(key, { packets: 1, bytes, line: this.from });
    else this.sink.once('flows', this.from, '', `more than ${MAX_FLOWS} flows: the rest is left out of the table`);
  }

  end(): void {
    this.flush();
    if (Object.keys(this.summary).length > 0) this.sink.row(this.summary);
    if (this.flows.size === 0) return;
    const ranked = [...this.flows].sort(([, a], [, b]) => b.packets - a.packets);
    this.sink.observe({
      kind: 'table',
      name: 'flows',
      columns: ['protocol', 'src', 'dst', 'packets', 'bytes'],
      rows: ranked.map(([key, { packets, bytes }]) => [...key.split(' '), packets, bytes]),
      lines: ranked.map(([, { line }]) => line),
    });
  }
}

const isPacket = (line: string): boolean => {
  const tokens = words(line).slice(0, 6);
  return tokens.some((token) => PROTOCOLS.has(token)) && (line.includes(' > ') || line.includes(' length '));
};

export const tcpdumpParser: ParserDefinition = {
  id: 'tcpdump',
  title: 'Packets, one a line',
  tools: ['tcpdump'],
  expects: 'lines such as `12:00:00.000001 IP 192.0.2.1.22 > 192.0.2.2.4711: Flags [.], ack 1, length 0`',
  fields: {
    length: 'bytes of payload, as printed',
    stamp: 'the time as printed, to the microsecond',
    flows: 'table: packets and bytes of payload by the two ends',
    'packets captured': 'in a row of its own, where standard error is in the text',
  },
  likelihood: (head) => {
    const lines = head.filter((line) => !isRemark(line) && !line.startsWith(' ') && !line.startsWith('\t'));
    return lines.length > 0 && lines.filter(isPacket).length > lines.length / 2 ? 0.8 : 0;
  },
  create: (sink, ctx) => new TcpdumpParser(sink, ctx),
};
