import type { CellValue } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

const FAMILIES = new Set(['ipv4', 'ipv6']);
/** Keys that come twice: of the first packet's direction, then of the answer's. */
const BOTH_WAYS = new Set([
  'src',
  'dst',
  'sport',
  'dport',
  'packets',
  'bytes',
  'type',
  'code',
  'id',
  'srckey',
  'dstkey',
]);

const cellOf = (word: string): CellValue => {
  const number = Number(word);
  return isInteger(word) && Number.isSafeInteger(number) ? number : word;
};

/** The tracked connections: /proc/net/nf_conntrack, or `conntrack -L`, which leaves out the address family. */
class ConntrackListParser implements LineParser {
  recognised = false;
  private readonly states = new Map<string, { count: number; line: number }>();

  constructor(private readonly sink: Sink) {}

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0 || text.startsWith('conntrack v')) return;
    const at = FAMILIES.has(tokens[0] ?? '') ? 2 : 0;
    const [protocol = '', number = ''] = tokens.slice(at);
    if (!isInteger(number) || !tokens.some((token) => token.startsWith('src='))) {
      this.sink.issue(line, text, 'no tracked connection');
      return;
    }
    this.recognised = true;
    const row = newRow();
    if (at > 0) row.family = tokens[0] ?? '';
    row.protocol = protocol;
    const flags: string[] = [];
    const seen = new Set<string>();
    for (const token of tokens.slice(at + 2)) {
      const equals = token.indexOf('=');
      const key = token.slice(0, equals);
      if (equals > 0) {
        row[seen.has(key) && BOTH_WAYS.has(key) ? `reply ${key}` : key] = cellOf(token.slice(equals + 1));
        seen.add(key);
      } else if (token.startsWith('[')) flags.push(token.slice(1, -1));
      else if (isInteger(token) && row.timeout === undefined) row.timeout = Number(token);
      else row.state = token;
    }
    if (flags.length > 0) row.flags = flags;
    this.sink.row(row);
    const name = `${protocol} ${typeof row.state === 'string' ? row.state : ''}`.trim();
    const state = this.states.get(name);
    if (state) state.count++;
    else if (this.states.size < 256) this.states.set(name, { count: 1, line });
  }

  end(): void {
    if (this.states.size === 0) return;
    const states = [...this.states].sort(([, a], [, b]) => b.count - a.count);
    this.sink.observe({
      kind: 'table',
      name: 'connections',
      columns: ['state', 'connections'],
      rows: states.map(([name, { count }]) => [name, count]),
      lines: states.map(([, { line }]) => line),
    });
  }
}

export const conntrackListParser: ParserDefinition = {
  id: 'nf-conntrack',
  title: 'Tracked connections',
  tools: ['/proc/net/nf_conntrack', 'conntrack -L'],
  expects: 'lines such as `ipv4 2 tcp 6 431999 ESTABLISHED src=192.0.2.1 dst=…`',
  fields: {
    timeout: 'seconds until it is forgotten',
    'reply *': 'of the direction of the answers',
    connections: 'table: how many by protocol and state',
  },
  allowsEmpty: true,
  likelihood: (head) =>
    head.length > 0 && head.every((line) => line.includes(' src=') && line.includes(' dst=') && line.includes(' use='))
      ? 0.95
      : 0,
  create: (sink) => new ConntrackListParser(sink),
};

/** /proc/net/stat/nf_conntrack: a heading, then a line a CPU, in hexadecimal. */
class ConntrackStatParser implements LineParser {
  recognised = false;
  private columns: readonly string[] = [];
  private cpu = 0;

  constructor(private readonly sink: Sink) {}

  end(): void {}

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (this.columns.length === 0) {
      if (tokens[0] !== 'entries') this.sink.issue(line, text, 'line before any heading');
      else {
        this.recognised = true;
        this.columns = tokens;
      }
      return;
    }
    const values = tokens.map((token) => (token.length <= 8 ? Number(`0x${token}`) : Number.NaN));
    if (values.length !== this.columns.length || !values.every((value) => Number.isFinite(value))) {
      this.sink.issue(line, text, 'column count');
      return;
    }
    const row = newRow();
    row.cpu = this.cpu++;
    for (const [at, column] of this.columns.entries()) row[column] = values[at] ?? null;
    this.sink.row(row);
  }
}

export const conntrackStatParser: ParserDefinition = {
  id: 'proc-net-stat-nf-conntrack',
  title: 'Counters of connection tracking by CPU (one reading)',
  tools: ['/proc/net/stat/nf_conntrack'],
  expects: 'a heading beginning with entries',
  fields: { cpu: 'the place of the line: CPUs that are off have none', entries: 'the same in every line: of the host' },
  likelihood: (head) => (head[0]?.startsWith('entries ') ? 0.95 : 0),
  create: (sink) => new ConntrackStatParser(sink),
};
