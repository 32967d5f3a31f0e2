import { parseLabel } from '../../components/select-hosts';

/** `name=value`, a line each, so that values may hold spaces; null when a line is none. */
export const pairsFromLines = (text: string): Record<string, string> | null => {
  const pairs = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map(parseLabel);
  return pairs.includes(null)
    ? null
    : Object.fromEntries(pairs.filter((pair) => pair !== null).map(([name, value]) => [name.trim(), value.trim()]));
};
