import { type ScheduleView } from '@fleetscope/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { client, unwrap } from '../../api/client';
import { wordsOf } from '../../api/problem';
import { scheduleHistoryQuery, schedulesQuery } from '../../api/room-queries';
import { useMay } from '../../app/session';
import { formatClock } from '../../components/format';
import { SidePanel } from '../../components/side-panel';
import { DueTimes } from './due-times';
import { firingWords } from './firing-words';
import css from '../../components/room.module.css';

type Act = 'pause' | 'resume' | 'run-now' | 'remove';

const act = async (name: string, what: Act): Promise<void> => {
  const at = { params: { path: { name } } };
  if (what === 'pause') await unwrap(client.POST('/api/v1/schedules/{name}/pause', at));
  else if (what === 'resume') await unwrap(client.POST('/api/v1/schedules/{name}/resume', at));
  else if (what === 'run-now') await unwrap(client.POST('/api/v1/schedules/{name}/run-now', at));
  else await unwrap(client.DELETE('/api/v1/schedules/{name}', at));
};

interface Props {
  schedule: ScheduleView;
  now: number;
  onClose(): void;
}

/** One schedule: when it is due next, what became of the times before, and what may be done with it. */
export const SchedulePanel = ({ schedule, now, onClose }: Props) => {
  const { name, paused } = schedule;
  const queries = useQueryClient();
  const mayChange = useMay('operator');
  const [isAsked, setAsked] = useState(false);
  const { data: history, error } = useQuery(scheduleHistoryQuery(name));
  const change = useMutation({
    mutationFn: (what: Act) => act(name, what),
    onSuccess: () => queries.invalidateQueries({ queryKey: schedulesQuery.queryKey }),
  });
  return (
    <SidePanel label={`Schedule ${name}`} title={name} onClose={onClose}>
      <p className="dim">
        {schedule.request.runbook} at <code>{schedule.cron}</code>, {schedule.tz}; as {schedule.role}, made by{' '}
        {schedule.createdBy}
      </p>
      <h3 className="sec">Next</h3>
      {paused ? (
        <p className="warn">Paused: nothing of it starts until it is resumed.</p>
      ) : (
        <DueTimes times={schedule.next.slice(0, 5)} tz={schedule.tz} now={now} />
      )}
      {mayChange && (
        <div className={css.bar}>
          <button
            type="button"
            className="btn"
            disabled={change.isPending}
            onClick={() => change.mutate(paused ? 'resume' : 'pause')}
          >
            {paused ? 'Resume' : 'Pause'}
          </button>
          <button type="button" className="btn" disabled={change.isPending} onClick={() => change.mutate('run-now')}>
            Run now
          </button>
          <button
            type="button"
            className="btn"
            disabled={change.isPending}
            onClick={() => (isAsked ? change.mutate('remove') : setAsked(true))}
          >
            {isAsked ? `Remove ${name} for good` : 'Remove …'}
          </button>
        </div>
      )}
      {change.error && (
        <p className="crit" role="alert">
          {wordsOf(change.error)}
        </p>
      )}
      <h3 className="sec">History</h3>
      {error && <p className="crit">{wordsOf(error)}</p>}
      {history?.length === 0 && <p className="dim">It was not due yet.</p>}
      {history && history.length > 0 && (
        <table className={css.plain} aria-label={`History of ${name}`}>
          <thead>
            <tr>
              <th scope="col">Due</th>
              <th scope="col">What became of it</th>
            </tr>
          </thead>
          <tbody>
            {history.map((firing) => (
              <tr key={firing.due}>
                <td>{formatClock(firing.due, now)}</td>
                <td>
                  {firing.investigation ? (
                    <Link to="/investigations/$id" params={{ id: firing.investigation }}>
                      {firingWords(firing)}
                    </Link>
                  ) : (
                    firingWords(firing)
                  )}
                  {firing.askedBy && <small>asked for by {firing.askedBy}</small>}
                  {firing.baselineReason && <small>kept out of the baseline: {firing.baselineReason}</small>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </SidePanel>
  );
};
