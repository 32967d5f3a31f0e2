/** Whole lines of a text that comes in chunks cut anywhere; a line longer than `maxLength` is cut there. */
export class TextLines {
  private readonly decoder = new TextDecoder();
  private carry = '';

  constructor(
    private readonly take: (line: string) => void,
    private readonly maxLength = 1_048_576,
  ) {}

  push(chunk: Uint8Array): void {
    this.lines(this.decoder.decode(chunk, { stream: true }));
  }

  end(): void {
    this.lines(this.decoder.decode());
    if (this.carry !== '') this.give(this.carry);
    this.carry = '';
  }

  private lines(text: string): void {
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      this.give(this.carry + text.slice(from, at));
      this.carry = '';
      from = at + 1;
    }
    if (this.carry.length < this.maxLength) this.carry += text.slice(from);
  }

  private give(line: string): void {
    const short = line.length > this.maxLength ? line.slice(0, this.maxLength) : line;
    this.take(short.endsWith('\r') ? short.slice(0, -1) : short);
  }
}
