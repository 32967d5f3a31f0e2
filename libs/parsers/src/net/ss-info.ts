import type { CellValue } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';

/** Keys that stand before their value with a blank between (`send 115090715bps`, `pacing_rate 2014318256bps`). */
const SPACED = new Set(['send', 'pacing_rate', 'delivery_rate']);

const OPEN = 40;
const CLOSE = 41;

/** Words within brackets belong together: `bbr:(bw:0bps,mrtt:0.02)` has no blank, `users:((…))` may. */
const bracketed = (text: string): string[] => {
  if (!text.includes('(')) return words(text);
  const out: string[] = [];
  let depth = 0;
  let held = '';
  for (const word of words(text)) {
    held = held === '' ? word : `${held} ${word}`;
    for (let i = 0; i < word.length; i++) {
      const code = word.charCodeAt(i);
      if (code === OPEN) depth++;
      else if (code === CLOSE) depth--;
    }
    if (depth > 0) continue;
    depth = 0;
    out.push(held);
    held = '';
  }
  if (held !== '') out.push(held);
  return out;
};

const numeric = (value: string): CellValue => {
  const bare = value.endsWith('bps') ? value.slice(0, -3) : value.endsWith('ms') ? value.slice(0, -2) : value;
  const scale = bare !== value && 'KMG'.includes(bare.slice(-1)) ? 1000 ** ('KMG'.indexOf(bare.slice(-1)) + 1) : 1;
  const digits = scale === 1 ? bare : bare.slice(0, -1);
  const number = Number(digits);
  return digits !== '' && Number.isFinite(number) ? number * scale : value;
};

/**
 * The TCP details of ss -i: `k:v`, `k v`, `name:(…)` and bare flags mixed. rtt and rttvar are ms, rates bit/s. `retrans:0/3` is
 * split into retransNow and retransTotal.
 */
export const socketInfo = (text: string): Map<string, CellValue> => {
  const info = new Map<string, CellValue>();
  let key: string | null = null;
  for (const word of bracketed(text)) {
    if (key !== null) {
      info.set(key, numeric(word));
      key = null;
      continue;
    }
    const colon = word.indexOf(':');
    if (SPACED.has(word)) key = word;
    else if (colon === -1) info.set(word, true);
    else set(info, word.slice(0, colon), word.slice(colon + 1));
  }
  if (key !== null) info.set(key, true);
  return info;
};

const set = (info: Map<string, CellValue>, key: string, value: string): void => {
  const slash = value.indexOf('/');
  if (key === 'rtt' && slash !== -1) {
    info.set('rtt', numeric(value.slice(0, slash)));
    info.set('rttvar', numeric(value.slice(slash + 1)));
  } else if (key === 'retrans' && slash !== -1) {
    info.set('retransNow', numeric(value.slice(0, slash)));
    info.set('retransTotal', numeric(value.slice(slash + 1)));
  } else info.set(key, numeric(value));
};
