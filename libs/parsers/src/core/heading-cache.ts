const MAX_HEADINGS = 64;

/**
 * What was read of headings, by their text. Hosts of one fleet print the same ones over and over: a heading is taken apart once
 * for all texts.
 */
export class HeadingCache<Columns> {
  private readonly known = new Map<string, Columns>();

  /** `read` takes a heading apart; null when the line is none. */
  constructor(private readonly read: (line: string) => Columns | null) {}

  /** What a line says, if it is a heading; of one that was there before, without reading it. */
  of(line: string): Columns | null {
    const known = this.known.get(line);
    if (known !== undefined) return known;
    const columns = this.read(line);
    if (columns === null) return null;
    // Headings of hostile texts must not pile up.
    if (this.known.size >= MAX_HEADINGS) this.known.clear();
    this.known.set(ofItsOwn(line), columns);
    return columns;
  }
}

/**
 * A copy: a part of a string keeps all of it in memory. (The name of a property is one, and of all kinds of string the soonest
 * compared.)
 */
export const ofItsOwn = (part: string): string => Object.keys({ [part]: 0 })[0] ?? part;
