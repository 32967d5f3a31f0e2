import { type AgentView, skewWords } from '@fleetscope/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from '../../api/client';
import { agentsQuery } from '../../api/room-queries';
import { useMay } from '../../app/session';
import { formatAgo, formatClock } from '../../components/format';
import { Removal } from '../../components/removal';
import { SidePanel } from '../../components/side-panel';
import { visibleText } from '../../components/visible-text';
import css from '../../components/room.module.css';

/** One agent: who it is, what it refuses and why, and how to shut it out. */
export const AgentPanel = ({ agent, now, onClose }: { agent: AgentView; now: number; onClose(): void }) => {
  const queries = useQueryClient();
  const mayRevoke = useMay('commander');
  const revoke = async (): Promise<void> => {
    await unwrap(client.POST('/api/v1/agents/{name}/revoke', { params: { path: { name: agent.host } } }));
    await queries.invalidateQueries({ queryKey: agentsQuery.queryKey });
  };
  const { host, state, version, lastSeenAt, fingerprint, enrolledAt, enrolledBy, refused, revokedAt } = agent;
  return (
    <SidePanel label={`Agent of ${host}`} title={host} onClose={onClose}>
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
        <Removal verb="Revoke" name={host} remove={revoke}>
          Its key is refused from now on, and its runs end in part. This can't be taken back; it can be enrolled again.
        </Removal>
      )}
    </SidePanel>
  );
};
