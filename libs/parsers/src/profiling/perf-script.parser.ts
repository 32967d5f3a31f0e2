import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type MutableRow, newRow, type Sink } from '../core/sink';

const MAX_FRAMES = 1024;
const MAX_WORDS = 24;

const isHex = (word: string): boolean => {
  if (word.length === 0 || word.length > 16) return false;
  for (let at = 0; at < word.length; at++) if (!'0123456789abcdef'.includes(word[at] ?? '')) return false;
  return true;
};

interface Ids {
  readonly pid: number | null;
  readonly tid: number;
}

const idsOf = (word: string): Ids | null => {
  const [first = '', second, ...more] = word.split('/');
  const number = (text: string): number | null => (isInteger(text.replace('-', '')) ? Number(text) : null);
  const [a, b] = [number(first), second === undefined ? undefined : number(second)];
  if (a === null || b === null || more.length > 0) return null;
  return b === undefined ? { pid: null, tid: a } : { pid: a, tid: b };
};

/** `12.345678:` */
const timeOf = (word: string | undefined): number | null => {
  if (word === undefined || !word.endsWith(':')) return null;
  const seconds = Number(word.slice(0, -1));
  return word.length > 1 && Number.isFinite(seconds) ? seconds : null;
};

/** The heading of a sample: `comm pid/tid [cpu] time: period event: …`, of which -F may leave out all but comm and an id. */
const headingOf = (text: string): { row: MutableRow; rest: readonly string[] } | null => {
  const tokens = words(text.slice(0, 4096));
  for (let at = 1; at < Math.min(tokens.length, MAX_WORDS); at++) {
    const ids = idsOf(tokens[at] ?? '');
    if (!ids) continue;
    let next = at + 1;
    const cpu = tokens[next] ?? '';
    const onCpu = cpu.startsWith('[') && cpu.endsWith(']') && isInteger(cpu.slice(1, -1));
    if (onCpu) next++;
    const time = timeOf(tokens[next]);
    if (time !== null) next++;
    const period = tokens[next] ?? '';
    const weighed = isInteger(period) && (tokens[next + 1] ?? '').endsWith(':');
    if (weighed) next++;
    const event = tokens[next] ?? '';
    const named = event.endsWith(':') && event.length > 1 && timeOf(event) === null;
    if (named) next++;
    // A command may hold numbers itself: the id is the one that the other fields follow.
    if (!named && time === null && next < tokens.length) continue;
    const row = newRow();
    row.comm = tokens.slice(0, at).join(' ');
    row.pid = ids.pid;
    row.tid = ids.tid;
    row.cpu = onCpu ? Number(cpu.slice(1, -1)) : null;
    row.time = time;
    row.period = weighed ? Number(period) : null;
    row.event = named ? event.slice(0, -1) : null;
    return { row, rest: tokens.slice(next) };
  }
  return null;
};

/** `55cf2d562177 leaf+0x2e (/usr/bin/busy)`: the name, or what the address lies in; null when it is no frame. */
const frameOf = (tokens: readonly string[]): string | null => {
  if (!isHex(tokens[0] ?? '')) return null;
  const open = tokens.findIndex((token, at) => at > 0 && token.startsWith('(') && at === tokens.length - 1);
  const module = open === -1 ? '' : (tokens[open] ?? '').slice(1, -1);
  const symbol = tokens.slice(1, open === -1 ? undefined : open).join(' ');
  const offset = symbol.lastIndexOf('+0x');
  const name = offset > 0 && isHex(symbol.slice(offset + 3)) ? symbol.slice(0, offset) : symbol;
  if (name !== '' && name !== '[unknown]') return name.replaceAll(';', ':');
  return module === '' || module === '[unknown]' ? '[unknown]' : `[${module.slice(module.lastIndexOf('/') + 1)}]`;
};

/**
 * The samples of `perf script` as rows, for looking at them; profiles are folded by libs/profiles, which reads the same text many
 * times faster and without the limit of rows.
 */
class PerfScriptParser implements LineParser {
  recognised = false;
  private row: MutableRow | null = null;
  private frames: string[] = [];

  constructor(private readonly sink: Sink) {}

  line(text: string, line: number): void {
    const indented = text.startsWith(' ') || text.startsWith('\t');
    if (text.trim() === '') this.flush();
    else if (text.startsWith('#')) return;
    else if (indented && this.row) this.indented(text, line);
    else this.heading(text, line);
  }

  private heading(text: string, line: number): void {
    const found = headingOf(text);
    if (!found) {
      this.sink.issue(line, text, 'neither a heading nor a frame');
      return;
    }
    this.flush();
    const frame = frameOf(found.rest);
    // perf's own records (`PERF_RECORD_MMAP2`) and the fields of tracepoints stand where a frame would.
    if (frame === null && found.rest.length > 0) found.row.fields = found.rest.join(' ');
    if (found.rest[0]?.startsWith('PERF_RECORD_')) this.recognised = true;
    else this.row = found.row;
    if (frame !== null && this.row) {
      this.frames.push(frame);
      this.flush();
    }
  }

  private indented(text: string, line: number): void {
    const tokens = words(text);
    const frame = frameOf(tokens);
    if (frame === null) {
      const found = text.startsWith(' ') ? headingOf(text) : null;
      if (found && found.row.time !== null) this.heading(text, line);
      // The source of the frame above: `busy.c:6`.
      else if (tokens.length !== 1) this.sink.issue(line, text, 'neither a heading nor a frame');
    } else if (this.frames.length < MAX_FRAMES) this.frames.push(frame);
    else this.sink.once('depth', line, text, `more than ${MAX_FRAMES} frames in a stack: the rest is left out`);
  }

  private flush(): void {
    const { row } = this;
    if (!row) return;
    this.row = null;
    // An id alone is a heading only if frames follow.
    if (row.time === null && row.event === null && this.frames.length === 0) {
      this.sink.issue(null, String(row.comm), 'a heading without a time, an event or frames');
      return;
    }
    this.recognised = true;
    row.stack = this.frames.reverse().join(';');
    this.frames = [];
    this.sink.row(row);
  }

  end(): void {
    this.flush();
  }
}

export const perfScriptParser: ParserDefinition = {
  id: 'perf-script',
  title: 'Samples of a profile, one a row',
  tools: ['perf script'],
  expects: 'headings such as `make 4711 [001] 12.345678: 10101010 cpu-clock:` with frames below',
  fields: {
    stack: 'frames root first, `;` between; `fleetscope fold` sums them',
    time: 'seconds of the clock that perf recorded with',
    period: 'null where the text has none',
    pid: 'null where the text has the thread’s id only',
    fields: 'of a tracepoint, as printed',
  },
  likelihood: (head) => {
    const lines = head.filter((line) => !line.startsWith('#'));
    const found = lines.filter((line) => !line.startsWith('\t')).map(headingOf);
    const sure = found.filter((one) => one !== null && one.row.time !== null && one.row.event !== null).length;
    return sure > 0 && sure >= found.filter((one) => one === null).length ? 0.85 : 0;
  },
  create: (sink) => new PerfScriptParser(sink),
};
