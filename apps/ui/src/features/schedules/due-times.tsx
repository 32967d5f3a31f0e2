import { dueWords } from './due-words';
import css from '../../components/room.module.css';

/** Times to come, on the clock of their zone. */
export const DueTimes = ({ times, tz, now }: { times: readonly string[]; tz: string; now: number }) => (
  <ol className={css.times}>
    {times.map((time) => {
      const { here, there, ahead } = dueWords(time, tz, now);
      return (
        <li key={time}>
          {there} <span className="dim">{here}</span> <span className="faint">{ahead}</span>
        </li>
      );
    })}
  </ol>
);
