import { type Observation } from '@fleetscope/contracts';
import { useMemo } from 'react';
import { formatValue, plural } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import { More } from './more';
import { cellText, charts, heaviestFirst, measurements } from './observation-view';
import { SampleTable } from './sample-table';
import { sampleTables, type StepSpan } from './sample-times';
import { SeriesChart } from './series-chart';
import { useTimeline } from './time-cursor';
import css from './observations.module.css';

const FIRST_CHARTS = 6;
const FIRST_ROWS = 8;

/** What the parsers made of one step's output. */
export const Observations = ({
  name,
  span,
  observations,
}: {
  name: string;
  span: StepSpan;
  observations: readonly Observation[];
}) => {
  const { from } = useTimeline();
  const { startedAt, endedAt } = span;
  // The charts are drawn anew when their model is another one.
  const [drawn, tables] = useMemo(
    () => [
      charts(observations, { startedAt, endedAt }, from),
      sampleTables(observations, { startedAt, endedAt }, from),
    ],
    [observations, startedAt, endedAt, from],
  );
  const lively = drawn.filter(({ isFlat }) => !isFlat);
  const flat = drawn.filter(({ isFlat }) => isFlat);
  const single = measurements(observations);
  return (
    <>
      {lively.length > 0 && (
        <More count={lively.length} first={FIRST_CHARTS} what="chart">
          {(most) => (
            <div className={css.charts}>
              {lively.slice(0, most).map((chart) => (
                <SeriesChart key={chart.metric} chart={chart} />
              ))}
            </div>
          )}
        </More>
      )}
      {flat.length > 0 && <p className={css.flat}>Zero throughout: {flat.map(({ title }) => title).join(' · ')}</p>}
      {tables.length > 0 && (
        <details className={css.samples}>
          <summary>
            {plural(
              tables.reduce((rows, table) => rows + table.rows.length, 0),
              'series',
              'series',
            )}{' '}
            as a table
          </summary>
          {tables.map(({ seconds, rows }) => (
            <SampleTable key={seconds.join()} name={name} seconds={seconds} rows={rows} />
          ))}
        </details>
      )}
      {single.length > 0 && (
        <More count={single.length} first={FIRST_ROWS * 2} what="value">
          {(most) => (
            <dl className={css.values}>
              {single.slice(0, most).map((row) => (
                <div key={`${row.metric}.${row.instance ?? ''}`}>
                  <dt title={row.metric}>
                    {row.title}
                    {row.instance && <small> {visibleText(row.instance)}</small>}
                  </dt>
                  <dd>{formatValue(row.value, row.unit)}</dd>
                </div>
              ))}
            </dl>
          )}
        </More>
      )}
      {observations.map((one, i) => (
        <Other key={i} observation={one} />
      ))}
    </>
  );
};

const Other = ({ observation }: { observation: Observation }) => {
  switch (observation.kind) {
    case 'table':
      return (
        <Table
          columns={observation.columns}
          rows={heaviestFirst(observation.columns, observation.rows)}
          name={observation.name}
        />
      );
    case 'events':
      return (
        <More count={observation.events.length} first={FIRST_ROWS} what="event">
          {(most) => (
            <ul className={css.events}>
              {observation.events.slice(-most).map((event) => (
                <li key={event.line}>
                  <span className="faint">
                    {event.at === null
                      ? `line ${event.line}`
                      : new Date(event.at).toISOString().slice(0, 19).replace('T', ' ')}
                  </span>{' '}
                  {event.class !== 'other' && <b>{event.class} </b>}
                  {visibleText(event.text)}
                </li>
              ))}
            </ul>
          )}
        </More>
      );
    case 'facts': {
      const entries = Object.entries(observation.facts);
      return (
        <More count={entries.length} first={FIRST_ROWS} what="fact">
          {(most) => (
            <dl className={css.values}>
              {entries.slice(0, most).map(([key, value]) => (
                <div key={key}>
                  <dt>{visibleText(key)}</dt>
                  <dd>{visibleText(cellText(value))}</dd>
                </div>
              ))}
            </dl>
          )}
        </More>
      );
    }
    case 'histogram': {
      const most = Math.max(1, ...observation.buckets.map(({ count }) => count));
      return (
        <table className={css.table}>
          <caption>
            {observation.name} {observation.instance}
          </caption>
          <tbody>
            {observation.buckets.map((bucket) => (
              <tr key={`${bucket.from}`}>
                <th scope="row">
                  {bucket.from ?? ''}–{bucket.to ?? ''} {observation.unit}
                </th>
                <td>{bucket.count}</td>
                <td className={css.bar}>
                  <i style={{ width: `${(bucket.count / most) * 100}%` }} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      );
    }
    default:
      return null;
  }
};

const Table = ({
  columns,
  rows,
  name,
}: {
  columns: readonly string[];
  rows: readonly (string | number | boolean | null)[][];
  name: string;
}) => (
  <More count={rows.length} first={FIRST_ROWS} what="row">
    {(most) => (
      <div className={css.wide} tabIndex={0} role="region" aria-label={name}>
        <table className={css.table}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, most).map((row, i) => (
              <tr key={i}>
                {row.map((value, column) => (
                  <td key={columns[column]} className={typeof value === 'number' ? css.number : undefined}>
                    {visibleText(cellText(value))}
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
