import { type Matrix } from './traces-model';

export interface GraphEnd {
  readonly name: string;
  readonly y: number;
  readonly segments: number;
}
export interface GraphLink {
  readonly from: GraphEnd;
  readonly to: GraphEnd;
  readonly segments: number;
  /** Of the drawn line, in the graph's own units. */
  readonly width: number;
}
export interface WhoToWhom {
  readonly senders: readonly GraphEnd[];
  readonly receivers: readonly GraphEnd[];
  /** The thickest last, so that it lies on top. */
  readonly links: readonly GraphLink[];
  readonly height: number;
}

export const END_HEIGHT = 22;
const [THIN, THICK] = [1, 9];

/** Senders on the left, receivers on the right, a line for each pair: one end that everybody fails to reach is a fan. */
export const whoToWhom = ({ sources, destinations, segments, max }: Matrix): WhoToWhom => {
  const rows = Math.max(sources.length, destinations.length, 1);
  const column = (names: readonly string[], sumOf: (at: number) => number): GraphEnd[] => {
    // The shorter column is spread over the height of the longer one.
    const each = (rows * END_HEIGHT) / Math.max(1, names.length);
    return names.map((name, at) => ({ name, y: (at + 0.5) * each, segments: sumOf(at) }));
  };
  const at = (row: number, to: number): number => segments[row * destinations.length + to] ?? 0;
  const senders = column(sources, (row) => destinations.reduce((sum, _, to) => sum + at(row, to), 0));
  const receivers = column(destinations, (to) => sources.reduce((sum, _, row) => sum + at(row, to), 0));
  const links = senders.flatMap((from, row) =>
    receivers.flatMap((to, end) => {
      const sent = at(row, end);
      return sent === 0 ? [] : [{ from, to, segments: sent, width: THIN + (THICK - THIN) * Math.sqrt(sent / max) }];
    }),
  );
  return { senders, receivers, links: links.sort((a, b) => a.segments - b.segments), height: rows * END_HEIGHT };
};
