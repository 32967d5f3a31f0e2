import { type BaselineMetric } from '@fleetscope/contracts';
import css from './distribution.module.css';
import { formatValue } from './format';
import { onLine } from './on-line';

/** Least to most as a hairline, 5 % to 95 % as a bar, the middle, and the value. */
export const Distribution = ({
  of,
  value,
  outcome,
}: {
  of: BaselineMetric;
  value: number | null;
  outcome?: string | undefined;
}) => {
  const { place } = onLine(of, value);
  const at = (number: number): string => `${place(number) * 100}%`;
  const { min, p05, p50, p95, max } = of.quantiles;
  const words = `usually ${formatValue(p05, of.unit)} to ${formatValue(p95, of.unit)}, in the middle ${formatValue(p50, of.unit)}, ${value === null ? `of ${of.samples} values` : `now ${formatValue(value, of.unit)}`}`;
  return (
    <div className={css.line} role="img" aria-label={words} title={words}>
      <i className={css.reach} style={{ left: at(min), width: `${(place(max) - place(min)) * 100}%` }} />
      <i className={css.usual} style={{ left: at(p05), width: `${(place(p95) - place(p05)) * 100}%` }} />
      <i className={css.middle} style={{ left: at(p50) }} />
      {value !== null && <i className={css.value} data-outcome={outcome} style={{ left: at(value) }} />}
    </div>
  );
};
