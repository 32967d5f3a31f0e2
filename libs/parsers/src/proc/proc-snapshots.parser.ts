import type { LineParser, ParserDefinition } from '../core/parser-definition';
import type { ParseContext } from '../core/parse-context';
import { newRow, type Sink } from '../core/sink';
import { readerOf } from './file-readers';
import { type FileReader, type Line, type ProcHost, type Snapshot, TextHost } from './snapshot';

const MAX_TEXT = 200;

interface Heading {
  readonly path: string;
  readonly uptime: number | null;
}

/** `@@ <path> <uptime-seconds>`; a path (of a cgroup) may hold blanks, the last word is the time. */
const headingOf = (text: string): Heading => {
  const rest = text.slice(3).trim();
  const blank = rest.lastIndexOf(' ');
  const uptime = Number(rest.slice(blank + 1) || 'none');
  if (blank === -1 || !Number.isFinite(uptime)) return { path: rest, uptime: null };
  return { path: rest.slice(0, blank), uptime };
};

/**
 * The probe's own text: readings of files of /proc and /sys, each after a line that names it. From two readings on,
 * counters become rates; the metrics are the ones the tools' parsers emit, so that a host without the tools has them too.
 */
class ProcSnapshotsParser implements LineParser {
  recognised = false;
  private heading: (Heading & { line: number }) | null = null;
  private lines: Line[] = [];
  private length = 0;
  private readonly readers = new Map<string, FileReader | null>();
  private readonly host: ProcHost;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.host = new TextHost(sink, ctx);
  }

  line(text: string, line: number): void {
    if (text.startsWith('@@! ')) this.unreadable(text, line);
    else if (text.startsWith('@@ ')) {
      this.finish();
      this.recognised = true;
      const heading = headingOf(text);
      if (heading.uptime === null) this.sink.issue(line, text, 'heading without a time: no rates from this snapshot');
      this.heading = { ...heading, line };
    } else if (this.heading) this.hold(text, line);
    else if (text.trim() !== '') this.sink.issue(line, text, 'line before any heading');
  }

  private hold(text: string, line: number): void {
    this.length += text.length;
    if (this.length > this.sink.limits.maxDocumentLength) {
      this.sink.once(`length ${this.heading?.path ?? ''}`, line, '', 'snapshot too long: cut');
      return;
    }
    this.lines.push({ text, line });
  }

  private unreadable(text: string, line: number): void {
    this.finish();
    this.recognised = true;
    const rest = text.slice(4).trim();
    const blank = rest.indexOf(' ');
    const row = newRow();
    row.path = blank === -1 ? rest : rest.slice(0, blank);
    row.unreadable = blank === -1 ? 'unknown reason' : rest.slice(blank + 1);
    row.line = line;
    this.sink.row(row);
    if (String(row.unreadable).startsWith('only a part')) this.host.processes.incomplete = true;
  }

  private finish(): void {
    const { heading } = this;
    if (!heading) return;
    const snapshot: Snapshot = { ...heading, lines: this.lines };
    this.heading = null;
    this.lines = [];
    this.length = 0;
    this.row(snapshot);
    let reader = this.readers.get(snapshot.path);
    if (reader === undefined) {
      reader = readerOf(this.host, snapshot.path);
      this.readers.set(snapshot.path, reader);
      if (!reader)
        this.sink.once(
          `path ${snapshot.path}`,
          snapshot.line,
          snapshot.path,
          'no reader for this file: kept in the rows only',
        );
    }
    if (snapshot.lines.length > 0) reader?.add(snapshot);
  }

  private row(snapshot: Snapshot): void {
    const row = newRow();
    row.path = snapshot.path;
    row.uptime = snapshot.uptime;
    row.line = snapshot.line;
    row.lines = snapshot.lines.length;
    const [only] = snapshot.lines;
    if (only && snapshot.lines.length === 1) row.text = only.text.slice(0, MAX_TEXT);
    this.sink.row(row);
  }

  end(): void {
    this.finish();
    for (const reader of this.readers.values()) reader?.end?.();
    this.host.processes.emit(this.host);
    this.host.threads.emit(this.host);
    this.host.groups.emit(this.host);
    const { uptimeSeconds, collectedAt } = this.ctx;
    const { bootAt } = this.host;
    this.sink.rebase((uptime) => {
      if (uptimeSeconds !== undefined) return Math.round(collectedAt - (uptimeSeconds - uptime) * 1000);
      return bootAt === null ? null : Math.round((bootAt + uptime) * 1000);
    });
  }
}

export const procSnapshotsParser: ParserDefinition = {
  id: 'proc-snapshots',
  title: 'Files of /proc and /sys, read once or several times by the probe',
  tools: ['the probe'],
  expects: 'a line `@@ <path> <uptime-seconds>` before each file',
  fields: {
    path: 'file that was read',
    uptime: 'when, in seconds since boot',
    unreadable: 'why it could not be read; its metrics are absent',
    text: 'content of a file of one line',
  },
  likelihood: (head) => (head[0]?.startsWith('@@') && (head[0]?.includes(' /') ?? false) ? 1 : 0),
  create: (sink, ctx) => new ProcSnapshotsParser(sink, ctx),
};
