import { type AgentView, skewWords } from '@fleetscope/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap } from '../../api/client';
import { agentsQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { useMay } from '../../app/session';
import { formatAgo, formatClock } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import css from '../../components/room.module.css';

/** One agent: who it is, what it refuses and why, and how to shut it out. */
export const AgentPanel = ({ agent, now, onClose }: { agent: AgentView; now: number; onClose(): void }) => {
  const queries = useQueryClient();
  const mayRevoke = useMay('commander');
  const [isAsked, setAsked] = useState(false);
  const revoke = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/agents/{name}/revoke', { params: { path: { name: agent.host } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: agentsQuery.queryKey }),
  });
  const { host, state, version, lastSeenAt, fingerprint, enrolledAt, enrolledBy, refused, revokedAt } = agent;
  return (
    <aside className={css.panel} aria-label={`Agent of ${host}`}>
      <div className={css.panelHead}>
        <h2>{host}</h2>
        <button type="button" className="btn small" onClick={onClose}>
          Close <kbd>Esc</kbd>
        </button>
      </div>
      <p className="dim">
        {state} · version {version} · seen {formatAgo(lastSeenAt, now)} · its clock is off by {skewWords(agent)}
      </p>
      <h3 className="sec">Key</h3>
      <p className="mono">{fingerprint}</p>
      <p className="dim">
        enrolled by {visibleText(enrolledBy)}, {formatClock(enrolledAt, now)}
      </p>
      <h3 className="sec">Refuses by its own policy</h3>
      {refused.length === 0 ? (
        <p className="dim">Nothing.</p>
      ) : (
        <table className={css.plain}>
          <tbody>
            {refused.map(({ runbook, reason }) => (
              <tr key={runbook}>
                <th scope="row">{runbook}</th>
                <td className="dim">{visibleText(reason)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {revokedAt && <p className="warn">Revoked {formatAgo(revokedAt, now)}. To let it in again, enrol it anew.</p>}
      {mayRevoke && !revokedAt && (
        <>
          <h3 className="sec">Revoke</h3>
          {isAsked ? (
            <p>
              Its key is refused from now on, and its runs end in part. This can't be taken back; it can be enrolled
              again.{' '}
              <button type="button" className="btn" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
                Revoke {host}
              </button>{' '}
              <button type="button" className="btn" onClick={() => setAsked(false)}>
                Keep it
              </button>
            </p>
          ) : (
            <button type="button" className="btn" onClick={() => setAsked(true)}>
              Revoke this agent …
            </button>
          )}
          {revoke.error && (
            <p className="crit" role="alert">
              {wordsOf(revoke.error)}
            </p>
          )}
        </>
      )}
    </aside>
  );
};
