import css from './use-glyph.module.css';

type State = 'ok' | 'warn' | 'crit' | 'unknown' | 'pending' | 'none';

/** One bar of a cell: low and grey is well, middle warns, full is critical; hatched is unknown, dashed is to come. */
export const UseGlyph = ({ state }: { state: State }) => (
  <i className={`${css.glyph} ${css[state] ?? ''}`} aria-hidden="true" />
);
