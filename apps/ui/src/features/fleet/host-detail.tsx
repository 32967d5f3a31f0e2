import { type AgentView, type HostCheck, type HostView } from '@fleetscope/contracts';
import { useMediaQuery } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { client, unwrap } from '../../api/client';
import { hostsQuery } from '../../api/queries';
import { wordsOf } from '../../api/problem';
import { useLaunch } from '../../app/launch-context';
import { useMay } from '../../app/session';
import { formatAgo, formatClock } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import { useNow } from '../../components/use-now';
import { addressWords, HOST_STATES, hostState } from './fleet';
import { HostKeys } from './host-keys';
import css from './host-detail.module.css';

const FACTS: readonly [string, string][] = [
  ['distro', 'System'],
  ['kernel', 'Kernel'],
  ['cpus', 'CPUs'],
  ['mem_total_kb', 'Memory'],
  ['container', 'Container'],
  ['hypervisor', 'Hypervisor'],
  ['uid', 'User id'],
];

/** One host: how it is reached, whether it is, what it is, and its keys. */
export const HostDetail = ({ host, agent, onClose }: { host: HostView; agent: AgentView | null; onClose(): void }) => {
  const queries = useQueryClient();
  const launch = useLaunch();
  const mayOperate = useMay('operator');
  const mayChange = useMay('commander');
  const now = useNow(10_000);
  const check = useMutation({
    mutationFn: () =>
      unwrap(
        client.POST('/api/v1/hosts/{name}/check', { params: { path: { name: host.name } } }),
      ) as Promise<HostCheck>,
    onSettled: () => queries.invalidateQueries({ queryKey: hostsQuery.queryKey }),
  });
  const remove = useMutation({
    mutationFn: () => unwrap(client.DELETE('/api/v1/hosts/{name}', { params: { path: { name: host.name } } })),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: hostsQuery.queryKey });
    },
  });
  const state = hostState(host);
  const facts = FACTS.flatMap(([key, title]) => {
    const value = host.facts?.[key]?.trim();
    if (!value) return [];
    return [[title, key === 'mem_total_kb' ? `${(Number(value) / 1_048_576).toFixed(1)} GiB` : value] as const];
  });
  const problem = check.error ?? remove.error;
  const isSheet = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false });
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isSheet) panel.current?.focus();
  }, [isSheet]);
  return (
    <>
      {isSheet && <div className={css.shade} onClick={onClose} aria-hidden="true" />}
      <aside ref={panel} tabIndex={-1} className={css.panel} aria-label={`Host ${host.name}`}>
        <div className={css.head}>
          <h2>{host.name}</h2>
          <button type="button" className="btn small" onClick={onClose} title="Close the panel">
            Close <kbd>Esc</kbd>
          </button>
        </div>
        <p className="dim">
          class {host.class} · {addressWords(host)} · {host.transport}
          {host.jump.length > 0 && ` via ${host.jump.join(' → ')}`}
          {host.become === 'sudo' && ' · sudo'}
        </p>
        <p>
          <b
            className={
              state === 'reachable' || state === 'unchecked' ? css.plain : state === 'refused' ? 'warn' : 'crit'
            }
          >
            {HOST_STATES[state]}
          </b>{' '}
          {host.checkedAt && <span className="dim">{formatAgo(host.checkedAt, now)}</span>}
          {host.reachability?.reason && <span className={css.reason}>{host.reachability.reason}</span>}
        </p>
        {agent && (
          <p>
            Agent <b className={agent.state === 'online' ? css.plain : 'warn'}>{agent.state}</b>{' '}
            <span className="dim">
              {agent.lastSeenAt ? `last heard of ${formatAgo(agent.lastSeenAt, now)}` : 'never heard of'} · version{' '}
              {agent.version}
            </span>
          </p>
        )}
        {host.hold && (
          <p>
            <b className="warn">Not to be touched</b>{' '}
            {host.hold.until === null ? 'until it is released' : `until ${formatClock(host.hold.until, now)}`}, says{' '}
            {visibleText(host.hold.by)}: {visibleText(host.hold.why)}
          </p>
        )}
        <div className={css.acts}>
          {mayOperate && (
            <button type="button" className="btn" disabled={check.isPending} onClick={() => check.mutate()}>
              {check.isPending ? 'Checking …' : 'Check now'}
            </button>
          )}
          {mayOperate && (
            <button
              type="button"
              className={state === 'refused' || state === 'unreachable' ? 'btn' : 'btn primary'}
              onClick={() => launch({ hosts: [host.name] })}
            >
              Start a triage
            </button>
          )}
        </div>
        {problem && (
          <p className="crit" role="alert">
            {wordsOf(problem)}
          </p>
        )}
        {check.data ? (
          <Readiness check={check.data} />
        ) : (
          mayOperate && <p className="dim">A check says which runbooks can run here, and what is missing.</p>
        )}
        {host.transport === 'ssh' && (
          <HostKeys host={host} mayTrust={mayChange} onTrusted={() => mayOperate && check.mutate()} />
        )}
        {facts.length > 0 && (
          <>
            <h3 className="sec">As seen at the last check</h3>
            <dl className={css.facts}>
              {facts.map(([title, value]) => (
                <div key={title}>
                  <dt>{title}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
        {Object.keys(host.labels).length > 0 && (
          <>
            <h3 className="sec">Labels</h3>
            <p>
              {Object.entries(host.labels)
                .map(([name, value]) => `${name}=${value}`)
                .join(', ')}
            </p>
          </>
        )}
        {mayChange && (
          <details className={css.remove}>
            <summary>Remove this host</summary>
            <p className="dim">Its investigations stay.</p>
            <button type="button" className="btn" disabled={remove.isPending} onClick={() => remove.mutate()}>
              Remove {host.name}
            </button>
          </details>
        )}
      </aside>
    </>
  );
};

const READY = { ready: 'ready', degraded: 'runs in part', impossible: 'can not run' } as const;

const Readiness = ({ check }: { check: HostCheck }) => (
  <>
    <h3 className="sec">What can run here</h3>
    {check.readiness.length === 0 && (
      <p className="dim">{check.reason ?? 'It was not reached, so nothing is known.'}</p>
    )}
    {check.readiness.map((readiness) => {
      const lacking = readiness.steps.filter(({ missing }) => missing.length > 0);
      return (
        <div key={readiness.runbook}>
          <p>
            {readiness.runbook}:{' '}
            <b className={readiness.state === 'ready' ? css.plain : 'warn'}>{READY[readiness.state]}</b>
          </p>
          {lacking.length > 0 && (
            <ul className={css.lacking}>
              {lacking.map(({ step, missing, alternative }) => (
                <li key={step}>
                  {step}: no {missing.join(', ')}
                  {alternative ? `; ${alternative} instead` : '; left out'}
                </li>
              ))}
            </ul>
          )}
        </div>
      );
    })}
  </>
);
