import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { baselineQuery } from '../../api/queries';
import { Distribution, type Mark } from '../../components/distribution';
import { formatValue } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import { type FactRow, type MetricRow } from './compare-model';
import css from './compare-page.module.css';

const OUTCOMES = {
  worse: '▲ worse',
  better: '▼ better',
  different: '◆ different',
  'none-shown': 'no difference shown',
  'too-little-data': 'too little data',
} as const;

/** Every host's number on the same line; whose it is, where there are several. */
const marksOf = ({ cells }: MetricRow, hosts: readonly string[]): Mark[] =>
  cells.flatMap((cell, at) =>
    cell === null || cell.candidate.middle === null
      ? []
      : [{ value: cell.candidate.middle, of: hosts.length > 1 ? (hosts[at] ?? null) : null, outcome: cell.outcome }],
  );

interface Props {
  rows: readonly MetricRow[];
  hosts: readonly string[];
  reference: string;
  /** Of which the distribution is drawn. */
  baseline: { hostClass: string; runbook: string } | null;
}

/** A row a metric: the reference's middle, then every host's with what that means. */
export const MetricTable = ({ rows, hosts, reference, baseline }: Props) => {
  const { data } = useQuery({
    ...baselineQuery(baseline?.hostClass ?? '', baseline?.runbook ?? ''),
    enabled: baseline !== null,
  });
  const usual = useMemo(() => new Map(data?.metrics.map((one) => [one.metric, one])), [data]);
  return (
    <div className={css.wide} tabIndex={0} role="region" aria-label="Metrics">
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">{visibleText(reference)}</th>
            {hosts.map((host) => (
              <th key={host} scope="col">
                {host}
              </th>
            ))}
            {baseline && <th scope="col">Where it lies</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const first = row.cells.find((cell) => cell !== null);
            const distribution = usual.get(row.metric);
            return (
              <tr key={row.key}>
                <th scope="row" title={row.metric}>
                  {row.title} {row.instance !== null && <small>{visibleText(row.instance)}</small>}
                </th>
                <td>{formatValue(first?.reference.middle ?? null, row.unit)}</td>
                {row.cells.map((cell, at) => (
                  <td key={hosts[at]} className={css.cell} data-outcome={cell?.outcome} title={cell?.text}>
                    {cell ? (
                      <>
                        {formatValue(cell.candidate.middle, row.unit)}{' '}
                        {row.differs && <small>{OUTCOMES[cell.outcome]}</small>}
                      </>
                    ) : (
                      '–'
                    )}
                  </td>
                ))}
                {baseline && <td>{distribution && <Distribution of={distribution} marks={marksOf(row, hosts)} />}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
};

export const FactTable = ({
  rows,
  hosts,
  reference,
}: {
  rows: readonly FactRow[];
  hosts: readonly string[];
  reference: string;
}) => (
  <div className={css.wide} tabIndex={0} role="region" aria-label="Facts">
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">Fact</th>
          <th scope="col">{visibleText(reference)}</th>
          {hosts.map((host) => (
            <th key={host} scope="col">
              {host}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ fact, reference: usual, values }) => (
          <tr key={fact}>
            <th scope="row">{visibleText(fact)}</th>
            <td>{visibleText(usual ?? '–')}</td>
            {values.map((value, at) => (
              <td key={hosts[at]}>{value === undefined ? <small>the same</small> : visibleText(value ?? '–')}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
