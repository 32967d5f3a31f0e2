import { ByFirstLine } from '../core/by-first-line';
import { isoOrNull } from '../core/civil-time';
import { isRecord, JsonDocument, listOf, numberOf, own } from '../core/json-document';
import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type KernelEvent, type MutableRow, newRow, type Sink } from '../core/sink';
import { kernelClass } from './kernel-classes';
import { facilityOf, KernelStamps, levelOf, type KernelLine } from './kernel-stamp';
import { OomReader } from './oom-reader';

const EVENTS = 'kernel-log';
const MAX_MESSAGE = 4096;

class DmesgText implements LineParser {
  recognised = false;
  private readonly stamps: KernelStamps;
  private readonly oom = new OomReader();
  private row: MutableRow | null = null;
  private event: KernelEvent | null = null;
  private stampedText = false;

  constructor(
    private readonly sink: Sink,
    ctx: ParseContext,
  ) {
    this.stamps = new KernelStamps(ctx);
  }

  end(): void {}

  line(text: string, line: number): void {
    if (text === '' || text.startsWith('-- ')) {
      // `-- No entries --`, `-- Boot … --` of journalctl.
      if (text !== '') this.recognised = true;
      return;
    }
    const message = this.stamps.read(text);
    if (message.stamped || message.level !== null) this.stampedText = true;
    if (this.stampedText && !message.stamped && message.level === null && this.row) {
      this.continues(text);
      return;
    }
    this.message(message, line);
  }

  /** Names of processes may hold newlines: such a line belongs to the one before it. */
  private continues(text: string): void {
    if (!this.row) return;
    const joined = `${String(this.row.message)}\n${text}`.slice(0, MAX_MESSAGE);
    this.row.message = joined;
    if (this.event) this.event.text = joined;
  }

  message(message: KernelLine, line: number): void {
    this.recognised ||= message.stamped || message.level !== null || looksLikeKernel(message.text);
    const row = newRow();
    if (this.sink.keepsRows) {
      row.time = isoOrNull(message.at);
      if (message.uptime !== null) row.uptime = message.uptime;
      if (message.level !== null) row.level = message.level;
      if (message.facility !== null) row.facility = message.facility;
    }
    row.message = message.text;
    this.row = row;
    this.event = null;
    const kill = this.oom.read(message.text, message.at, line);
    if (kill) {
      row.class = 'oom-kill';
      this.emit({ ...kill, fields: withStamp(kill.fields ?? {}, message) }, kill);
    } else if (kill === false) {
      const name =
        message.facility === null || message.facility === 'kern' ? kernelClass(message.text, message.level) : null;
      if (name !== null) {
        row.class = name;
        this.emit({ at: message.at, class: name, text: message.text, fields: withStamp({}, message), line });
      }
    }
    this.sink.row(row);
  }

  private emit(event: KernelEvent, completed?: KernelEvent): void {
    // A kill announced on one line is completed by the next: the reader keeps the object it may still fill in.
    const kept = completed ? Object.assign(completed, event) : event;
    this.event = kept;
    this.sink.event(EVENTS, kept);
  }
}

const withStamp = (
  fields: NonNullable<KernelEvent['fields']>,
  message: KernelLine,
): NonNullable<KernelEvent['fields']> => {
  if (message.level !== null) fields.level = message.level;
  if (message.uptime !== null) fields.uptime = message.uptime;
  return fields;
};

/** dmesg -t prints messages bare: at least one must be known for the text to be a kernel log. */
const looksLikeKernel = (text: string): boolean =>
  kernelClass(text, null) !== null ||
  text.includes('oom-kill') ||
  text.startsWith('Linux version ') ||
  text.startsWith('Call Trace:') ||
  text.startsWith('Command line:');

/** `dmesg -J`: {"dmesg": [{"pri": 4, "time": 1944.375002, "msg": "…"}]}. Values are cited at the document's first line. */
class DmesgJson implements LineParser {
  recognised = false;
  private readonly document: JsonDocument;
  private readonly messages: DmesgText;

  constructor(
    sink: Sink,
    private readonly ctx: ParseContext,
  ) {
    this.document = new JsonDocument(sink);
    this.messages = new DmesgText(sink, ctx);
  }

  line(text: string, line: number): void {
    this.document.line(text, line);
  }

  end(): void {
    const list = own(this.document.value(), 'dmesg');
    if (Array.isArray(list)) this.recognised = true;
    for (const entry of listOf(list).filter(isRecord)) {
      const time = numberOf(own(entry, 'time'));
      const priority = numberOf(own(entry, 'pri'));
      const text = own(entry, 'msg');
      const { uptimeSeconds, collectedAt } = this.ctx;
      this.messages.message(
        {
          text: typeof text === 'string' ? text : '',
          at:
            time === null || uptimeSeconds === undefined
              ? null
              : Math.round(collectedAt - (uptimeSeconds - time) * 1000),
          uptime: time,
          level: priority === null ? null : levelOf(priority & 7),
          facility: priority === null ? null : facilityOf(priority >> 3),
          stamped: true,
        },
        1,
      );
    }
  }
}

export const dmesgParser: ParserDefinition = {
  id: 'dmesg',
  title: 'Kernel log',
  tools: ['dmesg', 'journalctl -k'],
  expects: 'lines of a kernel log, such as `[ 1944.375002] …`',
  fields: {
    time: 'ISO 8601; null for times since boot when the context has no uptimeSeconds',
    uptime: 'seconds since boot, where the log prints them',
    class: 'what the message is about; only such messages are events',
  },
  allowsEmpty: true,
  likelihood: (head) => {
    const stamps = new KernelStamps({ collectedAt: 0 });
    if ((head[0] ?? '').includes('{') && head.some((line) => line.includes('"dmesg"'))) return 0.9;
    const stamped = head.filter((line) => stamps.read(line).stamped).length;
    return head.length > 0 && stamped / head.length > 0.5 && head.every((line) => !line.startsWith('Linux ')) ? 0.6 : 0;
  },
  create: (sink, ctx) =>
    new ByFirstLine((first) => (first.startsWith('{') ? new DmesgJson(sink, ctx) : new DmesgText(sink, ctx)), true),
};
