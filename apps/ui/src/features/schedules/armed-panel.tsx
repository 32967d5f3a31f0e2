import { type ArmedView, readingWords, unreadGroups } from '@fleetscope/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, unwrap } from '../../api/client';
import { wordsOf } from '../../api/problem';
import { armedQuery } from '../../api/room-queries';
import { useMay } from '../../app/session';
import { formatClock, listed, plural } from '../../components/format';
import { SidePanel } from '../../components/side-panel';
import { visibleText } from '../../components/visible-text';
import { armedCostWords, conditionWords, roundWords } from './armed';
import css from '../../components/room.module.css';

interface Props {
  armed: ArmedView;
  now: number;
  onClose(): void;
}

/** One armed capture: what its hosts show now, what it costs them, what it caught. */
export const ArmedPanel = ({ armed, now, onClose }: Props) => {
  const { name, state, latest, caught, when } = armed;
  // The round keeps the reasons of the first few.
  const unsaid = latest && latest.paused === null ? latest.hosts - latest.read - latest.unread.length : 0;
  const queries = useQueryClient();
  const mayChange = useMay('operator');
  const remove = useMutation({
    mutationFn: () => unwrap(client.DELETE('/api/v1/armed-captures/{name}', { params: { path: { name } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: armedQuery.queryKey }),
  });
  return (
    <SidePanel label={`Armed capture ${name}`} title={name} onClose={onClose}>
      <p className="dim">
        {armed.capture.runbook} where {conditionWords(armed)}; on at most {armed.maxHosts} hosts, {armed.cooldown}{' '}
        apart; by {visibleText(armed.createdBy)}
      </p>
      <p className="dim">{armedCostWords(armed)}</p>
      {mayChange && (
        <div className={css.bar}>
          <button type="button" className="btn" disabled={remove.isPending} onClick={() => remove.mutate()}>
            {state === 'armed' ? 'Disarm' : 'Remove'}
          </button>
        </div>
      )}
      {remove.error && (
        <p className="crit" role="alert">
          {wordsOf(remove.error)}
        </p>
      )}
      <h3>Latest round</h3>
      <p className={latest?.paused ? 'warn' : 'dim'}>
        {roundWords(armed)}
        {latest && `, ${formatClock(latest.at, now)}`}
      </p>
      {latest && latest.highest.length + latest.unread.length > 0 && (
        <table className={css.plain} aria-label="Readings of the latest round">
          <thead>
            <tr>
              <th scope="col">Host</th>
              <th scope="col">{when.watch}</th>
            </tr>
          </thead>
          <tbody>
            {latest.highest.map(({ host, value }) => (
              <tr key={host}>
                <td>{host}</td>
                <td className={value > when.above ? 'warn' : undefined}>
                  {readingWords(when.watch, value)}
                  {value > when.above && ', above'}
                </td>
              </tr>
            ))}
            {unreadGroups(latest.unread).map(({ hosts, reason }) => (
              <tr key={hosts[0]}>
                <td>{listed(hosts)}</td>
                <td className="dim">not read: {visibleText(reason)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {unsaid > 0 && <p className="dim">{plural(unsaid, 'more host was', 'more hosts were')} not read.</p>}
      <h3>Caught</h3>
      {caught.length === 0 && <p className="dim">Nothing yet.</p>}
      <ul>
        {caught.map(({ at, investigation, hosts, problem }) => (
          <li key={investigation}>
            {formatClock(at, now)}:{' '}
            {problem === null ? (
              <Link to="/investigations/$id" params={{ id: investigation }}>
                {hosts.map(({ host, value }) => `${host} ${readingWords(when.watch, value)}`).join(', ')}
              </Link>
            ) : (
              <span className="crit">not started: {visibleText(problem)}</span>
            )}
          </li>
        ))}
      </ul>
    </SidePanel>
  );
};
