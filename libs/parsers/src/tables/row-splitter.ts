import { looksNumeric } from '../core/numbers';

/** `text` may hold blanks (a command's name, a path); `word` may not; `number` is one, or `-`. */
export type ColumnKind = 'number' | 'word' | 'text';

const fits = (tokens: readonly string[], at: number, kinds: readonly ColumnKind[]): boolean =>
  kinds.every((kind, i) => kind !== 'number' || looksNumeric(tokens[at + i] ?? ''));

/**
 * Gives each column its part of a line. A line has more words than there are columns where a text column holds blanks: one such
 * column takes what is over; of two, the first takes as few words as leave numbers under the headings of numbers between.
 * Null where the words can't be told apart. An empty last text column (a path that could not be read) is ''.
 */
export const splitRow = (
  tokens: readonly string[],
  kinds: readonly ColumnKind[],
  joint = ' ',
): readonly string[] | null => {
  const last = kinds.length - 1;
  const emptied = kinds[last] === 'text' && tokens.length >= last && tokens[tokens.length - 1] !== '';
  if (emptied && (tokens.length === last || (tokens.length === kinds.length && !fits(tokens, 0, kinds))))
    return splitRow([...tokens, ''], kinds, joint);
  const surplus = tokens.length - kinds.length;
  if (surplus === 0) return tokens;
  const first = kinds.indexOf('text');
  if (surplus < 0 || first === -1) return null;
  const second = kinds.lastIndexOf('text');
  let extra = surplus;
  if (second > first) {
    const between = kinds.slice(first + 1, second);
    extra = 0;
    while (extra <= surplus && !fits(tokens, first + 1 + extra, between)) extra++;
    if (extra > surplus) return null;
  }
  const cells = [
    ...tokens.slice(0, first),
    tokens.slice(first, first + extra + 1).join(joint),
    ...tokens.slice(first + extra + 1),
  ];
  if (second === first || cells.length === kinds.length) return cells.length === kinds.length ? cells : null;
  const rest = cells.length - kinds.length;
  return [
    ...cells.slice(0, second),
    cells.slice(second, second + rest + 1).join(joint),
    ...cells.slice(second + rest + 1),
  ];
};
