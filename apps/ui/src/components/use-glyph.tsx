import css from './use-glyph.module.css';

type State = 'ok' | 'warn' | 'crit' | 'unknown' | 'pending' | 'none';

/** One bar of a cell: low and grey is well, middle warns, full is critical; hatched is unknown, dashed is to come. */
export const UseGlyph = ({ state, aspect }: { state: State; aspect?: string }) => (
  <i className={`${css.glyph} ${css[state] ?? ''}`} data-aspect={aspect} aria-hidden="true" />
);
