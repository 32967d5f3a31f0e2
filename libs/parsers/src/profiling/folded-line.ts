import { isInteger } from '../core/numbers';

export interface FoldedLine {
  /** Frames, root first, with `;` between, as the line has them. */
  readonly stack: string;
  readonly value: number;
}

/** `main;read;copy_user 12`: what stands behind the last blank is the value; names hold blanks. Null for any other line. */
export const foldedLine = (text: string): FoldedLine | null => {
  const line = text.trimEnd();
  const at = line.lastIndexOf(' ');
  const word = line.slice(at + 1);
  if (at < 1 || !isInteger(word)) return null;
  const value = Number(word);
  const stack = line.slice(0, at).trimEnd();
  return stack === '' || stack.startsWith(' ') || stack.startsWith('\t') ? null : { stack, value };
};
