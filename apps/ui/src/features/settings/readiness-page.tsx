import { type HostCheck } from '@fleetscope/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { hostsQuery, runbooksQuery } from '../../api/queries';
import { wordsOf } from '../../api/problem';
import { useMay } from '../../app/session';
import { Choice } from '../../components/choice';
import { listed, plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { facets } from '../../components/select-hosts';
import { visibleText } from '../../components/visible-text';
import { eachAtOnce } from '../../components/each-at-once';
import { byRunbook, READINESS_STATES, type RunbookReadiness } from './readiness-model';
import { SettingsHead } from '../../components/settings-head';
import css from '../../components/room.module.css';

/** Each check is a connection to a host: a few at a time. */
const AT_ONCE = 4;
const WORDS = { ready: 'in full', degraded: 'in part', impossible: 'not at all' } as const;

/** Which runbooks can run where, and what is missing: asked of the hosts themselves, now. */
export const ReadinessPage = () => {
  const queries = useQueryClient();
  const { data: hosts, error, refetch } = useQuery(hostsQuery);
  const { data: runbooks } = useQuery(runbooksQuery);
  const mayCheck = useMay('operator');
  const [hostClass, setHostClass] = useState('');
  const [checks, setChecks] = useState<readonly HostCheck[]>([]);
  const [failures, setFailures] = useState<readonly { host: string; words: string }[]>([]);
  const [total, setTotal] = useState<number | null>(null);
  const isStopped = useRef(false);
  useEffect(
    () => () => {
      isStopped.current = true;
    },
    [],
  );
  if (error && !hosts)
    return <PageProblem title="The hosts can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const { classes } = facets(hosts ?? []);
  const targets = (hosts ?? []).filter((host) => hostClass === '' || host.class === hostClass);
  const isChecking = total !== null && checks.length + failures.length < total;

  const checkAll = async (): Promise<void> => {
    isStopped.current = false;
    setChecks([]);
    setFailures([]);
    setTotal(targets.length);
    const check = async ({ name }: { name: string }): Promise<void> => {
      try {
        const one = (await unwrap(
          client.POST('/api/v1/hosts/{name}/check', { params: { path: { name } } }),
        )) as HostCheck;
        if (one.state === 'reachable') setChecks((before) => [...before, one]);
        else
          setFailures((before) => [
            ...before,
            { host: name, words: `${one.state}: ${one.reason ?? 'no reason given'}` },
          ]);
      } catch (problem) {
        setFailures((before) => [...before, { host: name, words: wordsOf(problem) }]);
      }
    };
    await eachAtOnce(targets, AT_ONCE, check, () => isStopped.current);
    await queries.invalidateQueries({ queryKey: hostsQuery.queryKey });
  };
  const stop = (): void => {
    isStopped.current = true;
    setTotal(checks.length + failures.length);
  };
  const rows = byRunbook(checks);
  const titles = new Map(runbooks?.map(({ id, title }) => [id, title]));
  return (
    <div className={css.page}>
      <SettingsHead fact="which runbooks can run where" />
      <main className={css.body}>
        <div className={css.bar}>
          <Choice
            label="Hosts"
            value={hostClass}
            options={[
              { value: '', label: `all ${hosts?.length ?? ''}` },
              ...classes.map(([name, count]) => ({ value: name, label: `class ${name} (${count})` })),
            ]}
            onChange={setHostClass}
          />
          {mayCheck && !isChecking && (
            <button
              type="button"
              className="btn primary"
              disabled={targets.length === 0}
              onClick={() => void checkAll()}
            >
              Check {plural(targets.length, 'host')}
            </button>
          )}
          {isChecking && (
            <>
              <span className="dim" role="status">
                {checks.length + failures.length} of {total} checked …
              </span>
              <button type="button" className="btn" onClick={stop}>
                Stop
              </button>
            </>
          )}
        </div>
        {total === null && (
          <p className={css.words}>
            A check connects to each host, looks for the tools and rights that runbooks need, and changes nothing. What
            is missing stands here by runbook; a runbook that runs in part says on its results what it could not see.
          </p>
        )}
        {failures.length > 0 && (
          <p className="warn">
            {plural(failures.length, 'host')} could not be asked:{' '}
            {failures
              .slice(0, 3)
              .map(({ host, words }) => `${host} (${visibleText(words)})`)
              .join(', ')}
            {failures.length > 3 && ` and ${failures.length - 3} more`}.{' '}
            <Link to="/hosts" search={{ sort: 'reachability' }}>
              Look at them ▸
            </Link>
          </p>
        )}
        {rows.length > 0 && (
          <div className={css.wide} tabIndex={0} role="region" aria-label="Readiness by runbook">
            <table className={css.plain}>
              <thead>
                <tr>
                  <th scope="col">Runbook</th>
                  <th scope="col">Hosts</th>
                  <th scope="col">What is missing</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Row key={row.runbook} row={row} title={titles.get(row.runbook) ?? null} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </main>
    </div>
  );
};

const MOST_MISSING = 6;

const Row = ({ row: { runbook, counts, missing }, title }: { row: RunbookReadiness; title: string | null }) => {
  const words = READINESS_STATES.filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${WORDS[state]}`)
    .join(', ');
  return (
    <tr>
      <th scope="row">
        {runbook}
        {title && <small>{title}</small>}
      </th>
      <td>
        <span className={css.counts} role="img" aria-label={words}>
          {READINESS_STATES.map((state) => (
            <i key={state} data-state={state} style={{ flex: counts[state] }} />
          ))}
        </span>
        <small>{words}</small>
      </td>
      <td className="dim">
        {missing.length === 0 && 'nothing'}
        {missing.slice(0, MOST_MISSING).map(({ what, hosts }, i) => (
          <span key={what} title={listed(hosts, 20)}>
            {i > 0 && ', '}
            {what} <span className="faint">({listed(hosts, 2)})</span>
          </span>
        ))}
        {missing.length > MOST_MISSING && ` and ${missing.length - MOST_MISSING} more`}
      </td>
    </tr>
  );
};
