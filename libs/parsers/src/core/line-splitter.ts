const ESC = 0x1b;

/**
 * Removes NUL bytes (some sysstat builds print them after numbers) and ANSI sequences (`sar` under S_COLORS, dmesg -L).
 * A hand-written scan: it is linear whatever the text.
 */
export const stripControls = (line: string): string => {
  if (!line.includes('\u001b') && !line.includes('\0')) return line;
  let out = '';
  let from = 0;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code !== 0 && code !== ESC) continue;
    out += line.slice(from, i);
    if (code === ESC && line[i + 1] === '[') {
      i += 2;
      // Parameters and intermediates end at the first byte of 0x40–0x7e.
      while (i < line.length && (line.charCodeAt(i) < 0x40 || line.charCodeAt(i) > 0x7e)) i++;
    } else if (code === ESC) i++;
    from = i + 1;
  }
  return out + line.slice(from);
};

export type OnLine = (text: string, line: number) => void;

/** Turns chunks, cut anywhere (within a UTF-8 sequence too), into numbered lines. Holds one line at the most. */
export class LineSplitter {
  /** Made when bytes come: texts in one string need none. */
  private decoder: InstanceType<typeof TextDecoder> | null = null;
  private pending: string[] = [];
  private pendingLength = 0;
  private number = 1;
  private cut = false;

  constructor(
    private readonly maxLineLength: number,
    private readonly onLine: OnLine,
    private readonly onCut: (line: number, text: string) => void,
  ) {}

  push(chunk: Uint8Array | string): void {
    if (typeof chunk === 'string') this.split(chunk);
    else this.split((this.decoder ??= new TextDecoder('utf-8')).decode(chunk, { stream: true }));
  }

  end(): void {
    if (this.decoder) this.split(this.decoder.decode());
    if (this.pendingLength > 0 || this.cut) this.emit();
  }

  private split(text: string): void {
    let from = 0;
    // Looked for once in a chunk: hardly any has them.
    const isPlain = !text.includes('\r') && !text.includes('\0') && !text.includes('\u001b');
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      const isWhole = this.pendingLength === 0 && !this.cut && at - from <= this.maxLineLength;
      if (isWhole && isPlain) this.onLine(text.slice(from, at), this.number++);
      else if (isWhole) this.give(text.slice(from, at));
      else {
        this.hold(text.slice(from, at));
        this.emit();
      }
      from = at + 1;
    }
    this.hold(from === 0 ? text : text.slice(from));
  }

  private hold(part: string): void {
    if (part.length === 0) return;
    const room = this.maxLineLength - this.pendingLength;
    if (part.length > room) this.cut = true;
    if (room <= 0) return;
    const kept = part.length > room ? part.slice(0, room) : part;
    this.pending.push(kept);
    this.pendingLength += kept.length;
  }

  private emit(): void {
    const text = this.pending.length === 1 ? (this.pending[0] ?? '') : this.pending.join('');
    if (this.cut) this.onCut(this.number, text);
    this.pending = [];
    this.pendingLength = 0;
    this.cut = false;
    this.give(text);
  }

  private give(line: string): void {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    this.onLine(stripControls(text), this.number++);
  }
}

/** Blank, tab and the other ASCII controls, no-break blanks. */
const isBlank = (code: number): boolean =>
  code <= 32 || (code > 126 && (code === 0xa0 || code === 0x202f || code === 0x2009));

/** The words of a line, between blanks. */
export const words = (line: string): string[] => {
  const out: string[] = [];
  const { length } = line;
  let at = 0;
  for (;;) {
    while (at < length && isBlank(line.charCodeAt(at))) at++;
    if (at === length) return out;
    const from = at++;
    while (at < length && !isBlank(line.charCodeAt(at))) at++;
    out.push(line.slice(from, at));
  }
};
