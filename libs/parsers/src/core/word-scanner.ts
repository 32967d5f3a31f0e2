const MAX_WORDS = 128;

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const BLANK = 32;
const DELETE = 127;

/**
 * Finds the words of a line in its bytes. Lines that need more (a byte that is no printable ASCII, more words than any table
 * has) are given back to be read as text.
 */
export class WordScanner {
  count = 0;
  readonly starts = new Int32Array(MAX_WORDS);
  readonly ends = new Int32Array(MAX_WORDS);

  /** The position of the newline that ends the line at `from`, which must be there; -1 when the line isn't plain. */
  scan(bytes: Uint8Array, from: number): number {
    const { starts, ends } = this;
    let at = from;
    let count = 0;
    for (;;) {
      let code = bytes[at] ?? NEWLINE;
      while (code === BLANK || code === TAB) code = bytes[++at] ?? NEWLINE;
      if (code < BLANK) {
        this.count = count;
        if (code === NEWLINE) return at;
        return code === RETURN && bytes[at + 1] === NEWLINE ? at + 1 : -1;
      }
      if (count === MAX_WORDS) return -1;
      starts[count] = at;
      while (code > BLANK && code < DELETE) code = bytes[++at] ?? NEWLINE;
      if (code > BLANK) return -1;
      ends[count++] = at;
    }
  }
}

/** Parsers run to completion one after the other: they share one. */
export const scanner = new WordScanner();
