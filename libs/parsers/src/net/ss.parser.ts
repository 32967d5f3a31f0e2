import type { MetricId } from '@fleetscope/contracts';
import type { LineBlock } from '../core/line-block';
import { hasShortOption, type ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { Sink } from '../core/sink';
import { SocketLines } from './ss-lines';
import { isSocketHeading, type SocketRow, socketRow } from './ss-rows';
import { ADDRESSES, NETID, RECEIVE_QUEUE, SEND_QUEUE, SocketTable, STATE } from './ss-table';

const MAX_CITED = 100;

class SsParser implements LineParser {
  recognised = false;
  private stateLess = false;
  private readonly sockets: SocketTable;
  private readonly plain: SocketLines;
  /** The lines of sockets of TCP, by the number of their state's name; those without a state stand before them. */
  private readonly states: (number[] | undefined)[] = [];

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.sockets = new SocketTable(sink);
    this.plain = new SocketLines(this.sockets);
  }

  block(block: LineBlock): void {
    if (!this.stateLess) this.plain.read(block, this.taken);
  }

  line(text: string, line: number): void {
    if (text.trim() === '') return;
    if (isSocketHeading(text)) {
      this.recognised = true;
      this.stateLess = !text.includes('State');
      return;
    }
    if (text.startsWith('\t') || text.startsWith(' ')) {
      if (this.sockets.hasSocket) this.sockets.details(text);
      else this.sink.issue(line, text, 'details without a socket');
      return;
    }
    const socket = socketRow(text, this.stateLess);
    if (!socket) {
      this.sink.issue(line, text, 'no row of a socket');
      return;
    }
    this.socket(socket, line);
  }

  private socket(socket: SocketRow, line: number): void {
    const { table } = this.sockets;
    const { at } = table;
    table.begin(line, null, 0);
    table.set(NETID, socket.netid);
    table.set(STATE, socket.state === '' ? null : socket.state);
    table.set(RECEIVE_QUEUE, socket.receiveQueue);
    table.set(SEND_QUEUE, socket.sendQueue);
    table.set(ADDRESSES, `${socket.local} ${socket.peer} ${socket.rest}`);
    this.sockets.add();
    this.taken(at);
  }

  /** Counts the socket whose record begins at `at`. */
  private readonly taken = (at: number): void => {
    const { table } = this.sockets;
    const { cells, names } = table;
    this.recognised = true;
    const netid = cells[at + NETID] ?? Number.NaN;
    if (netid === netid && names.names[netid] !== 'tcp') return;
    const state = cells[at + STATE] ?? Number.NaN;
    const place = state === state ? state + 1 : 0;
    const lines = this.states[place];
    if (lines) lines.push(table.line(at));
    else this.states[place] = [table.line(at)];
  };

  end(): void {
    if (this.sockets.table.count > 0) this.sink.observe(this.sockets.observation());
    const listens = this.linesOf('LISTEN').length > 0;
    // Of listening sockets only (-l), or of a filter by state, nothing follows about the others.
    const found = this.states.filter((lines) => lines !== undefined).length;
    if (this.stateLess || found === (listens ? 1 : 0)) return;
    this.count('tcp.sockets_established', 'ESTAB');
    this.count('tcp.sockets_close_wait', 'CLOSE-WAIT');
    // Without -a ss leaves out TIME-WAIT: none among the rows says nothing then.
    if (listens || hasShortOption(this.ctx, 'a')) this.count('tcp.sockets_time_wait', 'TIME-WAIT');
  }

  private linesOf(state: string): readonly number[] {
    return this.states[this.sink.names.idOf(state) + 1] ?? [];
  }

  private count(metric: MetricId, state: string): void {
    const lines = this.linesOf(state);
    this.sink.measure(metric, null, lines.length, ...lines.slice(0, MAX_CITED));
  }
}

export const ssParser: ParserDefinition = {
  id: 'ss',
  title: 'Sockets, with the details of TCP',
  tools: ['ss -tinp', 'ss -tan', 'ss -tulpen'],
  expects: 'a heading with Recv-Q and Send-Q, or rows of sockets',
  fields: {
    rtt: 'ms; rttvar beside it',
    retransNow: 'of `retrans:now/total`, segments in flight that were sent again; retransTotal: over the connection',
    sockets: 'table of the sockets with what ranks them',
  },
  allowsEmpty: true,
  likelihood: (head) => {
    if (head.some(isSocketHeading)) return 0.7;
    return head.length > 0 && head.every((line) => line.startsWith('\t') || socketRow(line) !== null) ? 0.6 : 0;
  },
  create: (sink, ctx) => new SsParser(sink, ctx),
};
