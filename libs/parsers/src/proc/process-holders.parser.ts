import type { MetricId } from '@fleetscope/contracts';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

/** `PID open limit KiB score name`; a name may hold anything but a line's end. */
const LINE = /^(\d+) (\d+|-) (\d+|unlimited|-) (\d+) (-?\d+|-) (.+)$/;

/** Each is a row in the database of every run: what a rule may name, and a few more. */
const MOST = 20;

interface Holder {
  readonly name: string;
  readonly line: number;
  readonly open: number | null;
  /** Infinity where there is no limit. */
  readonly limit: number | null;
  readonly rss: number;
  readonly score: number | null;
}

const numberOf = (word: string | undefined): number | null =>
  word === 'unlimited' ? Infinity : word === undefined || word === '-' ? null : Number(word);

/** How near a process is to its limit of open files; below 0 where that can't be told. */
const fullness = ({ open, limit }: Holder): number => (open === null ? -1 : open / (limit ?? Infinity));

/** What the processes with most open files, memory and badness hold. Instances are `name (pid)`. */
class ProcessHoldersParser implements LineParser {
  recognised = false;
  private readonly holders: Holder[] = [];

  constructor(private readonly sink: Sink) {}

  line(text: string, line: number): void {
    if (text.trim() === '') return;
    const [, pid = '', open, limit, resident, score, command = ''] = LINE.exec(text) ?? [];
    if (pid === '') {
      this.sink.issue(line, text, 'not PID, open files, limit, KiB, score and name');
      return;
    }
    this.recognised = true;
    const holder: Holder = {
      name: `${command} (${pid})`,
      line,
      open: numberOf(open),
      limit: numberOf(limit),
      rss: Number(resident) * 1024,
      score: numberOf(score),
    };
    this.holders.push(holder);
    const row = newRow();
    Object.assign(row, { PID: Number(pid), open: holder.open, RSS: holder.rss, score: holder.score, command });
    // Unlimited is no number; it isn't unknown either.
    row.limit = holder.limit === Infinity ? 'unlimited' : holder.limit;
    this.sink.row(row);
  }

  end(): void {
    for (const holder of this.most(fullness)) {
      // Without a limit there is nothing to run out of.
      if (holder.limit === Infinity) continue;
      this.measure('fd.process_open', holder, holder.open);
      this.measure('fd.process_limit', holder, holder.limit);
    }
    for (const holder of this.most(({ rss }) => rss)) this.measure('memory.rss', holder, holder.rss);
    for (const holder of this.most(({ score }) => score ?? -1)) this.measure('memory.oom_score', holder, holder.score);
  }

  private most(by: (holder: Holder) => number): Holder[] {
    return [...this.holders].sort((a, b) => by(b) - by(a)).slice(0, MOST);
  }

  private measure(metric: MetricId, { name, line }: Holder, value: number | null): void {
    this.sink.measure(metric, name, value, line);
  }
}

export const processHoldersParser: ParserDefinition = {
  id: 'process-holders',
  title: 'Processes with most open files, memory and out-of-memory score',
  tools: ['the probe'],
  expects: 'lines `PID open limit KiB score name`',
  fields: {
    open: 'open files; null where they may not be counted',
    limit: 'soft limit of open files, or `unlimited`',
    RSS: 'bytes',
    score: 'oom_score',
  },
  likelihood: (head) => (head.length > 0 && head.every((line) => LINE.test(line)) ? 0.4 : 0),
  create: (sink) => new ProcessHoldersParser(sink),
};
