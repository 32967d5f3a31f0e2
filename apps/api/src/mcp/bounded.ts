/** What a tool answers with at the most, in characters of JSON: a model pays for each of them. */
export const MAX_ANSWER = 40_000;

type Answer = Readonly<Record<string, unknown>>;

const size = (value: unknown): number => (JSON.stringify(value) ?? '').length;

/** Names of lists → how many of their entries are not in the answer. */
type LeftOut = Record<string, number>;

/** The first entries of a list, and how many there are beside them. */
export const firstOf = <T>(name: string, list: readonly T[], most: number): Answer & { readonly leftOut: LeftOut } => ({
  [name]: list.slice(0, most),
  leftOut: list.length > most ? { [name]: list.length - most } : {},
});

/**
 * The answer in so many characters: its longest list is cut, and what was cut is counted in `leftOut`.
 * @throws Error when its lists are not what makes it long.
 */
export const bounded = (answer: Answer, most = MAX_ANSWER): Answer => {
  const given: Record<string, unknown> = { ...answer };
  const leftOut: LeftOut = { ...((answer['leftOut'] ?? {}) as LeftOut) };
  while (size({ ...given, leftOut }) > most) {
    const [longest] = Object.entries(given)
      .filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]) && entry[1].length > 0)
      .sort(([, a], [, b]) => size(b) - size(a));
    if (!longest) throw new Error('the answer is too long; ask for less of it');
    const [name, list] = longest;
    const kept = Math.floor(list.length / 2);
    given[name] = list.slice(0, kept);
    leftOut[name] = (leftOut[name] ?? 0) + list.length - kept;
  }
  return Object.keys(leftOut).length > 0 ? { ...given, leftOut } : without(given, 'leftOut');
};

const without = (answer: Answer, name: string): Answer =>
  Object.fromEntries(Object.entries(answer).filter(([key]) => key !== name));
