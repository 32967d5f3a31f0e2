import { useQuery } from '@tanstack/react-query';
import { auditCheckQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { plural } from '../../components/format';
import css from './audit-page.module.css';

/** Whether the log is as it was written; reading all of it is asked for by hand. */
export const ChainState = () => {
  const { data, error, isFetching, refetch } = useQuery(auditCheckQuery);
  return (
    <span className={css.chain} role="status">
      {error && <span className="crit">{wordsOf(error)}</span>}
      {data &&
        (data.broken ? (
          <b className="crit">
            Entry {data.broken.seq} was {data.broken.why}: the log is not as it was written
          </b>
        ) : (
          <span
            title={`Its last hash is ${data.head}: kept elsewhere, it proves later that nothing before it was changed`}
          >
            <b className={css.whole}>✓</b> {plural(data.entries, 'entry', 'entries')} unbroken, to{' '}
            <code>{data.head.slice(0, 12)}</code>
          </span>
        ))}
      <button type="button" className="btn" disabled={isFetching} onClick={() => void refetch()}>
        {isFetching ? 'Checking …' : data ? 'Check again' : 'Check the chain'}
      </button>
    </span>
  );
};
