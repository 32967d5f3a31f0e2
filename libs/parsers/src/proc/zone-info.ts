import type { ParsedRow } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { type MutableRow, newRow } from '../core/sink';
import type { Snapshot } from './snapshot';

const WATERMARKS = new Set(['min', 'low', 'high', 'spanned', 'present', 'managed', 'nr_free_pages']);

/** /proc/zoneinfo: one row a zone, in pages: free, min, low, high, managed. */
export const zoneRows = (snapshot: Snapshot): ParsedRow[] => {
  const rows: MutableRow[] = [];
  for (const { text } of snapshot.lines) {
    const tokens = words(text);
    if (tokens[0] === 'Node' && tokens[2] === 'zone') {
      const row = newRow();
      row.node = Number.parseInt(tokens[1] ?? '', 10);
      row.zone = tokens[3] ?? '';
      rows.push(row);
      continue;
    }
    const row = rows[rows.length - 1];
    if (!row) continue;
    // `pages free     3840`, then the watermarks on lines of their own.
    const name = tokens[0] === 'pages' ? 'free' : (tokens[0] ?? '');
    const value = Number(tokens[tokens[0] === 'pages' ? 2 : 1] ?? 'none');
    if ((name === 'free' || WATERMARKS.has(name)) && Number.isFinite(value) && row[name] === undefined)
      row[name] = value;
  }
  return rows;
};
