/** A piece of a text: consecutive lines, or how many were left out between two pieces. */
export type ExcerptPart =
  { kind: 'line'; number: number; text: string; marked: boolean } | { kind: 'gap'; lines: number };

/**
 * The marked lines of a text with some around them, at most `most` lines in all. The first line of each table block
 * matters as much as the marked one, so a header (the nearest line above that names columns) is kept with it.
 */
export const excerptOf = (
  lines: readonly string[],
  marked: readonly number[],
  around = 1,
  most = 16,
): ExcerptPart[] => {
  const wanted = new Set<number>();
  const hits = marked.filter((number) => number >= 1 && number <= lines.length);
  for (const number of hits) {
    if (wanted.size >= most) break;
    const header = headerAbove(lines, number);
    if (header !== null) wanted.add(header);
    for (let n = Math.max(1, number - around); n <= Math.min(lines.length, number + around); n += 1) wanted.add(n);
  }
  const parts: ExcerptPart[] = [];
  let last = 0;
  for (const number of [...wanted].sort((a, b) => a - b).slice(0, most)) {
    if (last > 0 && number > last + 1) parts.push({ kind: 'gap', lines: number - last - 1 });
    parts.push({ kind: 'line', number, text: lines[number - 1] ?? '', marked: hits.includes(number) });
    last = number;
  }
  return parts;
};

const MOST_ABOVE = 40;

/**
 * The nearest line above that names what follows: `Device r/s rkB/s w_await`, or the probe's own `@@ /proc/pressure/cpu`
 * where several files were read in one step.
 */
const headerAbove = (lines: readonly string[], number: number): number | null => {
  for (let n = number - 1; n >= Math.max(1, number - MOST_ABOVE); n -= 1) {
    const line = lines[n - 1] ?? '';
    if (line.startsWith('@@ ')) return n;
    const words = line.trim().split(/\s+/);
    // The clock of sar and mpstat stands before the names of the columns.
    const names = words.filter((word) => !/^\d\d:\d\d:\d\d$/.test(word));
    if (names.length >= 3 && names.every((word) => !/^(-?\d+([.,]\d+)?%?$|[@/])|=/.test(word))) return n;
  }
  return null;
};

/** `31–33, 40`: line numbers as people write them. */
export const lineRanges = (numbers: readonly number[], most = 4): string => {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let i = 0; i < sorted.length;) {
    const from = sorted[i] ?? 0;
    let to = from;
    while (sorted[i + 1] === to + 1) {
      to += 1;
      i += 1;
    }
    ranges.push(from === to ? String(from) : `${from}–${to}`);
    i += 1;
  }
  return ranges.length > most ? `${ranges.slice(0, most).join(', ')} …` : ranges.join(', ');
};
