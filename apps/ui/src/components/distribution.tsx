import { type BaselineMetric } from '@fleetscope/contracts';
import css from './distribution.module.css';
import { formatValue } from './format';
import { onLine } from './on-line';

/** What is held against a distribution: a number, whose it is, and what that means. */
export interface Mark {
  readonly value: number;
  readonly of: string | null;
  readonly outcome: string;
}

/** Least to most as a hairline, 5 % to 95 % as a bar, the middle, and the values. */
export const Distribution = ({ of, marks = [] }: { of: BaselineMetric; marks?: readonly Mark[] }) => {
  const { place } = onLine(
    of,
    marks.map(({ value }) => value),
  );
  const at = (number: number): string => `${place(number) * 100}%`;
  const { min, p05, p50, p95, max } = of.quantiles;
  const now = marks.map((mark) => `${mark.of === null ? 'now' : mark.of} ${formatValue(mark.value, of.unit)}`);
  const words = `usually ${formatValue(p05, of.unit)} to ${formatValue(p95, of.unit)}, in the middle ${formatValue(p50, of.unit)}, ${now.length === 0 ? `of ${of.samples} values` : now.join(', ')}`;
  return (
    <div className={css.line} role="img" aria-label={words} title={words}>
      <i className={css.reach} style={{ left: at(min), width: `${(place(max) - place(min)) * 100}%` }} />
      <i className={css.usual} style={{ left: at(p05), width: `${(place(p95) - place(p05)) * 100}%` }} />
      <i className={css.middle} style={{ left: at(p50) }} />
      {marks.map(({ value, of: whose, outcome }) => (
        <i key={whose} className={css.value} data-outcome={outcome} style={{ left: at(value) }} />
      ))}
    </div>
  );
};
