import { isMap, isPair, isSeq, type Document, type LineCounter } from 'yaml';

/** Line of the deepest node that a path leads to; the last one that exists when the path goes on. */
export const lineOfPath = (document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | null => {
  let node: unknown = document.contents;
  let offset = rangeStart(node);
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && String(item.key) === String(key));
      if (pair === undefined) break;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
    } else break;
    offset = isSeq(node) || isMap(node) ? (offset ?? rangeStart(node)) : (rangeStart(node) ?? offset);
    if ((isSeq(node) || isMap(node)) && typeof key === 'number') offset = rangeStart(node) ?? offset;
  }
  return offset === null ? null : lines.linePos(offset).line;
};

const rangeStart = (node: unknown): number | null => {
  if (typeof node !== 'object' || node === null || !('range' in node)) return null;
  const range: unknown = node.range;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : null;
};
