import { type BaselineMetric } from '@fleetscope/contracts';
import { formatClock, formatValue } from '../../components/format';
import { driftShape } from './baseline-model';
import css from './drift-plot.module.css';

interface Props {
  metric: BaselineMetric;
  width: number;
  height: number;
  /** For the day's sake of the first and last time. */
  now: number;
}

/** The class's middle over the weeks, with 5 % to 95 % around it, and a dashed line where its level changed. */
export const DriftPlot = ({ metric, width, height, now }: Props) => {
  const shape = driftShape(metric, { width, height });
  const [first, last] = [metric.points[0], metric.points.at(-1)];
  if (!shape || !first || !last) return <span className="faint">one marked investigation</span>;
  const words = `${metric.title} over ${metric.points.length} investigations: ${formatValue(first.middle, metric.unit)} at ${formatClock(first.at, now)}, ${formatValue(last.middle, metric.unit)} at ${formatClock(last.at, now)}. ${metric.trend.text}`;
  return (
    <svg
      className={css.plot}
      viewBox={`-3 -3 ${width + 6} ${height + 6}`}
      style={{ maxWidth: width + 6 }}
      role="img"
      aria-label={words}
    >
      <polygon className={css.band} points={shape.band} />
      {shape.shift !== null && <line className={css.shift} x1={shape.shift} x2={shape.shift} y1={-3} y2={height + 3} />}
      <polyline className={css.line} points={shape.line} />
      {shape.dots.map(({ x, y, at }) => {
        const point = metric.points[at];
        return (
          <circle key={at} className={css.dot} cx={x} cy={y} r={height > 60 ? 3 : 1.6}>
            {point && (
              <title>{`${formatClock(point.at, now)}: ${formatValue(point.middle, metric.unit)}, ${formatValue(point.low, metric.unit)} to ${formatValue(point.high, metric.unit)} on ${point.hosts} hosts`}</title>
            )}
          </circle>
        );
      })}
    </svg>
  );
};
