import { words } from '../core/line-splitter';
import { isInteger, NumberReader } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

const LABELS = new Set([
  'Files',
  'Directories',
  'Resident Pages',
  'Touched Pages',
  'Evicted Pages',
  'Locked Pages',
  'Elapsed',
]);

/** `12/12` behind the last bracket of a bar, which is drawn over itself. */
const barOf = (text: string): { resident: number; pages: number } | null => {
  const close = text.lastIndexOf(']');
  if (!text.startsWith('[') || close === -1) return null;
  const [resident = '', pages = ''] = text
    .slice(close + 1)
    .trim()
    .split('/');
  return isInteger(resident) && isInteger(pages) ? { resident: Number(resident), pages: Number(pages) } : null;
};

/** What part of files is in the page cache: the sums, and with -v each file under its name. */
class VmtouchParser implements LineParser {
  recognised = false;
  private file: { name: string; line: number } | null = null;
  private readonly row = newRow();
  private readonly reader = new NumberReader('.');

  constructor(private readonly sink: Sink) {}

  line(text: string, line: number): void {
    const trimmed = text.trim();
    if (trimmed === '' || trimmed.startsWith('vmtouch: WARNING')) return;
    const colon = trimmed.indexOf(': ');
    const label = trimmed.slice(0, colon);
    const bar = barOf(trimmed);
    if (bar && this.file) this.bar(this.file.name, bar);
    else if (text.startsWith(' ') && LABELS.has(label)) this.value(label, words(trimmed.slice(colon + 2)));
    else {
      if (this.file) this.sink.issue(this.file.line, this.file.name, 'a file without its pages');
      this.file = { name: text, line };
    }
  }

  private bar(name: string, { resident, pages }: { resident: number; pages: number }): void {
    this.recognised = true;
    const row = newRow();
    row.file = name;
    row['resident pages'] = resident;
    row.pages = pages;
    this.sink.row(row);
    this.file = null;
  }

  /** `2224/2224  8M/8M  100%`, `0.000416 seconds`, `3`. */
  private value(label: string, tokens: readonly string[]): void {
    this.recognised = true;
    const [first = ''] = tokens;
    const [resident = '', pages] = first.split('/');
    // A short time is printed with an exponent: 9.1e-05.
    const number = this.reader.number(resident) ?? Number(resident || 'none');
    this.row[label] = Number.isFinite(number) ? number : null;
    if (pages === undefined) return;
    this.row.Pages = this.reader.number(pages);
    this.row['%'] = this.reader.number(tokens.at(-1) ?? '');
  }

  end(): void {
    if (this.file) this.sink.issue(this.file.line, this.file.name, 'a file without its pages');
    if (Object.keys(this.row).length > 0) this.sink.row(this.row);
  }
}

export const vmtouchParser: ParserDefinition = {
  id: 'vmtouch',
  title: 'What part of files is in the page cache',
  tools: ['vmtouch', 'vmtouch -v'],
  expects: 'lines such as `Files: 2` and `Resident Pages: 12/12  48K/48K  100%`',
  fields: { 'Resident Pages': 'in the cache', Pages: 'of the files', Elapsed: 'seconds' },
  likelihood: (head) => (head.some((line) => line.trim().startsWith('Resident Pages: ')) ? 0.95 : 0),
  create: (sink) => new VmtouchParser(sink),
};
