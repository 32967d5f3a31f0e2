import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { dueTimesQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { useNow } from '../../components/use-now';
import { DueTimes } from './due-times';
import css from '../../components/room.module.css';

const PAUSE_MS = 250;

/** When an expression would be due, while it is typed. */
export const NextTimes = ({ cron, tz }: { cron: string; tz: string }) => {
  const [asked] = useDebouncedValue(`${cron.trim()}\n${tz.trim()}`, PAUSE_MS);
  const [askedCron = '', askedTz = ''] = asked.split('\n');
  const now = useNow(10_000);
  const { data, error } = useQuery(dueTimesQuery(askedCron, askedTz));
  return (
    <div className={css.whole} role="status" aria-label="Next times">
      {askedCron === '' && <p className="dim">The next times stand here as soon as there is an expression.</p>}
      {error && <p className="warn">{wordsOf(error)}</p>}
      {data && !error && <DueTimes times={data.times} tz={askedTz} now={now} />}
    </div>
  );
};
