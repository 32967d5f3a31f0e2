import type { MetricId } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { digitRuns } from '../core/civil-time';
import { NumberReader, sizeOfSuffix, tidy } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

/** Image filesystems are full by nature: their share says nothing. */
const IMAGES = new Set(['squashfs', 'iso9660', 'erofs', 'cramfs', 'udf', 'romfs']);

/** Headings before the mount point, which may hold blanks; `Mounted on` is two words (and translated). */
const isShare = (word: string): boolean => word === '-' || (word.endsWith('%') && digitRuns(word, 1).length === 1);

class DfParser implements LineParser {
  recognised = false;
  private columns: string[] = [];
  private wrapped: { text: string; line: number } | null = null;
  private readonly reader = new NumberReader();

  constructor(
    private readonly sink: Sink,
    private readonly metric: MetricId,
    private readonly inodes: boolean,
  ) {}

  end(): void {
    if (this.wrapped) this.sink.issue(this.wrapped.line, this.wrapped.text, 'a name without its values');
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (this.columns.length === 0) this.heading(tokens, text, line);
    else if (this.wrapped && (text.startsWith(' ') || text.startsWith('\t'))) {
      // Without -P a long name stands alone, its values on the next line.
      const { text: name } = this.wrapped;
      this.wrapped = null;
      this.row([name, ...tokens], text, line);
    } else if (tokens.length === 1) this.wrapped = { text: tokens[0] ?? '', line };
    else if (tokens.some((token) => token.endsWith('%')) && !tokens.some(isShare)) this.heading(tokens, text, line);
    else this.row(tokens, text, line);
  }

  private heading(tokens: readonly string[], text: string, line: number): void {
    const share = tokens.findIndex((token) => token.endsWith('%') || token === 'Capacity');
    if (share < 3) {
      this.sink.issue(line, text, 'no heading of df');
      return;
    }
    const inodes =
      (tokens[share] ?? '').startsWith('I') || tokens.some((token) => token.toLowerCase().startsWith('inode'));
    if (inodes !== this.inodes)
      this.sink.issue(line, text, inodes ? 'these are inodes: df -i' : 'these are blocks: df');
    this.recognised = inodes === this.inodes;
    this.columns = [...tokens.slice(0, share + 1), tokens.slice(share + 1).join(' ')];
  }

  private row(tokens: readonly string[], text: string, line: number): void {
    const share = this.columns.length - 2;
    // The name may hold blanks (a share of a server): the column of percents is where the columns are counted from.
    let at = -1;
    for (let i = share; i < tokens.length; i++) {
      if (isShare(tokens[i] ?? '')) {
        at = i;
        break;
      }
    }
    if (at === -1 || at + 1 >= tokens.length) {
      this.sink.issue(line, text, 'column count');
      return;
    }
    const cells = [
      tokens.slice(0, at - share + 1).join(' '),
      ...tokens.slice(at - share + 1, at + 1),
      tokens.slice(at + 1).join(' '),
    ];
    const row = newRow();
    for (const [i, column] of this.columns.entries()) {
      const cell = cells[i] ?? '';
      row[column] = i === 0 || i === share + 1 || column === 'Type' ? cell : this.number(cell);
    }
    this.sink.row(row);
    if (!this.isImage(cells))
      this.sink.measure(this.metric, cells[share + 1] ?? '', this.number(cells[share] ?? ''), line);
  }

  /** As printed, in the unit of the heading; sizes with a suffix (-h) in bytes, counts with one (-ih) whole. */
  private number(cell: string): number | null {
    const quantity = this.reader.quantity(cell);
    if (!quantity) return null;
    if (quantity.suffix === '' || quantity.suffix === '%') return quantity.value;
    const size = sizeOfSuffix(quantity.suffix);
    return size === null ? null : tidy(quantity.value * size);
  }

  private isImage(cells: readonly string[]): boolean {
    const type = this.columns.indexOf('Type');
    if (type !== -1 && IMAGES.has(cells[type] ?? '')) return true;
    const full = this.number(cells[this.columns.length - 2] ?? '') === 100;
    return full && ((cells[0] ?? '').startsWith('/dev/loop') || (cells[0] ?? '').startsWith('/dev/sr'));
  }
}

const headed = (head: readonly string[], inodes: boolean): number => {
  const tokens = words(head[0] ?? '');
  const share = tokens.find((token) => token.endsWith('%') && token.length > 1 && digitRuns(token, 1).length === 0);
  if (tokens.length < 5 || (share === undefined && tokens[4] !== 'Capacity')) return 0;
  if (
    !['Filesystem', 'Dateisystem', 'S.ficheros', 'Sys.', 'Sist.', 'ファイルシス', 'Filsystem', '文件系统'].includes(
      tokens[0] ?? '',
    )
  )
    return 0;
  return ((share ?? '').startsWith('I') || tokens.includes('Inodes')) === inodes ? 0.9 : 0;
};

export const dfParser: ParserDefinition = {
  id: 'df',
  title: 'Space of filesystems',
  tools: ['df', 'df -P', 'df -h', 'df -T'],
  expects: 'a heading such as Filesystem 1K-blocks Used Available Use% Mounted on',
  fields: {
    '*': 'as printed, in the unit of the heading; sizes with a suffix (-h) in bytes',
    'Use%': 'of what an unprivileged writer can use',
  },
  likelihood: (head) => headed(head, false),
  create: (sink) => new DfParser(sink, 'filesystem.space_used', false),
};

export const dfInodesParser: ParserDefinition = {
  id: 'df-i',
  title: 'Inodes of filesystems',
  tools: ['df -i'],
  expects: 'a heading such as Filesystem Inodes IUsed IFree IUse% Mounted on',
  fields: { 'IUse%': 'null where a filesystem has no fixed number of inodes' },
  likelihood: (head) => headed(head, true),
  create: (sink) => new DfParser(sink, 'filesystem.inodes_used', true),
};
