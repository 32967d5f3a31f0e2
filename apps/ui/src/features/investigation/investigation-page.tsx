import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef } from 'react';
import { useLiveInvestigation } from '../../api/live';
import { wordsOf } from '../../api/problem';
import { isEnded } from '../../api/queries';
import { type InvestigationSearch } from '../../app/search';
import { PageProblem } from '../../components/page-problem';
import { ApprovalSection } from './approval-section';
import { EscalationSection } from './escalation-section';
import { NotesSection } from './notes-section';
import { FilterBar } from './filter-bar';
import { matches } from './filter';
import { GroupStrip } from './group-strip';
import { MatrixGrid, type Selection } from './matrix-grid';
import { RolloutSection } from './rollout-section';
import { TopBar } from './top-bar';
import { useAnnouncements } from './use-announcements';
import { useOrder } from './use-order';
import { usePageKeys } from './use-page-keys';
import { VerdictSection } from './verdict-section';
import { HostPanel } from './host-panel';
import { type Matrix } from '@fleetscope/contracts';
import css from './investigation-page.module.css';

/** What happened on every host, filling in while it happens. */
export const InvestigationPage = () => {
  const { id } = useParams({ from: '/shell/investigations/$id' });
  const { data, error, refetch } = useLiveInvestigation(id);
  if (error)
    return (
      <PageProblem title="This investigation can't be shown" words={wordsOf(error)} retry={() => void refetch()} home />
    );
  if (!data) return <p className={css.loading}>Reading the investigation …</p>;
  return <Investigation key={id} snapshot={data} />;
};

const Investigation = ({ snapshot }: { snapshot: Matrix }) => {
  const { investigation } = snapshot;
  const search = useSearch({ from: '/shell/investigations/$id' });
  const navigate = useNavigate({ from: '/investigations/$id' });
  const scroller = useRef<HTMLDivElement>(null);
  const change = useCallback(
    (changes: Partial<InvestigationSearch>) =>
      void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }),
    [navigate],
  );
  const order = useOrder(snapshot.runs);
  const { q, findings, state, by, only } = search;
  const shown = useMemo(
    () => order.runs.filter((run) => matches(run, { q, findings, state, by, only })),
    [order.runs, q, findings, state, by, only],
  );
  const selectedRun = snapshot.runs.find(({ host }) => host === search.host) ?? null;
  const select = useCallback(
    ({ host, at }: Selection) => change({ host, at: at ?? undefined, raw: undefined }),
    [change],
  );
  const close = useCallback(() => {
    const host = search.host;
    change({ host: undefined, at: undefined, raw: undefined });
    // Where one came from: the row is still there.
    requestAnimationFrame(() =>
      scroller.current
        ?.querySelector<HTMLElement>(`[data-host="${CSS.escape(host ?? '')}"] [tabindex="0"]`)
        ?.focus({ preventScroll: true }),
    );
  }, [change, search.host]);
  useAnnouncements(snapshot, order.moves);
  usePageKeys({ close: selectedRun && !search.raw ? close : null, resort: order.resort, scroller });

  return (
    <div className={css.page} data-panel={selectedRun ? 'open' : 'closed'} data-running={!isEnded(investigation)}>
      <TopBar investigation={investigation} />
      <div className={css.scroller} ref={scroller}>
        {investigation.approval && <ApprovalSection investigation={investigation} approval={investigation.approval} />}
        <RolloutSection rollout={investigation.rollout} halted={investigation.halted} />
        <VerdictSection
          investigation={investigation}
          onHost={(host) => change({ host, at: undefined })}
          onFilter={change}
        />
        {by !== undefined && <GroupStrip by={by} only={only} runs={snapshot.runs} onChange={change} />}
        <div className={css.sticky} data-sticky>
          <FilterBar
            search={search}
            runs={snapshot.runs}
            shown={shown.length}
            moves={order.moves}
            onResort={order.resort}
            onChange={change}
          />
        </div>
        <main aria-label="Hosts">
          <MatrixGrid
            runs={shown}
            scroller={scroller}
            selected={selectedRun ? { host: selectedRun.host, at: search.at ?? null } : null}
            isRunning={!isEnded(investigation)}
            onSelect={select}
          />
          {shown.length === 0 && <p className={css.empty}>No host matches this filter.</p>}
        </main>
        {investigation.escalation && <EscalationSection escalation={investigation.escalation} />}
        {isEnded(investigation) && <NotesSection id={investigation.id} />}
      </div>
      {selectedRun && (
        <HostPanel
          key={selectedRun.id}
          run={selectedRun}
          investigation={investigation}
          at={search.at}
          raw={search.raw}
          onAt={(at) => change({ at })}
          onRaw={(raw) => change({ raw })}
          onClose={close}
        />
      )}
    </div>
  );
};
