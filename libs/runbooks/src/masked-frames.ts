import { MAY_HOLD_SECRET, masked } from './masks';

/** A line that is longer is masked in pieces of this. */
const MAX_HELD = 65_536;
/** Of a frame's text: with its head it stays below the 4,096 bytes of a frame. */
const MAX_TEXT = 3_900;
/** Frames of text: a whole line, or a part of one that more follows. */
const TEXT_FRAME = /^\x1e([OPEe]) ([a-z0-9-]{1,64}) ([^\n]*)\n$/;
const PART = /\x1e[Pe] /;
const PART_OF: Readonly<Record<string, string>> = { O: 'P', E: 'e' };

/**
 * A probe's byte stream on its way, without the secrets in the lines of its steps (see masks.ts): what comes in is never
 * stored. Packed and binary output (frames B) passes as it is.
 */
export class MaskedFrames {
  /** An unfinished line of the stream. */
  private tail = '';
  /** Parts of a step's line, by its stream and name. */
  private readonly parts = new Map<string, string>();

  push(bytes: Uint8Array): Buffer {
    const text = this.tail + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const end = text.length > MAX_HELD ? text.length : text.lastIndexOf('\n') + 1;
    this.tail = text.slice(end);
    const whole = text.slice(0, end);
    const plain = this.parts.size === 0 && !MAY_HOLD_SECRET.test(whole) && !PART.test(whole);
    return Buffer.from(plain ? whole : this.lines(whole), 'latin1');
  }

  /** What it holds yet; the stream is over. */
  end(): Buffer {
    const rest = [...this.parts].map(([key, text]) => this.framed(key[0] ?? 'O', key.slice(2), text)).join('');
    this.parts.clear();
    const tail = masked(this.tail);
    this.tail = '';
    return Buffer.from(rest + tail, 'latin1');
  }

  private lines(whole: string): string {
    return whole
      .split(/(?<=\n)/)
      .map((line) => this.line(line))
      .join('');
  }

  private line(line: string): string {
    const [, letter = '', step = '', text = ''] = TEXT_FRAME.exec(line) ?? [];
    if (letter === '') return line.startsWith('\x1e') ? line : masked(line);
    const isLast = letter === 'O' || letter === 'E';
    const stream = letter === 'O' || letter === 'P' ? 'O' : 'E';
    const key = `${stream} ${step}`;
    const held = (this.parts.get(key) ?? '') + text;
    if (!isLast && held.length < MAX_HELD) {
      this.parts.set(key, held);
      return '';
    }
    this.parts.delete(key);
    return isLast ? this.framed(stream, step, held) : this.framed(stream, step, held, false);
  }

  private framed(letter: string, step: string, text: string, isWhole = true): string {
    const clear = masked(text);
    let frames = '';
    let from = 0;
    const part = PART_OF[letter] ?? 'P';
    for (; clear.length - from > MAX_TEXT; from += MAX_TEXT)
      frames += `\x1e${part} ${step} ${clear.slice(from, from + MAX_TEXT)}\n`;
    return `${frames}\x1e${isWhole ? letter : part} ${step} ${clear.slice(from)}\n`;
  }
}

/** A whole stream at once. */
export const maskedFrames = (bytes: Uint8Array): Buffer => {
  const mask = new MaskedFrames();
  return Buffer.concat([mask.push(bytes), mask.end()]);
};
