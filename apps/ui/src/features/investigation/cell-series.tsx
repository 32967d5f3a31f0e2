import { type Aspect, type CellReason, type Resource } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { whyQuery } from '../../api/queries';
import { formatValue } from '../../components/format';
import css from './cell-series.module.css';

const WIDTH = 320;
const HEIGHT = 54;
const EDGE = 4;

interface Props {
  runId: string;
  resource: Resource;
  aspect: Aspect;
  rule: string | null;
  instance: string | null;
}

/** The samples behind a cell's number over the window, with the bound they are held against. */
export const CellSeries = ({ runId, resource, aspect, rule, instance }: Props) => {
  const { data } = useQuery(whyQuery(runId, resource, aspect));
  const reason = data?.reasons.find((one) => one.rule === rule && one.instance === instance);
  const samples = (reason?.samples ?? []).filter((one): one is Sample => one.value !== null);
  if (!reason || samples.length < 2) return null;
  return <Plot reason={reason} samples={samples} />;
};

type Sample = CellReason['samples'][number] & { readonly value: number };

const Plot = ({ reason, samples }: { reason: CellReason; samples: readonly Sample[] }) => {
  const { unit, threshold } = reason;
  const values = samples.map(({ value }) => value);
  const top = Math.max(...values, threshold ?? 0);
  const bottom = Math.min(0, ...values);
  const x = (i: number): number => EDGE + (i / (samples.length - 1)) * (WIDTH - 2 * EDGE);
  const y = (value: number): number =>
    HEIGHT - EDGE - (top === bottom ? 0 : ((value - bottom) / (top - bottom)) * (HEIGHT - 2 * EDGE));
  const words = `${samples.length} samples: ${values.map((value) => formatValue(value, unit)).join(', ')}${
    threshold === null ? '' : `; bound ${formatValue(threshold, unit)}`
  }`;
  return (
    <figure className={css.series}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words} preserveAspectRatio="none">
        <line className={css.axis} x1={0} x2={WIDTH} y1={y(bottom)} y2={y(bottom)} />
        {threshold !== null && threshold <= top && (
          <line className={css.bound} x1={0} x2={WIDTH} y1={y(threshold)} y2={y(threshold)} />
        )}
        <polyline className={css.line} points={values.map((value, i) => `${x(i)},${y(value)}`).join(' ')} />
        {values.map((value, i) => (
          <circle key={i} className={css.dot} cx={x(i)} cy={y(value)} r={2}>
            <title>{formatValue(value, unit)}</title>
          </circle>
        ))}
      </svg>
      <span className={css.top} aria-hidden="true">
        {formatValue(top, unit)}
      </span>
      <span className={css.bottom} aria-hidden="true">
        {formatValue(bottom, unit)}
      </span>
      <figcaption>
        {formatValue(Math.min(...values), unit)} to {formatValue(Math.max(...values), unit)} over {samples.length}{' '}
        samples
        {threshold !== null && `; the dashed line is the bound, ${formatValue(threshold, unit)}`}
      </figcaption>
    </figure>
  );
};
