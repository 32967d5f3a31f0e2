import type { CellValue, Observation, ParsedRow } from '@fleetscope/contracts';
import { stripControls, words } from '../core/line-splitter';
import { recordObservation } from '../core/record-observation';
import { type ColumnKind, layoutOf, NAME, NUMBER, RecordTable, TEXT } from '../core/record-table';
import { newRow, type Sink } from '../core/sink';
import { socketInfo } from './ss-info';
import { processesOf } from './ss-rows';

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
const COLUMNS = ['state', 'receiveQueue', 'sendQueue', 'local', 'peer', 'process', ...DETAILS];
const NO_DETAILS = DETAILS.map(() => null);
const DETAIL_COLUMNS: ReadonlyMap<string, number> = new Map(DETAILS.map((key) => [key, COLUMNS.indexOf(key)]));

/** What a text must mention to have one of the details: `rttvar` stands in `rtt:1.2/0.6`, retransTotal in `retrans:0/3`. */
const RANKED = /rtt|cwnd|ssthresh|mss|retrans|lost|unacked|segs_out|bytes_|delivery_rate|lastsnd|app_limited/;

/** Columns of a record: what the line of a socket says, its addresses with all behind them, the line of details below it. */
const CELLS: readonly (readonly [name: string, kind: ColumnKind])[] = [
  ['netid', NAME],
  ['state', NAME],
  ['receiveQueue', NUMBER],
  ['sendQueue', NUMBER],
  ['addresses', TEXT],
  ['details', TEXT],
];
export const NETID = 0;
export const STATE = 1;
export const RECEIVE_QUEUE = 2;
export const SEND_QUEUE = 3;
export const ADDRESSES = 4;
const DETAILS_BELOW = 5;
const LAYOUT = layoutOf(
  CELLS.map(([name]) => name),
  (_, at) => CELLS[at]?.[1] ?? NUMBER,
);

/** The sockets of a text. What is printed of one is kept as it stands there, and read when somebody asks. */
export class SocketTable {
  readonly table: RecordTable;
  hasSocket = false;
  /** Where the record of the last socket begins; -1 when it wasn't kept. */
  private current = -1;
  /** Further lines of details, and those that were read as text. */
  private more: Map<number, string[]> | null = null;

  constructor(private readonly sink: Sink) {
    this.table = new RecordTable(LAYOUT, sink.names, (_, at) => this.row(at));
  }

  /** Ends the record in the making. */
  add(): void {
    const { table } = this;
    const { at, count } = table;
    // No details yet.
    table.cells[at + DETAILS_BELOW] = Number.NaN;
    this.sink.record(table, false, count < this.sink.limits.maxRows);
    this.hasSocket = true;
    this.current = table.count > count ? at : -1;
  }

  /** A line of details, of the last socket; `place` says where it stands in a block. */
  details(place: number | string): void {
    const { current } = this;
    const { cells } = this.table;
    if (current === -1) return;
    const below = cells[current + DETAILS_BELOW] ?? Number.NaN;
    const isFirst = below !== below && !this.more?.has(current);
    if (typeof place === 'number' && isFirst) cells[current + DETAILS_BELOW] = place;
    else {
      this.more ??= new Map();
      const texts = this.more.get(current) ?? [];
      texts.push(typeof place === 'number' ? this.table.textAt(place) : place);
      this.more.set(current, texts);
    }
  }

  /** The addresses, what stands behind them on the socket's line, and all texts of details. */
  private texts(at: number): { local: string; peer: string; rest: string; details: string[] } {
    const [local = '', peer = '', ...behind] = words(stripControls(String(this.table.get(at, ADDRESSES) ?? '')));
    const rest = behind.join(' ');
    const below = this.table.get(at, DETAILS_BELOW);
    const lines = [...(below === null ? [] : [String(below)]), ...(this.more?.get(at) ?? [])].map(stripControls);
    return { local, peer, rest, details: rest === '' ? lines : [rest, ...lines] };
  }

  private row(at: number): ParsedRow {
    const { table } = this;
    const row = newRow();
    const netid = table.get(at, NETID);
    if (netid !== null) row.Netid = netid;
    row.State = table.get(at, STATE);
    row['Recv-Q'] = table.get(at, RECEIVE_QUEUE);
    row['Send-Q'] = table.get(at, SEND_QUEUE);
    const { local, peer, rest, details } = this.texts(at);
    row['Local Address:Port'] = local;
    row['Peer Address:Port'] = peer;
    const processes = processesOf(rest);
    if (processes.length > 0) row.Process = processes;
    for (const text of details) for (const [key, value] of socketInfo(text)) if (key !== 'users') row[key] = value;
    return row;
  }

  private cells(at: number): CellValue[] {
    const { table } = this;
    const { local, peer, rest, details } = this.texts(at);
    const cells: CellValue[] = [
      table.get(at, STATE),
      table.get(at, RECEIVE_QUEUE),
      table.get(at, SEND_QUEUE),
      local,
      peer,
      processesOf(rest)[0] ?? null,
      ...NO_DETAILS,
    ];
    for (const text of details) {
      if (!RANKED.test(text)) continue;
      for (const [key, value] of socketInfo(text)) {
        const column = DETAIL_COLUMNS.get(key);
        if (column !== undefined) cells[column] = value;
      }
    }
    return cells;
  }

  /** The table `sockets`, whose rows are made when somebody asks. */
  observation(): Observation {
    return recordObservation('sockets', this.table, 0, { columns: COLUMNS, cells: (at) => this.cells(at) });
  }
}
