import type { CellValue } from '@fleetscope/contracts';
import { ByFirstLine } from '../core/by-first-line';
import { isRecord, JsonDocument, listOf, numberOf, own } from '../core/json-document';
import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type MutableRow, newRow, type Sink } from '../core/sink';

/** Words of the first line of a link that are followed by their value. */
const SETTINGS = new Set(['mtu', 'qdisc', 'state', 'qlen', 'master', 'group', 'mode']);
const FACTS = ['mtu', 'qdisc', 'state', 'qlen'];

/** Lines of `ip addr` and of -d that say nothing of traffic. */
const DETAILS = new Set([
  'valid_lft',
  'promiscuity',
  'vf',
  'bridge',
  'bridge_slave',
  'bond',
  'bond_slave',
  'veth',
  'vlan',
  'vxlan',
  'tun',
  'ifb',
]);

/** `ip -s link` in text: counters since boot under repeated headings `RX: bytes packets …`. */
class IpLinkText implements LineParser {
  recognised = false;
  private row: MutableRow | null = null;
  private heading: { prefix: string; columns: string[] } | null = null;

  constructor(private readonly sink: Sink) {}

  end(): void {
    if (this.row) this.emit(this.row);
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    const first = tokens[0];
    if (first === undefined) return;
    if (!text.startsWith(' ') && first.endsWith(':') && isInteger(first.slice(0, -1))) this.link(tokens);
    else if (!this.row) this.sink.issue(line, text, 'line before any link');
    else if (first === 'RX:' || first === 'TX:')
      this.heading = headingOf(first.slice(0, 2).toLowerCase(), tokens.slice(1));
    else if ((first === 'RX' || first === 'TX') && tokens[1] === 'errors:')
      this.heading = headingOf(`${first.toLowerCase()} errors`, tokens.slice(2));
    else if (this.heading && tokens.every(isInteger)) this.counters(this.row, this.heading, tokens, text, line);
    else if (first.startsWith('link/')) this.row.address = tokens[1] ?? null;
    else if (first === 'inet' || first === 'inet6') this.address(this.row, tokens[1] ?? '');
    else if (first === 'altname' || first === 'alias') this.row[first] = tokens.slice(1).join(' ');
    else if (!DETAILS.has(first)) this.sink.issue(line, text, 'no line of a link');
  }

  private address(row: MutableRow, address: string): void {
    if (Array.isArray(row.addresses)) row.addresses.push(address);
    else row.addresses = [address];
  }

  private link(tokens: readonly string[]): void {
    if (this.row) this.emit(this.row);
    this.recognised = true;
    this.heading = null;
    const row = newRow();
    // `eth0@if12:` of a veth: its name ends at the sign.
    row.ifname = (tokens[1] ?? '').split(':')[0]?.split('@')[0] ?? '';
    for (let at = 2; at + 1 < tokens.length; at++) {
      const name = tokens[at] ?? '';
      const value = tokens[at + 1] ?? '';
      if (SETTINGS.has(name)) row[name] = isInteger(value) ? Number(value) : value;
    }
    this.row = row;
  }

  private counters(
    row: MutableRow,
    heading: { prefix: string; columns: string[] },
    tokens: readonly string[],
    text: string,
    line: number,
  ): void {
    this.heading = null;
    if (tokens.length !== heading.columns.length) {
      this.sink.issue(line, text, `column count: ${tokens.length} values under ${heading.columns.length} headings`);
      return;
    }
    for (const [at, column] of heading.columns.entries()) row[`${heading.prefix} ${column}`] = Number(tokens[at]);
  }

  private emit(row: MutableRow): void {
    this.sink.row(row);
    for (const name of FACTS) {
      const value = row[name];
      if (typeof value === 'string' || typeof value === 'number')
        this.sink.fact('links', `${String(row.ifname)}.${name}`, value);
    }
  }
}

const headingOf = (prefix: string, columns: string[]): { prefix: string; columns: string[] } => ({ prefix, columns });

class IpLinkJson implements LineParser {
  recognised = false;
  private readonly document: JsonDocument;

  constructor(private readonly sink: Sink) {
    this.document = new JsonDocument(sink);
  }

  line(text: string, line: number): void {
    this.document.line(text, line);
  }

  end(): void {
    for (const link of listOf(this.document.value()).filter(isRecord)) {
      const name = own(link, 'ifname');
      if (typeof name !== 'string') continue;
      this.recognised = true;
      const row = newRow();
      row.ifname = name;
      for (const [key, setting] of [
        ['mtu', 'mtu'],
        ['qdisc', 'qdisc'],
        ['operstate', 'state'],
        ['txqlen', 'qlen'],
      ] as const) {
        const value = own(link, key);
        if (typeof value !== 'string' && typeof value !== 'number') continue;
        row[setting] = value;
        this.sink.fact('links', `${name}.${setting}`, value);
      }
      const addresses = listOf(own(link, 'addr_info'))
        .map((one) => own(one, 'local'))
        .filter((one) => typeof one === 'string');
      if (addresses.length > 0) row.addresses = addresses;
      const statistics = own(link, 'stats64') ?? own(link, 'stats');
      for (const direction of ['rx', 'tx']) {
        const counters = own(statistics, direction);
        if (!isRecord(counters)) continue;
        for (const [key, value] of Object.entries(counters)) row[`${direction} ${key}`] = cell(value);
      }
      this.sink.row(row);
    }
  }
}

const cell = (value: unknown): CellValue => (typeof value === 'string' ? value : numberOf(value));

export const ipLinkParser: ParserDefinition = {
  id: 'ip-link',
  title: 'Links and their counters since boot',
  tools: ['ip -s link', 'ip -s -s link', 'ip -s -j link', 'ip addr', 'ip -j addr'],
  expects: 'lines such as `2: eth0: <…> mtu 1500`, or a JSON list of links',
  fields: { 'rx dropped': 'since boot, as every counter here', links: 'facts: mtu, qdisc, state, qlen of each link' },
  likelihood: (head) => {
    const first = head[0] ?? '';
    if (first.startsWith('[{"ifindex"') || (first.startsWith('[') && head.some((line) => line.includes('"ifname"'))))
      return 0.9;
    return first.startsWith('1: lo') || (isInteger(first.split(':')[0] ?? '') && first.includes('mtu ')) ? 0.9 : 0;
  },
  create: (sink) => new ByFirstLine((first) => (first.startsWith('[') ? new IpLinkJson(sink) : new IpLinkText(sink))),
};
