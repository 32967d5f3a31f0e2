import type { CellValue, ParsedRow } from '@fleetscope/contracts';
import { ByFirstLine } from '../core/by-first-line';
import { isRecord, JsonDocument, listOf } from '../core/json-document';
import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { ObservedTable } from '../tables/observed-table';

/** ip-route(8): words that are followed by their value. */
const VALUED = new Set(
  (
    'via dev src table proto scope metric pref uid from mtu advmss hoplimit expires window rtt rttvar ssthresh cwnd initcwnd ' +
    'initrwnd reordering rto_min realm realms error features quickack mark iif oif nhid weight congctl tos dsfield encap ' +
    'ipproto sport dport lookup to fwmark uidrange goto suppress_prefixlength suppress_ifgroup tun_id protocol l3mdev-prefix ' +
    'users used age ipid fastopen_no_cookie'
  ).split(' '),
);
const FLAGS = new Set(
  'onlink linkdown dead pervasive offload trap notify cache lock unresolved rt_offload rt_trap not detached l3mdev nop'.split(
    ' ',
  ),
);
const TYPES = new Set(
  'unicast local broadcast multicast throw unreachable prohibit blackhole nat anycast default'.split(' '),
);

const cellOf = (word: string): CellValue => (isInteger(word) && word.length < 16 ? Number(word) : word);

/** Adds `key value` pairs and flags; false when a word is neither. */
const readWords = (tokens: readonly string[], row: ParsedRow, unknown: (word: string) => void): void => {
  for (let at = 0; at < tokens.length; at++) {
    const bare = (tokens[at] ?? '').replace('[', '').replace(']', '');
    const colon = bare.indexOf(':');
    if (VALUED.has(bare)) {
      // `via inet6 fe80::1`, `mtu lock 1400`
      const [first = '', second] = tokens.slice(at + 1, at + 3);
      const two = second !== undefined && (first === 'inet6' || first === 'inet' || first === 'lock');
      row[bare] = two ? cellOf(second) : cellOf(first);
      at += two ? 2 : 1;
    } else if (FLAGS.has(bare) || bare === '') {
      if (bare !== '') row[bare] = true;
    } else if (bare.startsWith('<') && bare.endsWith('>')) row.cache = bare.slice(1, -1);
    else if (colon > 0 && VALUED.has(bare.slice(0, colon))) row[bare.slice(0, colon)] = cellOf(bare.slice(colon + 1));
    else unknown(bare);
  }
};

abstract class PolicyLines {
  recognised = false;
  protected readonly table: ObservedTable;

  constructor(
    protected readonly sink: Sink,
    name: string,
    private readonly columns: readonly string[],
  ) {
    this.table = new ObservedTable(sink, name, columns);
  }

  protected emit(row: ParsedRow, line: number): void {
    this.recognised = true;
    this.sink.row(row);
    this.table.add(
      this.columns.map((column): CellValue => {
        const value = row[column];
        return value === undefined || (typeof value === 'object' && value !== null) ? null : value;
      }),
      line,
    );
  }

  protected unknown(text: string, line: number): (word: string) => void {
    return (word) => this.sink.once(`word ${word}`, line, text, `unknown word ${word.slice(0, 40)}`);
  }
}

class IpRouteText extends PolicyLines implements LineParser {
  private row: ParsedRow | null = null;
  private from = 0;

  constructor(sink: Sink) {
    super(sink, 'routes', ['dst', 'via', 'dev', 'src', 'metric']);
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (text.startsWith(' ') || text.startsWith('\t')) this.more(tokens, text, line);
    else if (!isRoute(tokens)) this.sink.issue(line, text, 'no route');
    else {
      this.flush();
      const row = newRow();
      const typed = TYPES.has(tokens[0] ?? '') && tokens[0] !== 'default';
      if (typed) row.type = tokens[0] ?? null;
      row.dst = tokens[typed ? 1 : 0] ?? null;
      readWords(tokens.slice(typed ? 2 : 1), row, this.unknown(text, line));
      this.row = row;
      this.from = line;
    }
  }

  /** `    cache expires 590sec mtu 1400`, or one of several next hops. */
  private more(tokens: readonly string[], text: string, line: number): void {
    if (!this.row) {
      this.sink.issue(line, text, 'line before any route');
      return;
    }
    if (tokens[0] !== 'nexthop') {
      readWords(tokens, this.row, this.unknown(text, line));
      return;
    }
    const hops = this.row.nexthops;
    const hop = tokens.slice(1).join(' ');
    if (Array.isArray(hops)) hops.push(hop);
    else this.row.nexthops = [hop];
  }

  private flush(): void {
    if (this.row) this.emit(this.row, this.from);
    this.row = null;
  }

  end(): void {
    this.flush();
    this.table.end();
  }
}

const isRouteWord = (word: string): boolean => VALUED.has(word);

const isAddress = (word: string): boolean => {
  const bare = word.split('/')[0] ?? '';
  return (bare.includes('.') && bare.split('.').every(isInteger)) || bare.split(':').length > 2;
};

/** A destination, perhaps a type before it, and at least one word of a route behind. */
const isRoute = (tokens: readonly string[]): boolean => {
  const typed = TYPES.has(tokens[0] ?? '') && tokens[0] !== 'default';
  const destination = tokens[typed ? 1 : 0] ?? '';
  const rest = tokens.slice(typed ? 2 : 1);
  if (destination !== 'default' && !isAddress(destination)) return false;
  // Alone stands the destination of a route with several next hops, which follow.
  return rest.length === 0 ? typed || destination.includes('/') || destination === 'default' : rest.some(isRouteWord);
};

class IpRuleText extends PolicyLines implements LineParser {
  constructor(sink: Sink) {
    super(sink, 'rules', ['priority', 'from', 'to', 'lookup']);
  }

  line(text: string, line: number): void {
    const [first = '', ...rest] = words(text);
    if (first === '') return;
    const priority = first.slice(0, -1);
    if (!first.endsWith(':') || !isInteger(priority) || !rest.includes('from')) {
      this.sink.issue(line, text, 'no rule');
      return;
    }
    const row = newRow();
    row.priority = Number(priority);
    const action = rest.findIndex((word) => ACTIONS.has(word));
    if (action !== -1) row.action = rest[action] ?? null;
    readWords(
      rest.filter((_, at) => at !== action),
      row,
      this.unknown(text, line),
    );
    this.emit(row, line);
  }

  end(): void {
    this.table.end();
  }
}

const ACTIONS = new Set(['blackhole', 'unreachable', 'prohibit', 'nat', 'masquerade', 'nop']);

/** A list of objects, by the names that ip itself gives their members. */
class IpJson extends PolicyLines implements LineParser {
  private readonly document: JsonDocument;

  constructor(
    sink: Sink,
    name: string,
    private readonly sign: string,
    columns: readonly string[],
  ) {
    super(sink, name, columns);
    this.document = new JsonDocument(sink);
  }

  line(text: string, line: number): void {
    this.document.line(text, line);
  }

  end(): void {
    for (const one of listOf(this.document.value()).filter(isRecord)) {
      if (!Object.hasOwn(one, this.sign)) {
        this.sink.issue(1, JSON.stringify(one), `an object without ${this.sign}`);
        continue;
      }
      const row = newRow();
      for (const [key, value] of Object.entries(one)) {
        if (value === null || typeof value !== 'object') row[key] = value as CellValue;
        else if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
          row[key] = value as CellValue[];
        else row[key] = JSON.stringify(value);
      }
      this.emit(row, 1);
    }
    this.table.end();
  }
}

const member = (head: readonly string[], ...keys: string[]): boolean => {
  const text = head.slice(0, 12).join(' ').slice(0, 4000);
  return (head[0] ?? '').trimStart().startsWith('[') && keys.every((key) => text.includes(`"${key}"`));
};

export const ipRouteParser: ParserDefinition = {
  id: 'ip-route',
  title: 'Routes, or the one to a destination',
  tools: ['ip route', 'ip route get', 'ip -j route', 'ip -j route get', 'ip -6 route'],
  expects: 'lines such as `1.1.1.1 via 192.0.2.1 dev eth0`, or a JSON list with dst',
  fields: {
    via: 'the gateway',
    src: 'the address packets leave with',
    cache: 'true, or the flags of the entry',
    nexthops: 'as printed',
  },
  likelihood: (head) => {
    if (member(head, 'dst', 'dev', 'flags')) return 0.8;
    const begins = isRoute(words(head[0] ?? '')) && words(head[0] ?? '').length > 1;
    return begins && head.every((line) => line.startsWith(' ') || line.startsWith('\t') || isRoute(words(line)))
      ? 0.8
      : 0;
  },
  create: (sink) =>
    new ByFirstLine((first) =>
      first.startsWith('[')
        ? new IpJson(sink, 'routes', 'dst', ['dst', 'gateway', 'dev', 'prefsrc', 'metric'])
        : new IpRouteText(sink),
    ),
};

export const ipRuleParser: ParserDefinition = {
  id: 'ip-rule',
  title: 'Rules that choose a routing table',
  tools: ['ip rule', 'ip -j rule', 'ip -6 rule'],
  expects: 'lines such as `32766: from all lookup main`, or a JSON list with priority',
  fields: { lookup: 'the table', action: 'where a rule refuses instead' },
  likelihood: (head) => {
    if (member(head, 'priority', 'table')) return 0.9;
    const [first = '', second] = words(head[0] ?? '');
    return first.endsWith(':') && isInteger(first.slice(0, -1)) && (second === 'from' || second === 'not') ? 0.9 : 0;
  },
  create: (sink) =>
    new ByFirstLine((first) =>
      first.startsWith('[')
        ? new IpJson(sink, 'rules', 'priority', ['priority', 'src', 'dst', 'table'])
        : new IpRuleText(sink),
    ),
};
