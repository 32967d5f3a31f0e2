/** The text is not this tool's output at all. What is understood only in part is a result with issues, not an error. */
export class ParseError extends Error {
  override readonly name = 'ParseError';

  constructor(
    readonly parser: string,
    readonly expected: string,
    /** The first line that is not what was expected, 1-based; null when the text is empty. */
    readonly line: number | null = null,
    readonly text: string = '',
  ) {
    const where = line === null ? 'the text is empty' : `line ${line} is ${JSON.stringify(text.slice(0, 120))}`;
    super(`not ${parser} output: expected ${expected}, but ${where}`);
  }
}
