import { words } from '../core/line-splitter';
import { isInteger, NumberReader } from '../core/numbers';
import type { ParserDefinition } from '../core/parser-definition';
import { newRow } from '../core/sink';
import { numbersOf, type OneFile, oneReadingParser, type ReadLine } from './one-reading.parser';

/** The kernel's Documentation/admin-guide/cgroup-v2.rst names the files and their keys. */
const DOCUMENTED = 'cgroup-v2.rst and blkio-controller.rst of Linux 6';

/** One number, or `max` where there is no limit: that is neither a number nor unknown. */
const value: ReadLine = (text, row) => {
  const word = text.trim();
  if (word !== 'max' && !isInteger(word)) return false;
  const number = Number(word);
  row.value = word === 'max' || !Number.isSafeInteger(number) ? word : number;
  return true;
};

const reader = new NumberReader('.');

/** `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`, a row for each kind. */
const pressure: ReadLine = (text, _row, add) => {
  const [kind = '', ...pairs] = words(text);
  if ((kind !== 'some' && kind !== 'full') || pairs.length === 0) return false;
  const row = newRow();
  row.kind = kind;
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const number = reader.number(pair.slice(equals + 1));
    if (equals < 1 || number === null) return false;
    row[pair.slice(0, equals)] = number;
  }
  add(row);
  return true;
};

/** `8:0 Read 4096`, `Total 4096` of the first version's blkio controller. */
const blkio: ReadLine = (text, _row, add) => {
  const tokens = words(text);
  const [first = '', second = '', third = ''] = tokens;
  const total = first === 'Total' && tokens.length === 2;
  if (!total && (tokens.length !== 3 || !first.includes(':'))) return false;
  const count = total ? second : third;
  if (!isInteger(count)) return false;
  const row = newRow();
  row.device = total ? 'Total' : first;
  row.operation = total ? 'Total' : second;
  row.value = Number(count);
  add(row);
  return true;
};

const oneValue = (id: string, paths: readonly string[], title: string): OneFile => ({
  id,
  paths,
  title,
  fields: { value: 'bytes; `max` where there is no limit' },
  read: value,
  signs: ['value'],
});

const FILES: readonly OneFile[] = [
  oneValue('cgroup-memory-current', ['memory.current', 'memory.usage_in_bytes'], 'Memory a cgroup uses'),
  oneValue('cgroup-memory-max', ['memory.max', 'memory.limit_in_bytes'], 'Memory a cgroup may use'),
  oneValue('cgroup-memory-high', ['memory.high', 'memory.soft_limit_in_bytes'], 'Memory from which a cgroup is slowed'),
  oneValue('cgroup-memory-peak', ['memory.peak', 'memory.max_usage_in_bytes'], 'Most memory a cgroup used'),
  {
    ...oneValue('cgroup-memory-failcnt', ['memory.failcnt', 'memory.memsw.failcnt'], 'Times a cgroup met its limit'),
    fields: { value: 'times, since the group was made' },
  },
  {
    id: 'cgroup-pressure',
    paths: ['cpu.pressure', 'memory.pressure', 'io.pressure', 'irq.pressure'],
    title: 'Time that tasks of a cgroup waited',
    fields: { 'avg10 avg60 avg300': '%', total: 'microseconds' },
    read: pressure,
    signs: ['kind'],
  },
  {
    id: 'cgroup-blkio',
    paths: ['blkio.throttle.io_service_bytes', 'blkio.throttle.io_serviced'],
    title: 'I/O of a cgroup by device and operation',
    read: blkio,
    signs: ['device'],
  },
  {
    id: 'proc-pid-oom-score',
    paths: ['/proc/[pid]/oom_score'],
    title: 'How likely a process is to be killed for memory',
    fields: { oom_score: '0 to 2000: the highest is killed first' },
    read: numbersOf('oom_score'),
    signs: ['oom_score'],
  },
];

/** Bare numbers and pressure lines look like other files: who has one says which it is. */
export const cgroupFileParsers: readonly ParserDefinition[] = FILES.map((file) => ({
  ...oneReadingParser(file.id.startsWith('cgroup-') ? { ...file, documented: DOCUMENTED } : file),
  ...(file.id === 'cgroup-blkio' ? {} : { likelihood: () => 0 }),
}));
