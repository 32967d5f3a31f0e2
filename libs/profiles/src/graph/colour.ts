import { type FrameKind } from '@fleetscope/contracts';

/** Hue and saturation by kind; lightness varies a little with the name, so that neighbours can be told apart. */
const HUES: Readonly<Record<FrameKind, readonly [number, number]>> = {
  kernel: [28, 78],
  native: [212, 42],
  inlined: [190, 38],
  java: [140, 36],
  go: [172, 48],
  python: [50, 62],
  node: [96, 40],
  jit: [156, 32],
  unknown: [0, 0],
};

const spread = (name: string): number => {
  let hash = 0;
  for (let at = 0; at < Math.min(name.length, 32); at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0;
  return (hash >>> 0) % 10;
};

/** A CSS colour for a frame; text on it is dark. */
export const kindColour = (kind: FrameKind, name: string): string => {
  const [hue, saturation] = HUES[kind];
  return `hsl(${hue} ${saturation}% ${64 + spread(name)}%)`;
};

/**
 * A CSS colour for a change of share: purple for more, green for less, grey for none. Purple and green can be told apart
 * with any colour vision (ColorBrewer's PRGn).
 */
export const changeColour = (before: number, after: number): string => {
  const change = after - before;
  const part = Math.min(1, Math.abs(change) / Math.max(after, before, 1e-9));
  if (part < 0.02) return 'hsl(220 5% 82%)';
  const lightness = 86 - 34 * part;
  return change > 0 ? `hsl(290 38% ${lightness.toFixed(0)}%)` : `hsl(130 34% ${lightness.toFixed(0)}%)`;
};
