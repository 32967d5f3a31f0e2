import { type MarkView } from '@fleetscope/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, unwrap } from '../../api/client';
import { baselinesKey, marksQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { useMay } from '../../app/session';
import { formatAgo, formatClock, listed, plural } from '../../components/format';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import css from './baselines-page.module.css';

/** What feeds the baselines, and what must never. */
export const Marks = () => {
  const { data, error } = useQuery(marksQuery);
  const now = useNow(10_000);
  if (error) return <p className="warn">{wordsOf(error)}</p>;
  if (!data || data.length === 0) return null;
  return (
    <section aria-label="Marked investigations">
      <h2 className="sec">Marked investigations</h2>
      <div className={css.wide} tabIndex={0} role="region" aria-label="Marks">
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Marked</th>
              <th scope="col">By</th>
              <th scope="col">As</th>
              <th scope="col" className={css.number}>
                Hosts
              </th>
              <th scope="col">Why</th>
              <th scope="col">Investigation</th>
              <th scope="col" aria-label="Take back" />
            </tr>
          </thead>
          <tbody>
            {data.map((mark) => (
              <Row key={mark.investigation} mark={mark} now={now} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
};

const Row = ({ mark, now }: { mark: MarkView; now: number }) => {
  const queries = useQueryClient();
  const mayMark = useMay('operator');
  const { investigation, kind, hosts, leftOut, reason, markedBy, markedAt } = mark;
  const takeBack = useMutation({
    mutationFn: () =>
      unwrap(client.DELETE('/api/v1/investigations/{id}/mark', { params: { path: { id: investigation } } })),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: marksQuery.queryKey }),
        queries.invalidateQueries({ queryKey: baselinesKey }),
      ]),
  });
  return (
    <tr>
      <td className="dim" title={formatClock(markedAt, now)}>
        {formatAgo(markedAt, now)}
      </td>
      <td>{visibleText(markedBy)}</td>
      <td className={kind === 'incident' ? 'warn' : undefined}>
        {kind === 'incident' ? 'incident: never a baseline' : 'baseline'}
      </td>
      <td className={css.number} title={leftOut.length > 0 ? `without ${listed(leftOut, 10)}` : undefined}>
        {hosts}
        {leftOut.length > 0 && <small> · {plural(leftOut.length, 'sick one')} left out</small>}
      </td>
      <td>{visibleText(reason)}</td>
      <td>
        <Link to="/investigations/$id" params={{ id: investigation }}>
          {investigation.slice(0, 8)}
        </Link>
      </td>
      <td>
        {mayMark && (
          <button type="button" className="link" disabled={takeBack.isPending} onClick={() => takeBack.mutate()}>
            Take back
          </button>
        )}
        {takeBack.error && <small className="crit">{wordsOf(takeBack.error)}</small>}
      </td>
    </tr>
  );
};
