import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

/** The groups of the first heading, and how many columns of the second each has over it. */
const GROUPS: readonly (readonly [string, number])[] = [
  ['reads', 4],
  ['writes', 4],
  ['IO', 2],
];
const COLUMNS = 'total merged sectors ms total merged sectors ms cur sec';
/** `total` stands twice: under reads and under writes. */
const NAMES = GROUPS.flatMap(([group, count], at) =>
  COLUMNS.split(' ')
    .slice(at * 4, at * 4 + count)
    .map((column) => `${group} ${column}`),
);

/** vmstat -d: counters of each disk since boot, under headings of two lines. Rows only: they are no samples. */
class VmstatDiskParser implements LineParser {
  recognised = false;

  constructor(private readonly sink: Sink) {}

  end(): void {}

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (tokens.length > 1 && tokens.slice(1).every((token) => token.startsWith('-'))) return;
    if (tokens.join(' ') === COLUMNS) {
      this.recognised = true;
      return;
    }
    const counts = tokens.slice(-NAMES.length);
    if (!this.recognised || tokens.length <= NAMES.length || !counts.every(isInteger)) {
      this.sink.issue(line, text, this.recognised ? 'column count' : 'line before any heading');
      return;
    }
    const row = newRow();
    row.disk = tokens.slice(0, -NAMES.length).join(' ');
    for (const [at, name] of NAMES.entries()) row[name] = Number(counts[at]);
    this.sink.row(row);
  }
}

export const vmstatDiskParser: ParserDefinition = {
  id: 'vmstat-d',
  title: 'Disk counters since boot, as vmstat prints them',
  tools: ['vmstat -d'],
  expects: `a heading ${COLUMNS}`,
  fields: {
    'reads ms': 'milliseconds spent reading',
    'IO cur': 'requests in flight',
    'IO sec': 'seconds with a request',
  },
  likelihood: (head) => (head.some((line) => words(line).join(' ') === COLUMNS) ? 0.95 : 0),
  create: (sink) => new VmstatDiskParser(sink),
};

const PARTITION = 'reads read sectors writes requested writes';
const PARTITION_COLUMNS = ['reads', 'read sectors', 'writes', 'requested writes'];

/** vmstat -p: one partition, its name in the heading; a row a sample, counters since boot. */
class VmstatPartitionParser implements LineParser {
  recognised = false;
  private partition = '';

  constructor(private readonly sink: Sink) {}

  end(): void {}

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (isPartitionHeading(tokens)) {
      this.recognised = true;
      this.partition = tokens[0] ?? '';
    } else if (!this.recognised || tokens.length !== PARTITION_COLUMNS.length || !tokens.every(isInteger))
      this.sink.issue(line, text, this.recognised ? 'column count' : 'line before any heading');
    else {
      const row = newRow();
      row.partition = this.partition;
      for (const [at, column] of PARTITION_COLUMNS.entries()) row[column] = Number(tokens[at]);
      this.sink.row(row);
    }
  }
}

const isPartitionHeading = (tokens: readonly string[]): boolean => tokens.slice(1).join(' ') === PARTITION;

export const vmstatPartitionParser: ParserDefinition = {
  id: 'vmstat-p',
  title: 'Counters of one partition since boot, as vmstat prints them',
  tools: ['vmstat -p'],
  expects: `a heading of the partition and ${PARTITION}`,
  fields: {},
  likelihood: (head) => (isPartitionHeading(words(head[0] ?? '')) ? 0.95 : 0),
  create: (sink) => new VmstatPartitionParser(sink),
};
