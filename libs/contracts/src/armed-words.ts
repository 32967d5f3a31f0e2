import { WATCHED, type Watched } from './armed';

/** As it stands behind a number: ` %`, ` ms`, nothing for a count. */
export const watchedUnit = (watched: Watched): string =>
  WATCHED[watched].unit === '1' ? '' : ` ${WATCHED[watched].unit}`;

/** `12.3 %` */
export const readingWords = (watched: Watched, value: number): string => `${value.toFixed(1)}${watchedUnit(watched)}`;
