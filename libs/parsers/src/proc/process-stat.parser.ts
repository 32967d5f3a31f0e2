import type { CellValue } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

/** proc_pid_stat(5), behind the name. Kernels add fields at the end. */
const FIELDS = (
  'state ppid pgrp session tty_nr tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime priority nice num_threads ' +
  'itrealvalue starttime vsize rss rsslim startcode endcode startstack kstkesp kstkeip signal blocked sigignore sigcatch ' +
  'wchan nswap cnswap exit_signal processor rt_priority policy delayacct_blkio_ticks guest_time cguest_time start_data ' +
  'end_data start_brk arg_start arg_end env_start env_end exit_code'
).split(' ');
/** Linux 2.6 has up to rt_priority and policy. */
const LEAST = 37;
/** A name has 15 characters; a kernel thread's may be longer. What is longer without an end is no name. */
const MAX_NAME = 256;

const cellOf = (word: string): CellValue => {
  const number = Number(word);
  return Number.isSafeInteger(number) ? number : word;
};

const isNumber = (word: string): boolean => isInteger(word.startsWith('-') ? word.slice(1) : word);

/** /proc/[pid]/stat, of one process or of several. The name may hold brackets, blanks and newlines: the last bracket counts. */
class ProcessStatParser implements LineParser {
  recognised = false;
  private held = '';
  private from = 0;

  constructor(private readonly sink: Sink) {}

  line(text: string, line: number): void {
    if (this.held === '') {
      if (text.trim() === '') return;
      this.from = line;
      this.held = text;
    } else this.held += `\n${text}`;
    if (this.process(this.held, line)) this.held = '';
    else if (!startsOne(this.held) || this.held.length - this.held.indexOf('(') > MAX_NAME + 1024) this.drop();
  }

  private drop(): void {
    if (this.held !== '') this.sink.issue(this.from, this.held, 'no line of /proc/[pid]/stat');
    this.held = '';
  }

  private process(text: string, line: number): boolean {
    const open = text.indexOf('(');
    const close = text.lastIndexOf(')');
    const pid = text.slice(0, open).trim();
    if (open < 1 || close < open || !isInteger(pid)) return false;
    const [state = '', ...numbers] = words(text.slice(close + 1));
    if (state.length !== 1 || numbers.length + 1 < LEAST || !numbers.every(isNumber)) return false;
    if (numbers.length + 1 > FIELDS.length)
      this.sink.once('fields', line, '', `${numbers.length + 1 - FIELDS.length} fields more than are known`);
    this.recognised = true;
    const row = newRow();
    row.pid = Number(pid);
    row.comm = text.slice(open + 1, close);
    for (const [at, word] of [state, ...numbers].entries())
      row[FIELDS[at] ?? `field ${at + 3}`] = at === 0 ? word : cellOf(word);
    this.sink.row(row);
    return true;
  }

  end(): void {
    this.drop();
  }
}

const startsOne = (text: string): boolean => {
  const open = text.indexOf(' (');
  return open > 0 && isInteger(text.slice(0, open).trim());
};

export const processStatParser: ParserDefinition = {
  id: 'proc-pid-stat',
  title: 'State, times and sizes of a process (one reading)',
  tools: ['/proc/[pid]/stat'],
  expects: 'a line such as `4711 (cat) R 4700 4711 …`',
  fields: {
    'utime stime cutime cstime starttime': 'clock ticks, 100 a second',
    rss: 'pages',
    vsize: 'bytes',
    '*': 'as proc_pid_stat(5) names them; numbers past 2^53 as text',
  },
  likelihood: (head) => {
    const first = head[0] ?? '';
    const close = first.lastIndexOf(')');
    return startsOne(first) && words(first.slice(close + 1)).length >= LEAST ? 0.95 : 0;
  },
  create: (sink) => new ProcessStatParser(sink),
};
