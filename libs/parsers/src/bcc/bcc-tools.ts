import type { ParsedRow } from '@fleetscope/contracts';
import type { Place, Sink } from '../core/sink';
import type { ColumnKind } from '../tables/row-splitter';

export interface BccTool {
  readonly name: string;
  readonly title: string;
  /** Headings that tell the tool: all those of one list. */
  readonly signs: readonly (readonly string[])[];
  /** What it prints before its heading, for tools that print the same one. */
  readonly banner?: string;
  /** Name of the observation, a table or events. */
  readonly table: string;
  /** The class of its events; left out where the rows are sums and not things that happened. */
  readonly events?: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly sure: number;
  readonly sample?: (sink: Sink, row: ParsedRow, place: Place) => void;
}

const NUMBERS =
  'TIME(s) PID TID PPID UID IP LPORT RPORT DPORT SPORT TX_KB RX_KB MS LAT(ms) QUE(ms) BYTES SECTOR OFF_KB SEQ RETRANSMITS ' +
  'ENDTIME_us OFFSET_b LATENCY_us CONNECTS COUNT FD ERR RET READS WRITES R_Kb W_Kb HITS MISSES DIRTIES HITRATIO TOTAL READ_HIT% WRITE_HIT% BUFFERS_MB CACHED_MB';
const WORDS =
  'TIME LADDR RADDR LADDR6 RADDR6 SADDR DADDR LADDR:LPORT RADDR:RPORT T> STATE T TYPE DISK FLAGS PATTERN NETNS';

/** The columns of all these tools by their headings: their meaning is the same wherever they stand. */
export const COLUMN_KINDS: ReadonlyMap<string, ColumnKind> = new Map<string, ColumnKind>([
  ...NUMBERS.split(' ').map((name): [string, ColumnKind] => [name, 'number']),
  ['TIME (us)', 'number'],
  ...WORDS.split(' ').map((name): [string, ColumnKind] => [name, 'word']),
  ...['COMM', 'PCOMM', 'TASK', 'FILENAME', 'FILE', 'PATH', 'ARGS', 'QUERY'].map((name): [string, ColumnKind] => [
    name,
    'text',
  ]),
  // `[unknown: 321]`
  ['SYSCALL', 'text'],
]);

const FLOW = { 'LADDR:LPORT': 'this end', 'RADDR:RPORT': 'the other end' };
const SLOWER = { T: 'R read, W write, O open, S fsync', 'LAT(ms)': 'from the call into the filesystem to its return' };
const slower = (name: string, title: string): BccTool => ({
  name,
  title: `Slow operations of ${title}`,
  signs: [
    ['COMM', 'PID', 'T', 'OFF_KB', 'LAT(ms)', 'FILENAME'],
    ['TASK', 'PID', 'TYPE', 'OFFSET_b', 'LATENCY_us', 'FILE'],
  ],
  banner: `Tracing ${title}`,
  table: 'slow-files',
  events: 'slow-file',
  fields: SLOWER,
  sure: 0.9,
});

export const BCC_TOOLS: readonly BccTool[] = [
  {
    name: 'tcpretrans',
    title: 'TCP segments sent again, one by one',
    signs: [
      ['PID', 'IP', 'LADDR:LPORT', 'T>', 'RADDR:RPORT'],
      ['LADDR:LPORT', 'RADDR:RPORT', 'RETRANSMITS'],
    ],
    table: 'tcp-retransmits',
    events: 'tcp-retransmit',
    fields: {
      ...FLOW,
      'T>': 'R> retransmission, L> tail loss probe',
      PID: 'on the CPU at the time: seldom the sender',
    },
    sure: 0.95,
  },
  {
    name: 'tcplife',
    title: 'TCP sessions that ended, with their bytes and duration',
    signs: [['PID', 'COMM', 'LADDR', 'LPORT', 'RADDR', 'RPORT', 'TX_KB', 'RX_KB', 'MS']],
    table: 'tcp-lifespans',
    events: 'tcp-session',
    fields: { MS: 'duration, milliseconds', 'TX_KB RX_KB': 'KiB' },
    sure: 0.95,
  },
  {
    name: 'tcptop',
    title: 'TCP throughput by connection',
    signs: [
      ['PID', 'COMM', 'LADDR', 'RADDR', 'RX_KB', 'TX_KB'],
      ['PID', 'COMM', 'LADDR6', 'RADDR6', 'RX_KB', 'TX_KB'],
    ],
    table: 'tcp-top',
    fields: { 'RX_KB TX_KB': 'KiB in the interval', time: 'of the interval, where the tool prints it' },
    sure: 0.9,
  },
  {
    name: 'tcpconnlat',
    title: 'Time to connect, one connection a line',
    signs: [['PID', 'COMM', 'IP', 'SADDR', 'DADDR', 'DPORT', 'LAT(ms)']],
    table: 'tcp-connect-latency',
    events: 'tcp-connect',
    fields: { 'LAT(ms)': 'from SYN to the answer' },
    sure: 0.97,
  },
  {
    name: 'tcpconnect',
    title: 'Connections being opened, one a line',
    signs: [
      ['PID', 'COMM', 'IP', 'SADDR', 'DADDR', 'DPORT'],
      ['LADDR', 'RADDR', 'RPORT', 'CONNECTS'],
    ],
    table: 'tcp-connects',
    events: 'tcp-connect',
    fields: { QUERY: 'the name that was looked up before, with -d' },
    sure: 0.9,
  },
  {
    name: 'biosnoop',
    title: 'Disk I/O, one request a line',
    signs: [['TIME(s)', 'COMM', 'PID', 'DISK', 'SECTOR', 'BYTES', 'LAT(ms)']],
    table: 'disk-requests',
    events: 'disk-request',
    fields: { 'QUE(ms)': 'queued in the kernel, with -Q', 'LAT(ms)': 'issue to completion' },
    sure: 0.95,
  },
  slower('ext4slower', 'ext4'),
  slower('xfsslower', 'XFS'),
  {
    name: 'filetop',
    title: 'Reads and writes by file',
    signs: [['COMM', 'READS', 'WRITES', 'R_Kb', 'W_Kb', 'T', 'FILE']],
    table: 'file-top',
    fields: { T: 'R regular file, S socket, O other', 'R_Kb W_Kb': 'KiB in the interval' },
    sure: 0.95,
  },
  {
    name: 'cachestat',
    title: 'Hits and misses of the page cache',
    signs: [
      ['HITS', 'MISSES', 'DIRTIES', 'BUFFERS_MB', 'CACHED_MB'],
      ['HITS', 'MISSES', 'DIRTIES', 'BUFFERS', 'CACHED'],
    ],
    table: 'page-cache',
    fields: { HITRATIO: '%', 'HITS MISSES DIRTIES': 'pages in the interval' },
    sure: 0.95,
    sample: (sink, row, place) => {
      const ratio = row.HITRATIO;
      if (typeof ratio === 'number') sink.sample('memory.cache_hit_ratio', null, ratio, place);
    },
  },
  {
    name: 'opensnoop',
    title: 'Files being opened',
    signs: [['PID', 'COMM', 'FD', 'ERR', 'PATH']],
    table: 'file-opens',
    events: 'file-open',
    fields: { FD: '-1 when it failed', ERR: 'the error’s number, 0 for none' },
    sure: 0.95,
  },
  {
    name: 'syscount',
    title: 'System calls, counted by call or process',
    signs: [
      ['SYSCALL', 'COUNT'],
      ['PID', 'COMM', 'COUNT'],
    ],
    table: 'syscalls',
    fields: { 'TIME (us)': 'spent in the call, with -L' },
    sure: 0.9,
  },
  {
    name: 'execsnoop',
    title: 'Processes being started',
    signs: [['PCOMM', 'PID', 'RET', 'ARGS']],
    table: 'process-starts',
    events: 'process-start',
    fields: { PCOMM: 'the command that was started', RET: 'what exec returned' },
    sure: 0.95,
  },
];
