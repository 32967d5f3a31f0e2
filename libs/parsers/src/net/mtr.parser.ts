import type { CellValue } from '@fleetscope/contracts';
import { ByFirstLine } from '../core/by-first-line';
import { isoTime } from '../core/civil-time';
import { isRecord, JsonDocument, listOf, numberOf, own } from '../core/json-document';
import { words } from '../core/line-splitter';
import { isInteger, NumberReader } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { ObservedTable } from '../tables/observed-table';

interface Hop {
  readonly hop: number;
  readonly host: string;
  readonly asn: string | null;
  readonly values: ReadonlyMap<string, number | null>;
  readonly line: number;
}

const COLUMNS = ['hop', 'host', 'Loss%', 'Snt', 'Last', 'Avg', 'Best', 'Wrst', 'StDev'];

/**
 * Hops as rows and as a table; the destination is the last one, and alone becomes metrics: a router on the way that answers
 * some probes only is limiting its answers, not losing packets.
 */
class MtrHops {
  private readonly table: ObservedTable;
  private last: Hop | null = null;

  constructor(private readonly sink: Sink) {
    this.table = new ObservedTable(sink, 'path', COLUMNS);
  }

  add(hop: Hop): void {
    const row = newRow();
    row.hop = hop.hop;
    if (hop.asn !== null) row.ASN = hop.asn;
    row.host = hop.host;
    for (const [column, value] of hop.values) row[column] = value;
    this.sink.row(row);
    this.table.add(
      COLUMNS.map((column): CellValue =>
        column === 'hop' ? hop.hop : column === 'host' ? hop.host : (hop.values.get(column) ?? null),
      ),
      hop.line,
    );
    this.last = hop;
  }

  end(): void {
    this.table.end();
    if (!this.last) return;
    const { host, values, line } = this.last;
    const loss = values.get('Loss%') ?? null;
    // Nobody answered: the zeros under the times are none.
    const time = (column: string): number | null => (loss === 100 ? null : (values.get(column) ?? null));
    this.sink.measure('network.path_loss', host, loss, line);
    this.sink.measure('network.path_rtt', host, time('Avg'), line);
    this.sink.measure('network.path_rtt_deviation', host, time('StDev'), line);
  }
}

/** `HOST: vm   Loss%   Snt   Last   Avg  Best  Wrst StDev`: what mtr --report prints. */
class MtrReport implements LineParser {
  recognised = false;
  private columns: readonly string[] = [];
  private readonly reader = new NumberReader();
  private readonly hops: MtrHops;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.hops = new MtrHops(sink);
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    const marker = tokens[0] ?? '';
    if (marker === 'Start:') {
      const time = isoTime(tokens[1] ?? '', this.ctx);
      this.sink.fact('path', 'start', time === null ? tokens.slice(1).join(' ') : new Date(time).toISOString());
    } else if (marker === 'HOST:') this.heading(tokens);
    // One more router at the same distance: `|  `+-- host`.
    else if (marker === '|' || marker.startsWith('`') || marker.startsWith('|')) this.other(tokens);
    else if (this.columns.length === 0) this.sink.issue(line, text, 'line before any heading');
    else this.hop(tokens, text, line);
  }

  private heading(tokens: readonly string[]): void {
    this.recognised = true;
    const from = tokens.findIndex((token) => token === 'Loss%' || token === 'Snt');
    this.columns = from === -1 ? [] : tokens.slice(from);
    this.sink.fact('path', 'from', tokens.slice(1, from === -1 ? undefined : from).join(' '));
  }

  private other(tokens: readonly string[]): void {
    const row = newRow();
    row.alternative = tokens.filter((token) => !token.startsWith('|') && !token.startsWith('`')).join(' ');
    this.sink.row(row);
  }

  private hop(tokens: readonly string[], text: string, line: number): void {
    const { columns } = this;
    const number = (tokens[0] ?? '').split('.')[0] ?? '';
    const names = tokens.slice(1, tokens.length - columns.length);
    if (!isInteger(number) || names.length === 0) {
      this.sink.issue(line, text, `column count: ${tokens.length} words for ${columns.length} columns and a host`);
      return;
    }
    const values = new Map<string, number | null>();
    for (const [at, column] of columns.entries()) {
      const word = tokens[tokens.length - columns.length + at] ?? '';
      // A time of four digits has no room for its fraction: `1091.`
      const value = this.reader.number(word.endsWith('.') ? word.slice(0, -1) : word);
      if (value === null) this.sink.issue(line, text, `${column} is no number: ${word.slice(0, 40)}`);
      values.set(column, value);
    }
    const asn = (names[0] ?? '').startsWith('AS') && names.length > 1 ? (names[0] ?? null) : null;
    this.hops.add({ hop: Number(number), host: (asn === null ? names : names.slice(1)).join(' '), asn, values, line });
  }

  end(): void {
    this.hops.end();
  }
}

class MtrJson implements LineParser {
  recognised = false;
  private readonly document: JsonDocument;

  constructor(private readonly sink: Sink) {
    this.document = new JsonDocument(sink);
  }

  line(text: string, line: number): void {
    this.document.line(text, line);
  }

  end(): void {
    const report = own(this.document.value(), 'report');
    if (!isRecord(report)) return;
    this.recognised = true;
    const asked = own(report, 'mtr');
    for (const key of ['src', 'dst', 'tests']) {
      const value = own(asked, key);
      if (typeof value === 'string' || typeof value === 'number')
        this.sink.fact('path', key === 'src' ? 'from' : key, value);
    }
    const hops = new MtrHops(this.sink);
    for (const [at, hub] of listOf(own(report, 'hubs')).filter(isRecord).entries()) {
      const values = new Map<string, number | null>();
      for (const [key, value] of Object.entries(hub))
        if (!['count', 'host', 'ASN'].includes(key)) values.set(key, numberOf(value));
      const host = own(hub, 'host');
      const asn = own(hub, 'ASN');
      hops.add({
        hop: numberOf(own(hub, 'count')) ?? at + 1,
        host: typeof host === 'string' ? host : '???',
        asn: typeof asn === 'string' ? asn : null,
        values,
        line: 1,
      });
    }
    hops.end();
  }
}

export const mtrParser: ParserDefinition = {
  id: 'mtr',
  title: 'Loss and round-trip time along a path',
  tools: ['mtr --report', 'mtr --json'],
  expects: 'a heading beginning with HOST: and Loss%, or a JSON object with report',
  fields: {
    'Last Avg Best Wrst StDev': 'milliseconds',
    alternative: 'one more router at the distance of the hop above',
    path: 'table of the hops; metrics are of the last one',
  },
  likelihood: (head) => {
    if (head.some((line) => line.startsWith('HOST:') && line.includes('Loss%'))) return 0.95;
    return head[0]?.trim().startsWith('{') && head.slice(0, 4).some((line) => line.includes('"mtr"')) ? 0.95 : 0;
  },
  create: (sink, ctx) =>
    new ByFirstLine((first) => (first.startsWith('{') ? new MtrJson(sink) : new MtrReport(sink, ctx))),
};
