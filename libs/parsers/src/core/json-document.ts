import type { Sink } from './sink';

/** Gathers the lines of a document that can only be read whole. */
export class JsonDocument {
  private readonly parts: string[] = [];
  private length = 0;
  private cut = false;
  lastLine = 0;

  constructor(private readonly sink: Sink) {}

  line(text: string, line: number): void {
    this.lastLine = line;
    this.length += text.length + 1;
    if (this.length <= this.sink.limits.maxDocumentLength) this.parts.push(text);
    else this.cut = true;
  }

  /** The value, or undefined (with an issue) when the text is no JSON. */
  value(): unknown {
    if (this.cut)
      this.sink.issue(null, '', `document longer than ${this.sink.limits.maxDocumentLength} characters: cut`);
    const text = this.parts.join('\n');
    if (text.trim() === '') return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      this.sink.issue(
        this.lastLine,
        text.slice(-200),
        `not JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
      );
      return undefined;
    }
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The own property of an object read from a text; undefined when there is none. */
export const own = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** A number, or a string that is one (some tools quote their numbers); null otherwise. */
export const numberOf = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
};
