/**
 * What `make` gives for each item, in order; nothing where it gives null. Rules do this for every metric of every host, and
 * `flatMap` takes ten times as long as a loop.
 */
export const collect = <T, U>(items: readonly T[], make: (item: T, at: number) => U | null | undefined): U[] => {
  const made: U[] = [];
  for (let i = 0; i < items.length; i++) {
    const one = make(items[i] as T, i);
    if (one !== null && one !== undefined) made.push(one);
  }
  return made;
};

/** The items of the lists that `make` gives, in order. */
export const collectAll = <T, U>(items: readonly T[], make: (item: T) => readonly U[]): U[] => {
  const made: U[] = [];
  for (const item of items) for (const one of make(item)) made.push(one);
  return made;
};
