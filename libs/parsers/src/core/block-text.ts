const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of a block of lines, made of its bytes when it is first asked for. */
export class BlockText {
  /** The whole, when every byte is a character: positions are the same then. */
  private text: string | null = null;
  private asked = false;

  /** `text` is the string that the bytes were made of, if they were. */
  constructor(
    private bytes: Uint8Array,
    private readonly end: number,
    text: string | null,
  ) {
    this.asked = text !== null;
    if (text?.length === end) this.text = text;
  }

  /** What the bytes from `from` to `to` say. */
  slice(from: number, to: number): string {
    if (!this.asked) {
      this.asked = true;
      const text = decoder.decode(this.bytes.subarray(0, this.end));
      if (text.length === this.end) this.text = text;
    }
    return this.text === null ? decoder.decode(this.bytes.subarray(from, to)) : this.text.slice(from, to);
  }

  /** Makes it last longer than the bytes, which are used again for the next block. */
  keep(): this {
    if (this.text === null) this.bytes = this.bytes.slice(0, this.end);
    return this;
  }
}
