import { type SecretBox } from '../platform';

interface Sealed {
  readonly name: string;
  readonly sealed: Uint8Array;
}

/** Seals rows anew that are not under the current key; one that was replaced meanwhile is under it already. */
export const resealRows = async (
  box: SecretBox,
  rows: readonly Sealed[],
  write: (row: Sealed, resealed: Uint8Array<ArrayBuffer>) => Promise<{ count: number }>,
): Promise<number> => {
  let changed = 0;
  for (const row of rows) {
    const resealed = box.resealed(row.name, row.sealed);
    if (resealed) changed += (await write(row, resealed)).count;
  }
  return changed;
};
