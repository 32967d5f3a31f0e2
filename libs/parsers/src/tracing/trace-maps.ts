/** What the maps of our own bpftrace programs are: the names under which their content is kept, units, and the words of keys. */
export interface TraceHistogram {
  readonly name: string;
  readonly unit: 'us';
  /** Words of the key, if it has one. */
  readonly keys: readonly TraceKey[];
}

export interface TraceTable {
  readonly name: string;
  readonly keys: readonly TraceKey[];
  /** Of the values: `us` for stats() of microseconds; null for counts. */
  readonly unit: 'us' | null;
}

/** `device` is two numbers (major, minor), `rwbs` the letters of blk_fill_rwbs; the rest are words or numbers as printed. */
export type TraceKey = 'command' | 'pid' | 'syscall' | 'errno' | 'device' | 'rwbs' | 'address' | 'port' | 'file';

export const TRACE_HISTOGRAMS: Readonly<Record<string, TraceHistogram>> = {
  runq_us: { name: 'cpu.runq_latency', unit: 'us', keys: [] },
  queue_us: { name: 'disk.io_queue_latency', unit: 'us', keys: ['device', 'rwbs'] },
  device_us: { name: 'disk.io_device_latency', unit: 'us', keys: ['device', 'rwbs'] },
  fsync_us: { name: 'filesystem.fsync_latency', unit: 'us', keys: [] },
  file_us: { name: 'filesystem.file_latency', unit: 'us', keys: [] },
  syscall_us: { name: 'task.syscall_latency', unit: 'us', keys: ['syscall'] },
  connect_us: { name: 'tcp.connect_latency', unit: 'us', keys: [] },
  life_us: { name: 'tcp.lifespan', unit: 'us', keys: [] },
};

export const TRACE_TABLES: Readonly<Record<string, TraceTable>> = {
  t_runq: { name: 'run-queue-waits', keys: ['command'], unit: 'us' },
  t_queue: { name: 'block-queue', keys: ['device', 'rwbs'], unit: 'us' },
  t_device: { name: 'block-device', keys: ['device', 'rwbs'], unit: 'us' },
  t_fsync: { name: 'fsyncs', keys: ['command', 'pid'], unit: 'us' },
  t_files: { name: 'files', keys: ['file', 'command'], unit: 'us' },
  t_syscalls: { name: 'syscalls', keys: ['command', 'syscall'], unit: 'us' },
  t_syscall_errors: { name: 'syscall-errors', keys: ['command', 'syscall', 'errno'], unit: null },
  t_open_errors: { name: 'open-errors', keys: ['command', 'errno'], unit: null },
  t_opens: { name: 'opens', keys: ['command'], unit: null },
  t_starts: { name: 'process-starts', keys: ['command'], unit: null },
  t_connects: { name: 'connects', keys: ['command', 'address', 'port'], unit: null },
  t_connect_latency: { name: 'connect-latency', keys: ['address', 'port'], unit: 'us' },
  t_readers: { name: 'page-cache-readers', keys: ['command'], unit: null },
  t_misses: { name: 'page-cache-misses', keys: ['command'], unit: null },
};

/** Words of a printed key, from the last: a command may hold ", " itself, and only the first word can be one. */
export const keyWords = (text: string, keys: readonly TraceKey[]): string[] | null => {
  const parts = text.split(', ');
  const width = keys.reduce((sum, key) => sum + (key === 'device' ? 2 : 1), 0);
  if (parts.length < width) return null;
  const first = parts.slice(0, parts.length - width + 1).join(', ');
  const words = [first, ...parts.slice(parts.length - width + 1)];
  const out: string[] = [];
  let at = 0;
  for (const key of keys) {
    if (key === 'device') {
      out.push(`${words[at]}:${words[at + 1]}`);
      at += 2;
    } else out.push(words[at++] as string);
  }
  return out;
};
