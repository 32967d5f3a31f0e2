import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type MutableRow, newRow, type Sink } from '../core/sink';

const isHex = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (!'0123456789abcdef'.includes(text[at] ?? '')) return false;
  return text.length > 0;
};

const isRange = (word: string): boolean => {
  const [from = '', to = '', ...more] = word.split('-');
  return more.length === 0 && isHex(from) && isHex(to);
};

/** `55d0-55d1 r--p 00000000 fe:00 260386   /usr/bin/head` */
const isMapping = (tokens: readonly string[]): boolean =>
  tokens.length >= 5 && isRange(tokens[0] ?? '') && (tokens[1] ?? '').length === 4 && isInteger(tokens[4] ?? '');

/** The rest of a line behind its first words, blanks within kept. */
const behind = (text: string, tokens: readonly string[], count: number): string => {
  let at = 0;
  for (const token of tokens.slice(0, count)) at = text.indexOf(token, at) + token.length;
  return text.slice(at).trim();
};

/** /proc/[pid]/smaps: a row a mapping. */
class SmapsParser implements LineParser {
  recognised = false;
  private row: MutableRow | null = null;

  constructor(private readonly sink: Sink) {}

  line(text: string, line: number): void {
    if (text.trim() === '') return;
    const tokens = words(text);
    const colon = text.indexOf(':');
    const key = text.slice(0, colon);
    if (isMapping(tokens)) this.begin(text, tokens);
    else if (this.row && colon > 0 && !key.includes(' ')) this.value(this.row, key, tokens.slice(1), text, line);
    else this.sink.issue(line, text, 'neither a mapping nor a value of one');
  }

  private begin(text: string, tokens: readonly string[]): void {
    this.flush();
    this.recognised = true;
    const row = newRow();
    const [range = '', permissions = '', offset = '', device = '', inode = ''] = tokens;
    Object.assign(row, { range, permissions, offset, device, inode: Number(inode) });
    row.path = behind(text, tokens, 5);
    this.row = row;
  }

  private value(row: MutableRow, key: string, values: readonly string[], text: string, line: number): void {
    if (key === 'VmFlags') row[key] = values.join(' ');
    else if (isInteger(values[0] ?? '') && (values.length === 1 || values[1] === 'kB')) row[key] = Number(values[0]);
    else this.sink.issue(line, text, 'no size');
  }

  private flush(): void {
    if (this.row) this.sink.row(this.row);
    this.row = null;
  }

  end(): void {
    this.flush();
  }
}

export const smapsParser: ParserDefinition = {
  id: 'proc-pid-smaps',
  title: 'Memory of a process by mapping (one reading)',
  tools: ['/proc/[pid]/smaps'],
  expects: 'lines such as `55d0-55d1 r--p 00000000 fe:00 260386 /usr/bin/head` with sizes below',
  fields: { 'Rss Pss Swap': 'KiB, as all sizes', path: 'empty for anonymous memory' },
  likelihood: (head) =>
    isMapping(words(head[0] ?? '')) && head.slice(1, 4).some((line) => line.startsWith('Size:')) ? 0.95 : 0,
  create: (sink) => new SmapsParser(sink),
};
