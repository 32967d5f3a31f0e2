import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { isSocketHeading, processesOf, socketRow } from './ss-rows';

class SsListenParser implements LineParser {
  recognised = false;
  /** Where the heading has no State (`ss state listening`), rows have none either. */
  private stateLess = false;
  private readonly seen = new Map<string, number>();

  constructor(private readonly sink: Sink) {}

  end(): void {}

  line(text: string, line: number): void {
    if (text.trim() === '') return;
    if (isSocketHeading(text)) {
      this.recognised = true;
      this.stateLess = !text.includes('State');
      return;
    }
    // Options of -e, -i, -m continue a row on lines that begin with blanks.
    if (text.startsWith(' ') || text.startsWith('\t')) return;
    const socket = socketRow(text, this.stateLess);
    if (!socket) {
      this.sink.issue(line, text, 'no row of a socket');
      return;
    }
    this.recognised = true;
    const row = newRow();
    row.State = socket.state || 'LISTEN';
    row['Recv-Q'] = socket.receiveQueue;
    row['Send-Q'] = socket.sendQueue;
    row['Local Address:Port'] = socket.local;
    row['Peer Address:Port'] = socket.peer;
    const processes = processesOf(socket.rest);
    if (processes.length > 0) row.Process = processes;
    this.sink.row(row);
    if (row.State !== 'LISTEN') return;
    const instance = this.instance(socket.local);
    // Of a listening socket Recv-Q is the accept queue and Send-Q its limit.
    this.sink.measure('tcp.accept_queue', instance, socket.receiveQueue, line);
    this.sink.measure('tcp.accept_queue_limit', instance, socket.sendQueue, line);
  }

  /** With SO_REUSEPORT many sockets have one address: each is an instance of its own. */
  private instance(local: string): string {
    const times = (this.seen.get(local) ?? 0) + 1;
    this.seen.set(local, times);
    return times === 1 ? local : `${local}#${times}`;
  }
}

export const ssListenParser: ParserDefinition = {
  id: 'ss-lnt',
  title: 'Listening TCP sockets and their accept queues',
  tools: ['ss -lnt'],
  expects: 'a heading with Recv-Q and Send-Q, or rows of listening sockets',
  fields: {
    'Recv-Q': 'connections waiting to be accepted',
    'Send-Q': 'limit of the accept queue',
    Process: '`name/pid` of those that hold the socket (-p)',
  },
  allowsEmpty: true,
  likelihood: (head) => {
    if (!head.some(isSocketHeading)) return 0;
    const rows = head.map((line) => socketRow(line)).filter((row) => row !== null);
    return rows.length > 0 && rows.every((row) => row.state === 'LISTEN') ? 0.8 : 0;
  },
  create: (sink: Sink, _ctx: ParseContext) => new SsListenParser(sink),
};
