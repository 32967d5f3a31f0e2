import { words } from '../core/line-splitter';
import { isInteger, NumberReader } from '../core/numbers';
import { type MutableRow, newRow } from '../core/sink';

export interface SummaryCounts {
  readonly row: MutableRow;
  readonly zombies?: number | null;
}

/**
 * The lines under `top - …`: a label and pairs of a number and its name. Numbers and names may be glued (`ni,100,0 id`),
 * memory graphs have brackets, and two CPUs may share a line. The pairs are kept as they are printed.
 */
export const summaryCounts = (text: string, reader: NumberReader): SummaryCounts | null => {
  if (text.includes('%cpu') && !text.includes(':')) return toyboxCpu(text);
  const colon = text.indexOf(':');
  if (colon === -1) return null;
  const label = text.slice(0, colon).trim();
  if (label === '' || label.length > 32) return null;
  const row = newRow();
  row.summary = label;
  const pairs: [number, string][] = [];
  let value: number | null = null;
  for (const word of words(separated(text.slice(colon + 1)))) {
    const quantity = reader.quantity(word);
    if (quantity) {
      value = quantity.value;
      if (quantity.suffix !== '') pairs.push([quantity.value, quantity.suffix]);
    } else if (value !== null) {
      pairs.push([value, word]);
      value = null;
    }
  }
  if (pairs.length === 0) {
    // Bars (`%Cpu0  :   1.3/0.7     2[||      ]`) say the same less exactly: kept as they are.
    if (!text.includes('[') || !text.includes('/')) return null;
    row.bar = text.slice(colon + 1).trim();
    return { row };
  }
  for (const [number, name] of pairs) row[name] = number;
  return isTasks(label, pairs) ? { row, zombies: pairs[4]?.[0] ?? null } : { row };
};

/** With `1` and a narrow window two CPUs share a line: `%Cpu0  : … st %Cpu1  : … st`. */
export const summaryParts = (text: string): string[] => {
  const second = text.indexOf('%Cpu', text.indexOf('%Cpu') + 1);
  return text.includes('%Cpu') && second !== -1 ? [text.slice(0, second), ...summaryParts(text.slice(second))] : [text];
};

/** toybox: `200%cpu   4%user   0%nice …`. */
const toyboxCpu = (text: string): SummaryCounts | null => {
  const row = newRow();
  row.summary = 'cpu';
  for (const word of words(text)) {
    const at = word.indexOf('%');
    const share = Number(word.slice(0, at));
    if (at > 0 && Number.isFinite(share)) row[word.slice(at + 1)] = share;
  }
  return { row };
};

/** A comma ends a pair when a blank follows, or when it stands between a name and a number. */
const separated = (text: string): string => {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    const before = text.charCodeAt(i - 1);
    const after = text.charCodeAt(i + 1);
    const within = before >= 48 && before <= 57 && after >= 48 && after <= 57;
    out += char === ',' && !within ? ' ' : char;
  }
  return out;
};

/** `Tasks: 11 total, 1 running, 10 sleeping, 0 stopped, 0 zombie`: five whole numbers in every language. */
const isTasks = (label: string, pairs: readonly [number, string][]): boolean =>
  !label.startsWith('%') &&
  !label.includes(' ') &&
  pairs.length === 5 &&
  pairs.every(([number]) => Number.isInteger(number));

export interface BusyboxSummary {
  readonly row: MutableRow;
  readonly load?: readonly (number | null)[];
  /** Whether it is the first line of an iteration. */
  readonly begins: boolean;
}

/** The three lines busybox top begins an iteration with. */
export const busyboxSummary = (text: string, tokens: readonly string[]): BusyboxSummary | null => {
  const first = tokens[0] ?? '';
  if (first === 'Mem:' && tokens.includes('used,')) {
    const row = newRow();
    row.summary = 'Mem';
    for (let at = 1; at + 1 < tokens.length; at += 2) {
      const amount = tokens[at] ?? '';
      const name = (tokens[at + 1] ?? '').split(',').join('');
      if (amount.endsWith('K') && isInteger(amount.slice(0, -1))) row[name] = Number(amount.slice(0, -1));
    }
    return { row, begins: true };
  }
  if (first === 'CPU:' && text.includes('% usr')) {
    const row = newRow();
    row.summary = 'CPU';
    const reader = new NumberReader();
    for (let at = 1; at + 1 < tokens.length; at += 2) row[tokens[at + 1] ?? ''] = reader.number(tokens[at] ?? '');
    return { row, begins: false };
  }
  if (first === 'Load' && tokens[1] === 'average:') {
    const reader = new NumberReader();
    const load = tokens.slice(2, 5).map((token) => reader.number(token));
    if (load.length !== 3) return null;
    const row = newRow();
    row.summary = 'Load average';
    [row.load1, row.load5, row.load15] = [load[0] ?? null, load[1] ?? null, load[2] ?? null];
    return { row, load, begins: false };
  }
  return null;
};
