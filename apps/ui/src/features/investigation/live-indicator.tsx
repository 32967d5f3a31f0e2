import { type InvestigationView } from '@fleetscope/contracts';
import { retryNow, useLiveStatus } from '../../api/live';
import { isEnded } from '../../api/queries';
import { formatAgo, formatDuration } from '../../components/format';
import css from './live-indicator.module.css';

/** Whether what one sees is happening now, in words: a page that silently stands still would be taken for calm. */
export const LiveIndicator = ({ investigation, now }: { investigation: InvestigationView; now: number }) => {
  const status = useLiveStatus();
  if (isEnded(investigation)) {
    const took =
      investigation.startedAt && investigation.endedAt
        ? Date.parse(investigation.endedAt) - Date.parse(investigation.startedAt)
        : null;
    return (
      <span className={css.live} data-live="ended">
        <i className={css.still} />
        <b>
          {investigation.state === 'succeeded' ? 'Ended' : investigation.state === 'cancelled' ? 'Cancelled' : 'Failed'}
        </b>
        <span className="dim">
          {formatAgo(investigation.endedAt, now)}
          {took !== null && `, took ${formatDuration(took)}`}
        </span>
      </span>
    );
  }
  const left = Date.parse(investigation.deadline) - now;
  if (status.state === 'waiting') {
    return (
      <span className={css.live} data-live="reconnecting">
        <i className={css.broken} />
        <b className="warn">Not live</b>
        <span className="dim">
          next try in {formatDuration(Math.ceil(Math.max(0, status.retryAt - now) / 1000) * 1000)}
        </span>
        <button type="button" className="link" onClick={retryNow}>
          Try now
        </button>
      </span>
    );
  }
  const isLive = status.state === 'live';
  return (
    <span className={css.live} data-live={isLive ? 'live' : 'connecting'}>
      <i className={isLive ? css.on : css.broken} />
      <b className={isLive ? css.good : 'warn'}>{isLive ? 'Live' : 'Connecting …'}</b>
      {left > 0 && (
        <span className="dim">
          at most {formatDuration(left < 90_000 ? Math.round(left / 1000) * 1000 : left)} left
        </span>
      )}
    </span>
  );
};
