import { type BaselineMetric } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { baselineOverQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { Distribution } from '../../components/distribution';
import { formatClock, formatValue, plural } from '../../components/format';
import { useNow } from '../../components/use-now';
import { movedFirst, TRENDS } from './baseline-model';
import { DriftPlot } from './drift-plot';
import css from './baselines-page.module.css';

interface Props {
  hostClass: string;
  runbook: string;
  days: number;
  open: string | null;
  onOpen(metric: string | null): void;
}

/** Every headline metric of a class: how it is spread, and how it moved. */
export const BaselineMetrics = ({ hostClass, runbook, days, open, onOpen }: Props) => {
  const { data, error } = useQuery(baselineOverQuery(hostClass, runbook, days));
  const now = useNow(60_000);
  if (error) return <p className="warn">{wordsOf(error)}</p>;
  if (!data) return <p className="dim">Reading the baseline …</p>;
  const metrics = movedFirst(data.metrics);
  const moved = metrics.filter(({ trend }) => trend.kind === 'level-shift' || trend.kind === 'drift').length;
  return (
    <section aria-label={`Baseline of class ${hostClass}`}>
      <p className={css.answer}>
        <b>{moved === 0 ? 'Nothing moved' : `${plural(moved, 'metric')} moved`}</b>{' '}
        <span className="dim">
          in class {hostClass} over {plural(days, 'day')}, of {metrics.length}
        </span>
      </p>
      <div className={css.wide} tabIndex={0} role="region" aria-label="Metrics">
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col" className={css.number}>
                Middle
              </th>
              <th scope="col">Least · 5 % to 95 % · most</th>
              <th scope="col">Over time</th>
              <th scope="col">Trend</th>
              <th scope="col" className={css.number}>
                Values
              </th>
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => (
              <Row
                key={metric.metric}
                metric={metric}
                isOpen={open === metric.metric}
                now={now}
                onToggle={() => onOpen(open === metric.metric ? null : metric.metric)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
};

const Row = ({
  metric,
  isOpen,
  now,
  onToggle,
}: {
  metric: BaselineMetric;
  isOpen: boolean;
  now: number;
  onToggle(): void;
}) => {
  const { title, quantiles, unit, trend, thin, samples } = metric;
  const hasMoved = trend.kind === 'level-shift' || trend.kind === 'drift';
  return (
    <>
      <tr data-open={isOpen}>
        <th scope="row">
          <button type="button" className={css.open} aria-expanded={isOpen} onClick={onToggle} title={metric.metric}>
            <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {title}
          </button>
        </th>
        <td className={css.number}>{formatValue(quantiles.p50, unit)}</td>
        <td>
          <Distribution of={metric} />
        </td>
        <td className={css.spark}>
          <DriftPlot metric={metric} width={150} height={18} now={now} />
        </td>
        <td className={hasMoved ? 'warn' : 'dim'}>{TRENDS[trend.kind]}</td>
        <td className={`${css.number} ${thin ? 'warn' : 'dim'}`} title={thin ?? undefined}>
          {samples.toLocaleString('en-GB')}
          {thin && ' · thin'}
        </td>
      </tr>
      {isOpen && (
        <tr className={css.detail}>
          <td colSpan={6}>
            <Detail metric={metric} now={now} />
          </td>
        </tr>
      )}
    </>
  );
};

const Detail = ({ metric, now }: { metric: BaselineMetric; now: number }) => {
  const { trend, quantiles, unit, thin, points } = metric;
  const [first, last] = [points[0], points.at(-1)];
  return (
    <div className={css.inside}>
      <div>
        <DriftPlot metric={metric} width={640} height={120} now={now} />
        {first && last && (
          <p className={css.ends}>
            <span>{formatClock(first.at, now)}</span>
            <span>{formatClock(last.at, now)}</span>
          </p>
        )}
        <p>{trend.text}</p>
        {thin && <p className="warn">{thin}</p>}
        {trend.lastBefore && trend.firstAfter && (
          <Link
            to="/investigations/$id/compare"
            params={{ id: trend.firstAfter }}
            search={{ hosts: '*', vs: trend.lastBefore }}
          >
            Compare before with after ▸
          </Link>
        )}
      </div>
      <dl className={css.quantiles}>
        {(['min', 'p05', 'p25', 'p50', 'p75', 'p95', 'p99', 'max'] as const).map((name) => (
          <div key={name}>
            <dt>{QUANTILES[name]}</dt>
            <dd>{formatValue(quantiles[name], unit)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
};

const QUANTILES = {
  min: 'least',
  p05: '5 %',
  p25: '25 %',
  p50: 'middle',
  p75: '75 %',
  p95: '95 %',
  p99: '99 %',
  max: 'most',
} as const;
