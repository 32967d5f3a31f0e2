import css from './coverage-bar.module.css';

export interface CoverageBarPart {
  kind: 'succeeded' | 'partial' | 'lost' | 'stopped' | 'pending';
  count: number;
}

/** How many answered, in full and in part, and how many did not. The words beside it say the same. */
export const CoverageBar = ({ parts, label }: { parts: readonly CoverageBarPart[]; label: string }) => (
  <div className={css.bar} role="img" aria-label={label}>
    {parts.map(({ kind, count }) => (
      <i key={kind} className={css[kind] ?? ''} style={{ flexGrow: count }} />
    ))}
  </div>
);
