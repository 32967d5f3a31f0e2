import type { CellValue, MetricId } from '@fleetscope/contracts';
import { hasShortOption, type ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type MutableRow, newRow, type Sink } from '../core/sink';
import { socketInfo } from './ss-info';
import { isSocketHeading, processesOf, type SocketRow, socketRow } from './ss-rows';

/** What of the details goes into the table, for ranking sockets. */
const DETAILS = [
  'rtt',
  'rttvar',
  'minrtt',
  'cwnd',
  'ssthresh',
  'mss',
  'retransNow',
  'retransTotal',
  'lost',
  'unacked',
  'segs_out',
  'data_segs_out',
  'bytes_sent',
  'bytes_retrans',
  'bytes_received',
  'delivery_rate',
  'lastsnd',
  'app_limited',
] as const;
const MAX_CITED = 100;
const COLUMNS = ['state', 'receiveQueue', 'sendQueue', 'local', 'peer', 'process', ...DETAILS];
const NO_DETAILS = DETAILS.map(() => null);
const DETAIL_COLUMNS: ReadonlyMap<string, number> = new Map(DETAILS.map((key) => [key, COLUMNS.indexOf(key)]));

/** What a text must mention to have one of the details: `rttvar` stands in `rtt:1.2/0.6`, retransTotal in `retrans:0/3`. */
const RANKED = /rtt|cwnd|ssthresh|mss|retrans|lost|unacked|segs_out|bytes_|delivery_rate|lastsnd|app_limited/;

const rowOf = (socket: SocketRow, details: readonly string[]): MutableRow => {
  const row = newRow();
  if (socket.netid !== null) row.Netid = socket.netid;
  row.State = socket.state === '' ? null : socket.state;
  row['Recv-Q'] = socket.receiveQueue;
  row['Send-Q'] = socket.sendQueue;
  row['Local Address:Port'] = socket.local;
  row['Peer Address:Port'] = socket.peer;
  const processes = processesOf(socket.rest);
  if (processes.length > 0) row.Process = processes;
  for (const text of details) for (const [key, value] of socketInfo(text)) if (key !== 'users') row[key] = value;
  return row;
};

class SsParser implements LineParser {
  recognised = false;
  private stateLess = false;
  private current: { details: string[]; cells: CellValue[] } | null = null;
  private readonly rows: CellValue[][] = [];
  private readonly lines: number[] = [];
  private readonly states = new Map<string, number[]>();

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {}

  line(text: string, line: number): void {
    if (text.trim() === '') return;
    if (isSocketHeading(text)) {
      this.recognised = true;
      this.stateLess = !text.includes('State');
      return;
    }
    if (text.startsWith('\t') || text.startsWith(' ')) {
      if (this.current) this.details(text);
      else this.sink.issue(line, text, 'details without a socket');
      return;
    }
    const socket = socketRow(text, this.stateLess);
    if (!socket) {
      this.sink.issue(line, text, 'no row of a socket');
      return;
    }
    this.recognised = true;
    this.socket(socket, line);
  }

  private socket(socket: SocketRow, line: number): void {
    const details: string[] = [];
    const cells: CellValue[] = [
      socket.state || null,
      socket.receiveQueue,
      socket.sendQueue,
      socket.local,
      socket.peer,
      processesOf(socket.rest)[0] ?? null,
      ...NO_DETAILS,
    ];
    this.current = { details, cells };
    if (socket.netid === null || socket.netid === 'tcp') {
      const lines = this.states.get(socket.state);
      if (lines) lines.push(line);
      else this.states.set(socket.state, [line]);
    }
    this.sink.row(() => rowOf(socket, details));
    if (this.rows.length < this.sink.limits.maxRows) {
      this.rows.push(cells);
      this.lines.push(line);
    }
    // With -O the details stand on the socket's own line.
    if (socket.rest !== '') this.details(socket.rest);
  }

  private details(text: string): void {
    if (!this.current) return;
    const { details, cells } = this.current;
    if (this.sink.keepsRows) details.push(text);
    if (!RANKED.test(text)) return;
    for (const [key, value] of socketInfo(text)) {
      const at = DETAIL_COLUMNS.get(key);
      if (at !== undefined) cells[at] = value;
    }
  }

  end(): void {
    if (this.rows.length > 0)
      this.sink.observe({ kind: 'table', name: 'sockets', columns: COLUMNS, rows: this.rows, lines: this.lines });
    const listens = this.states.has('LISTEN');
    // Of listening sockets only (-l), or of a filter by state, nothing follows about the others.
    if (this.stateLess || this.states.size === (listens ? 1 : 0)) return;
    this.count('tcp.sockets_established', 'ESTAB');
    this.count('tcp.sockets_close_wait', 'CLOSE-WAIT');
    // Without -a ss leaves out TIME-WAIT: none among the rows says nothing then.
    if (listens || hasShortOption(this.ctx, 'a')) this.count('tcp.sockets_time_wait', 'TIME-WAIT');
  }

  private count(metric: MetricId, state: string): void {
    const lines = this.states.get(state) ?? [];
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
