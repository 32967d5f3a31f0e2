import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

const SECTIONS = new Set([
  'Ip:',
  'Icmp:',
  'IcmpMsg:',
  'Tcp:',
  'Udp:',
  'UdpLite:',
  'TcpExt:',
  'IpExt:',
  'MPTcpExt:',
  'Ip6:',
  'Icmp6:',
  'Udp6:',
  'UdpLite6:',
]);

/** Counters since boot, in sentences: `261 segments retransmitted`, `Quick ack mode was activated 697 times`, `TCPTimeouts: 2`. */
class NetstatParser implements LineParser {
  recognised = false;
  private section = '';

  constructor(private readonly sink: Sink) {}

  end(): void {}

  line(text: string, line: number): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    if (!text.startsWith(' ') && !text.startsWith('\t') && trimmed.endsWith(':')) {
      this.recognised ||= SECTIONS.has(trimmed);
      this.section = trimmed.slice(0, -1);
      return;
    }
    // `ICMP input histogram:`: a heading within a section.
    if (trimmed.endsWith(':') && this.section !== '') return;
    const tokens = words(trimmed);
    const at = tokens.findIndex(isInteger);
    if (at === -1 || this.section === '') {
      this.sink.issue(line, text, 'no counter');
      return;
    }
    const value = Number(tokens[at]);
    const name = tokens.filter((_, i) => i !== at).join(' ');
    const row = newRow();
    row.section = this.section;
    row.name = name.endsWith(':') ? name.slice(0, -1) : name;
    row.value = value;
    this.sink.row(row);
    // The one line that is no counter but a count.
    if (this.section === 'Tcp' && name === 'connections established') {
      this.sink.measure('tcp.sockets_established', null, value, line);
    }
  }
}

export const netstatParser: ParserDefinition = {
  id: 'netstat-s',
  title: 'Network counters of the kernel, in words',
  tools: ['netstat -s', 'netstat -st', 'netstat -su'],
  expects: 'a section such as Tcp: or IcmpMsg:',
  fields: { value: 'since boot' },
  likelihood: (head) => (SECTIONS.has(head[0] ?? '') && (head[1] ?? '').startsWith(' ') ? 0.9 : 0),
  create: (sink) => new NetstatParser(sink),
};
