import { createHash } from 'node:crypto';

/** Work that is not to begin everywhere at once. */
export interface Spread {
  readonly withinMs: number;
  readonly seed: string;
}

const WORD = 2 ** 32;

/** How long after the beginning one begins, milliseconds: always the same for the same seed and name. */
export const shareOf = ({ withinMs, seed }: Spread, name: string): number =>
  Math.floor((createHash('sha256').update(`${seed}\0${name}`).digest().readUInt32BE() / WORD) * withinMs);
