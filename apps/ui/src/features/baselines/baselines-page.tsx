import { type BaselineSummary } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { baselinesQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { type BaselinesSearch } from '../../app/search';
import { Choice } from '../../components/choice';
import { plural } from '../../components/format';
import { PageHead } from '../../components/page-head';
import { PageProblem } from '../../components/page-problem';
import { BaselineMetrics } from './baseline-metrics';
import { Marks } from './marks';
import css from './baselines-page.module.css';

const DAYS = [28, 7, 90, 365];

/** What is usual in a class of hosts, and how it moved over the weeks. */
export const BaselinesPage = () => {
  const search = useSearch({ from: '/shell/baselines' });
  const navigate = useNavigate({ from: '/baselines' });
  const change = useCallback(
    (changes: Partial<BaselinesSearch>) =>
      void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }),
    [navigate],
  );
  const days = search.days ?? 28;
  const { data, error, refetch } = useQuery(baselinesQuery(days));
  if (error && !data)
    return <PageProblem title="The baselines can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const chosen =
    data?.find(({ hostClass, runbook }) => hostClass === search.class && runbook === search.runbook) ?? data?.[0];
  return (
    <div className={css.page}>
      <PageHead title="Baselines" fact="what is usual in a class, from investigations marked as good">
        <Choice
          label="Last"
          value={String(days)}
          options={DAYS.map((one) => ({ value: String(one), label: plural(one, 'day') }))}
          onChange={(next) => change({ days: next === '28' ? undefined : Number(next) })}
        />
      </PageHead>
      <main className={css.scroller} aria-label="Baselines">
        {data?.length === 0 && (
          <div className={css.empty}>
            <p>
              Nothing was marked as usual in the last {plural(days, 'day')}. Open an investigation of a quiet time and
              mark it as a baseline there, or on the command line:
            </p>
            <pre>fleetscope baselines mark ID</pre>
          </div>
        )}
        {data && data.length > 0 && <Classes summaries={data} chosen={chosen} onChange={change} />}
        {chosen && (
          <BaselineMetrics
            key={`${chosen.hostClass} ${chosen.runbook} ${days}`}
            hostClass={chosen.hostClass}
            runbook={chosen.runbook}
            days={days}
            open={search.metric ?? null}
            onOpen={(metric) => change({ metric: metric ?? undefined })}
          />
        )}
        <Marks />
      </main>
    </div>
  );
};

const Classes = ({
  summaries,
  chosen,
  onChange,
}: {
  summaries: readonly BaselineSummary[];
  chosen: BaselineSummary | undefined;
  onChange(changes: Partial<BaselinesSearch>): void;
}) => (
  <div className={css.classes} role="group" aria-label="Class and runbook">
    {summaries.map((summary) => {
      const { hostClass, runbook, investigations, hosts, thin } = summary;
      return (
        <button
          key={`${hostClass} ${runbook}`}
          type="button"
          className={css.class}
          aria-pressed={summary === chosen}
          title={thin ?? undefined}
          onClick={() => onChange({ class: hostClass, runbook, metric: undefined })}
        >
          <b>{hostClass}</b> <span className="dim">{runbook}</span>
          <small className={thin ? 'warn' : 'dim'}>
            {plural(investigations, 'investigation')}, {plural(hosts, 'host')}
            {thin && ' · too thin yet'}
          </small>
        </button>
      );
    })}
  </div>
);
