import type { MetricId } from '@fleetscope/contracts';
import type { LineBlock } from '../core/line-block';
import { words } from '../core/line-splitter';
import { digitRuns } from '../core/civil-time';
import { NumberReader, sizeOfSuffix, tidy } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { readRecord } from '../core/record-reader';
import {
  type ColumnKind,
  LABEL,
  layoutOf,
  NUMBER,
  type RecordTable,
  type RowMaker,
  SHARE,
  type TableLayout,
} from '../core/record-table';
import { newRow, type Sink } from '../core/sink';
import { LayoutCache, TableSet } from '../core/table-set';

/** Image filesystems are full by nature: their share says nothing. */
const IMAGES = new Set(['squashfs', 'iso9660', 'erofs', 'cramfs', 'udf', 'romfs']);

/** Headings before the mount point, which may hold blanks; `Mounted on` is two words (and translated). */
const isShare = (word: string): boolean => word === '-' || (word.endsWith('%') && digitRuns(word, 1).length === 1);

/** A name, sizes, perhaps the kind between them, the share used, the mount point. */
const compile = (columns: readonly string[]): TableLayout => {
  const last = columns.length - 1;
  const kindOf = (column: string, at: number): ColumnKind => {
    if (at === 0 || at === last || column === 'Type') return LABEL;
    return at === last - 1 ? SHARE : NUMBER;
  };
  return layoutOf(columns, kindOf);
};

const LAYOUTS = new LayoutCache(compile);

const makeRow: RowMaker = (table, at) => table.fill(newRow(), at);

class DfParser implements LineParser {
  recognised = false;
  private table: RecordTable | null = null;
  private readonly tables: TableSet;
  private wrapped: { text: string; line: number } | null = null;
  private readonly reader = new NumberReader();

  constructor(
    private readonly sink: Sink,
    private readonly metric: MetricId,
    private readonly inodes: boolean,
  ) {
    this.tables = new TableSet(sink, LAYOUTS, makeRow);
  }

  block(block: LineBlock): void {
    const { table } = this;
    if (!table) return;
    while (!this.wrapped && block.at < block.end) {
      table.begin(block.line, null, 0, block);
      // Names that hold blanks make more words than there are columns: such lines are read as text.
      const newline = readRecord(block, block.at, table, this.reader.mark);
      if (newline === -1) return;
      this.record(table);
      block.next(newline);
    }
  }

  end(): void {
    if (this.wrapped) this.sink.issue(this.wrapped.line, this.wrapped.text, 'a name without its values');
  }

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    const { table } = this;
    if (!table) this.heading(tokens, text, line);
    else if (this.wrapped && (text.startsWith(' ') || text.startsWith('\t'))) {
      // Without -P a long name stands alone, its values on the next line.
      const { text: name } = this.wrapped;
      this.wrapped = null;
      this.row(table, [name, ...tokens], text, line);
    } else if (tokens.length === 1) this.wrapped = { text: tokens[0] ?? '', line };
    else if (tokens.some((token) => token.endsWith('%')) && !tokens.some(isShare)) this.heading(tokens, text, line);
    else this.row(table, tokens, text, line);
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
    this.table = this.tables.of([...tokens.slice(0, share + 1), tokens.slice(share + 1).join(' ')]);
  }

  private row(table: RecordTable, tokens: readonly string[], text: string, line: number): void {
    const { kinds } = table.layout;
    const share = kinds.length - 2;
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
    table.begin(line, null, 0);
    for (const [i, kind] of kinds.entries())
      table.set(i, kind === LABEL ? (cells[i] ?? '') : this.number(cells[i] ?? ''));
    this.record(table);
  }

  private record(table: RecordTable): void {
    const { at } = table;
    const share = table.layout.columns.length - 2;
    const used = table.get(at, share);
    const value = typeof used === 'number' ? used : null;
    if (!isImage(table, at, share)) {
      const mount = table.get(at, share + 1);
      this.sink.measure(this.metric, typeof mount === 'string' ? mount : '', value, table.line(at));
    }
    this.sink.record(table, false);
  }

  /** As printed, in the unit of the heading; sizes with a suffix (-h) in bytes, counts with one (-ih) whole. */
  private number(cell: string): number | null {
    const quantity = this.reader.quantity(cell);
    if (!quantity) return null;
    if (quantity.suffix === '' || quantity.suffix === '%') return quantity.value;
    const size = sizeOfSuffix(quantity.suffix);
    return size === null ? null : tidy(quantity.value * size);
  }
}

const isImage = (table: RecordTable, at: number, share: number): boolean => {
  const used = table.get(at, share);
  const type = table.layout.columns.indexOf('Type');
  if (type !== -1 && IMAGES.has(String(table.get(at, type)))) return true;
  const device = used === 100 ? String(table.get(at, 0)) : '';
  if (!device.startsWith('/dev/loop') && !device.startsWith('/dev/sr')) return false;
  // A file system that somebody filled has blocks left that are free for nobody, or a few for him; an image has none at all.
  const [size, taken, free] = [share - 3, share - 2, share - 1].map((column) => table.get(at, column));
  return free === 0 && taken === size;
};

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
