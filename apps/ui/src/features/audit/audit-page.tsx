import { type AuditEntry } from '@fleetscope/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { wordsOf } from '../../api/problem';
import { AUDIT_RESULTS, type AuditSearch } from '../../app/search';
import { useMay } from '../../app/session';
import { formatClock } from '../../components/format';
import { PageHead } from '../../components/page-head';
import { PageProblem } from '../../components/page-problem';
import { useNow } from '../../components/use-now';
import { auditPage, PAGE } from './audit-entries';
import { ChainState } from './chain-state';
import { detailWords } from './detail-words';
import { ExportButton } from './export-button';
import css from './audit-page.module.css';

/** Who did what, when, and whether it was allowed. */
export const AuditPage = () => {
  const search = useSearch({ from: '/shell/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const change = (changes: Partial<AuditSearch>): void =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  const now = useNow(60_000);
  const isAdmin = useMay('admin');
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam }) => auditPage(pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.length === PAGE ? last.at(-1)?.id : undefined),
  });
  if (error && !data)
    return (
      <PageProblem title="The audit log can't be shown" words={wordsOf(error)} retry={() => void refetch()} home />
    );
  const all = data?.pages.flat() ?? [];
  const words = search.q?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  const entries = all.filter((entry) => {
    if (search.result && entry.result !== search.result) return false;
    const text =
      `${entry.actor} ${entry.action} ${entry.subject} ${entry.result} ${detailWords(entry.detail)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <div className={css.page}>
      <PageHead title="Audit" fact="newest first">
        <ExportButton />
      </PageHead>
      <div className={css.bar} role="search" aria-label="Entries">
        <input
          className="field"
          type="search"
          placeholder="Who, what, which"
          aria-label="Filter entries"
          value={search.q ?? ''}
          onChange={(event) => change({ q: event.currentTarget.value || undefined })}
        />
        {AUDIT_RESULTS.map((result) => (
          <button
            key={result}
            type="button"
            className="chip"
            aria-pressed={search.result === result}
            onClick={() => change({ result: search.result === result ? undefined : result })}
          >
            {result}
          </button>
        ))}
        {(words.length > 0 || search.result) && (
          <span className="dim">
            {entries.length} of the {all.length} that are loaded
          </span>
        )}
        <span className="spacer" />
        {isAdmin && <ChainState />}
      </div>
      <main className={css.scroller} tabIndex={0} aria-label="Entries">
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
              <Entry key={entry.id} entry={entry} now={now} />
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

const Entry = ({ entry, now }: { entry: AuditEntry; now: number }) => (
  <tr>
    <td className="dim">{formatClock(entry.at, now)}</td>
    <td>{entry.actor}</td>
    <td>{entry.action}</td>
    <td className={css.subject} title={entry.subject}>
      {entry.subject}
    </td>
    <td className={entry.result === 'done' ? 'dim' : entry.result === 'denied' ? 'warn' : 'crit'}>{entry.result}</td>
    <td className={css.detail} title={detailWords(entry.detail)}>
      {detailWords(entry.detail)}
    </td>
  </tr>
);
