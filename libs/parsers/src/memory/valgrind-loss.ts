import { isInteger } from '../core/numbers';

/** Columns of the table of losses, the same for text and XML. */
export const LEAK_COLUMNS = ['kind', 'bytes', 'blocks', 'stack'];

/** `1,234`: memcheck groups its digits. */
export const count = (word: string): number | null => {
  const digits = word.replaceAll(',', '');
  return isInteger(digits) ? Number(digits) : null;
};
