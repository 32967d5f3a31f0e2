import { type PeerValues, type UseCell } from '@fleetscope/contracts';

/** One host's value of a metric, against those of its class in the same investigation. */
export interface PeerStrip {
  own: number;
  /** Those that are drawn. */
  peers: readonly { host: string; value: number }[];
  /** How many there are. */
  total: number;
  median: number | null;
  threshold: number | null;
  from: number;
  to: number;
}

const MOST_DOTS = 400;

/** Null where a comparison would say nothing: no number, or fewer than two peers with the same metric. */
export const peerStrip = (
  { metric, peers }: PeerValues,
  line: Pick<UseCell, 'value' | 'metric'>,
  threshold: number | null,
): PeerStrip | null => {
  const { value } = line;
  if (value === null || metric === null || metric !== line.metric || peers.length < 2) return null;
  const all = [value, ...peers.map((peer) => peer.value), ...(threshold === null ? [] : [threshold])];
  const from = Math.min(0, ...all);
  const to = Math.max(...all);
  return {
    own: value,
    peers: peers.slice(0, MOST_DOTS),
    total: peers.length,
    median: median(peers.map((peer) => peer.value)),
    threshold,
    from,
    to: to > from ? to : from + 1,
  };
};

/** The middle of the peers, for words. */
export const median = (values: readonly number[]): number | null => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
};
