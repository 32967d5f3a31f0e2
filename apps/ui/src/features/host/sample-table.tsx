import { METRICS } from '@fleetscope/contracts';
import { formatValue } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import { More } from './more';
import { type SampleRow } from './sample-times';
import { useCursorIndex } from './time-cursor';
import css from './observations.module.css';

const FIRST_ROWS = 12;

/** The numbers that the charts draw: a row for each metric and instance, a column for each sample. */
export const SampleTable = ({
  name,
  seconds,
  rows,
}: {
  name: string;
  seconds: readonly number[];
  rows: readonly SampleRow[];
}) => {
  const at = useCursorIndex(seconds);
  return (
    <More count={rows.length} first={FIRST_ROWS} what="row">
      {(most) => (
        <div className={css.wide} tabIndex={0} role="region" aria-label={`Samples of ${name}`}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">metric</th>
                <th scope="col">of</th>
                {seconds.map((second, i) => (
                  <th key={second} scope="col" data-at={i === at}>
                    {second.toFixed(1)} s
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, most).map(({ metric, instance, values }) => (
                <tr key={`${metric} ${instance ?? ''}`}>
                  <th scope="row" title={METRICS.get(metric)?.title}>
                    {metric}
                  </th>
                  <td>{instance === null ? 'host' : visibleText(instance)}</td>
                  {seconds.map((second, i) => (
                    <td key={second} data-at={i === at}>
                      {formatValue(values[i] ?? null, METRICS.get(metric)?.unit ?? null)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </More>
  );
};
