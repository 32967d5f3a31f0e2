import { type AuditEntry } from '@fleetscope/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap } from '../../api/client';
import { wordsOf } from '../../api/problem';
import { formatClock } from '../../components/format';
import { PageHead } from '../../components/page-head';
import { PageProblem } from '../../components/page-problem';
import { useNow } from '../../components/use-now';
import { detailWords } from './detail-words';
import css from './audit-page.module.css';

const PAGE = 200;

/** Who did what, when, and whether it was allowed. */
export const AuditPage = () => {
  const [filter, setFilter] = useState('');
  const now = useNow(60_000);
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam }) =>
      unwrap(client.GET('/api/v1/audit', { params: { query: { limit: PAGE, before: pageParam } } })) as Promise<
        AuditEntry[]
      >,
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.length === PAGE ? last.at(-1)?.id : undefined),
  });
  if (error && !data)
    return (
      <PageProblem title="The audit log can't be shown" words={wordsOf(error)} retry={() => void refetch()} home />
    );
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const entries = (data?.pages.flat() ?? []).filter((entry) => {
    const text =
      `${entry.actor} ${entry.action} ${entry.subject} ${entry.result} ${detailWords(entry.detail)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <div className={css.page}>
      <PageHead title="Audit" fact="newest first">
        <input
          className="field"
          type="search"
          placeholder="Who, what, which"
          aria-label="Filter entries"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      </PageHead>
      <main className={css.scroller}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">Did</th>
              <th scope="col">To</th>
              <th scope="col">Result</th>
              <th scope="col">Detail</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.id}>
                <td className="dim">{formatClock(entry.at, now)}</td>
                <td>{entry.actor}</td>
                <td>{entry.action}</td>
                <td className={css.subject}>{entry.subject}</td>
                <td className={entry.result === 'done' ? 'dim' : entry.result === 'denied' ? 'warn' : 'crit'}>
                  {entry.result}
                </td>
                <td className={css.detail} title={detailWords(entry.detail)}>
                  {detailWords(entry.detail)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {data && entries.length === 0 && <p className={css.empty}>No entry matches.</p>}
        {hasNextPage && (
          <button
            type="button"
            className={`btn ${css.more}`}
            disabled={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Older entries
          </button>
        )}
      </main>
    </div>
  );
};
