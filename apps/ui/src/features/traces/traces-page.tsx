import { FINAL_RUN_STATES, type CellValue, type Matrix } from '@fleetscope/contracts';
import { useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useLiveInvestigation } from '../../api/live';
import { wordsOf } from '../../api/problem';
import { hostsQuery, isEnded, observationsQuery, type StepObservations } from '../../api/queries';
import { type TracesSearch } from '../../app/search';
import { type TimeRange } from '../../charts/heat-grid';
import { HeatStrip } from '../../charts/heat-strip';
import { Choice } from '../../components/choice';
import { type Column, DataTable } from '../../components/data-table';
import { plural } from '../../components/format';
import { PageHead } from '../../components/page-head';
import { PageProblem } from '../../components/page-problem';
import { visibleText } from '../../components/visible-text';
import { eventColumns, gridOf, matchesEvent } from './events-model';
import { HistogramView } from './histogram-view';
import { RetransmitsView } from './retransmits-view';
import { edgesOf, eventsOf, histogramsOf, tablesOf, type TraceTable } from './traces-model';
import { answerOf, histogramTitle } from './words';
import css from './traces-page.module.css';

/** What tracing saw on every host: pairs, latencies, events. */
export const TracesPage = () => {
  const { id } = useParams({ from: '/shell/investigations/$id/traces' });
  const { data: snapshot, error, refetch } = useLiveInvestigation(id);
  if (error)
    return <PageProblem title="These traces can't be shown" words={wordsOf(error)} retry={() => void refetch()} home />;
  if (!snapshot) return <p className={css.loading}>Reading the investigation …</p>;
  return <Traces snapshot={snapshot} />;
};

/** More hosts than these are left to a choice: each brings thousands of events. */
const MOST_HOSTS = 50;

const together = (results: readonly UseQueryResult<StepObservations[]>[]) => ({
  steps: results.map(({ data }) => data),
  error: results.find(({ error }) => error !== null)?.error ?? null,
});

const Traces = ({ snapshot: { investigation, runs } }: { snapshot: Matrix }) => {
  const search = useSearch({ from: '/shell/investigations/$id/traces' });
  const navigate = useNavigate({ from: '/investigations/$id/traces' });
  const change = useCallback(
    (changes: Partial<TracesSearch>) =>
      void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }),
    [navigate],
  );
  const answered = useMemo(
    () => runs.filter(({ state }) => FINAL_RUN_STATES.has(state) && (state === 'succeeded' || state === 'partial')),
    [runs],
  );
  const shown = useMemo(
    () =>
      search.hosts === undefined ? answered.slice(0, MOST_HOSTS) : answered.filter(({ host }) => host === search.hosts),
    [answered, search.hosts],
  );
  const { steps, error } = useQueries({ queries: shown.map((run) => observationsQuery(run.id)), combine: together });
  const { data: fleet } = useQuery(hostsQuery);
  const hosts = useMemo(
    () =>
      shown.flatMap(({ host }, at) => {
        const own = steps[at];
        return own ? [{ host, observations: own.flatMap(({ observations }) => observations) }] : [];
      }),
    [shown, steps],
  );
  const nameOf = useMemo(() => {
    const names = new Map((fleet ?? []).map(({ name, address }) => [address, name]));
    return (address: string): string => names.get(address) ?? address;
  }, [fleet]);
  const tables = useMemo(() => tablesOf(hosts), [hosts]);
  const events = useMemo(() => eventsOf(hosts), [hosts]);
  const histograms = useMemo(() => histogramsOf(hosts), [hosts]);
  const retransmits = tables.find(({ name }) => name === 'tcp-retransmits');
  const edges = useMemo(() => edgesOf(retransmits, nameOf), [retransmits, nameOf]);
  const others = tables.filter((table) => table !== retransmits);
  const [range, setRange] = useState<TimeRange | null>(null);
  const timeline = useMemo(() => gridOf(events), [events]);
  const listed = useMemo(
    () => events.filter((event) => matchesEvent(event, search.q, range, timeline?.start ?? 0)),
    [events, search.q, range, timeline],
  );
  const columns = useMemo(() => eventColumns(events), [events]);
  const answer = answerOf(edges, histograms, events.length);
  const drawn = histograms.filter(({ id }) => search.histogram === undefined || id === search.histogram);
  const isReading = hosts.length < shown.length && error === null;
  return (
    <div className={css.page}>
      <PageHead
        title={
          <>
            <Link to="/investigations/$id" params={{ id: investigation.id }} className={css.back}>
              {investigation.title}
            </Link>{' '}
            <span className="faint">/</span> Traces
          </>
        }
        fact={`${plural(shown.length, 'host')}${answered.length > shown.length && search.hosts === undefined ? ` of ${answered.length}; choose one to see the others` : ''}`}
      />
      {error !== null && (
        <p className={css.answer} role="alert">
          Part of it could not be read: {wordsOf(error)}
        </p>
      )}
      {isReading ? (
        <p className={css.answer}>Reading {plural(shown.length, 'host')} …</p>
      ) : (
        <p className={css.answer}>
          <b>{shown.length === 0 ? nothingWords(isEnded(investigation)) : answer[0]}</b>{' '}
          <span>{answer.slice(1).join(' ')}</span>
        </p>
      )}
      <div className={css.filters} role="group" aria-label="Filters">
        <Choice
          label="Host"
          value={search.hosts ?? ''}
          options={[
            { value: '', label: `All ${answered.length}` },
            ...answered.map(({ host }) => ({ value: host, label: host })),
          ]}
          onChange={(next) => change({ hosts: next || undefined })}
        />
        {histograms.length > 1 && (
          <Choice
            label="Latency"
            value={search.histogram ?? ''}
            options={[
              { value: '', label: `All ${histograms.length}` },
              ...histograms.map((one) => ({ value: one.id, label: histogramTitle(one) })),
            ]}
            onChange={(next) => change({ histogram: next || undefined })}
          />
        )}
        {events.length + others.length > 0 && (
          <input
            className="field"
            type="search"
            placeholder="Find in events and tables"
            aria-label="Find in events and tables"
            value={search.q ?? ''}
            onChange={(event) => change({ q: event.currentTarget.value || undefined })}
          />
        )}
      </div>
      <main className={css.scroller} aria-label="Traces">
        {timeline && (
          <HeatStrip
            title={`${plural(events.length, 'event')} over the window`}
            grid={timeline.grid}
            range={range}
            onRange={setRange}
            onHost={(host) => change({ hosts: host })}
          />
        )}
        {edges.length > 0 && <RetransmitsView edges={edges} />}
        {drawn.map((one) => (
          <HistogramView key={one.id} histogram={one} />
        ))}
        {others.map((table) => (
          <TableSection key={table.name} table={table} words={search.q} />
        ))}
        {events.length > 0 && (
          <section className={css.section} aria-label="Events">
            <h2 className="sec">
              {listed.length === events.length
                ? plural(events.length, 'event')
                : `${listed.length.toLocaleString('en-GB')} of ${plural(events.length, 'event')}`}
            </h2>
            <DataTable
              label="Events"
              columns={columns}
              rows={listed}
              keyOf={({ key }) => key}
              sort={{ by: 'at', down: false }}
              maxHeight={420}
              empty="No event matches."
            />
          </section>
        )}
      </main>
    </div>
  );
};

const nothingWords = (hasEnded: boolean): string =>
  hasEnded ? 'No host answered, so nothing was traced.' : 'No host has answered yet.';

/** `average_us` is "Average µs". */
const titleOf = (name: string): string => {
  const words = name.replace(/_us$/, ' µs').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const TableSection = ({ table, words }: { table: TraceTable; words: string | undefined }) => {
  const columns = useMemo(
    () =>
      table.columns.map((name, at): Column<readonly CellValue[]> => {
        const isNumber = table.rows.every((row) => row[at] === null || typeof row[at] === 'number');
        return {
          id: name,
          title: titleOf(name),
          isNumber,
          value: (row) => {
            const value = row[at] ?? null;
            return typeof value === 'boolean' ? String(value) : typeof value === 'string' ? visibleText(value) : value;
          },
          ...(isNumber ? { render: (row) => row[at]?.toLocaleString('en-GB') ?? '–' } : {}),
        };
      }),
    [table],
  );
  const wanted = words?.trim().toLowerCase() ?? '';
  const rows = useMemo(
    () =>
      wanted === ''
        ? table.rows
        : table.rows.filter((row) =>
            row.some((value) =>
              String(value ?? '')
                .toLowerCase()
                .includes(wanted),
            ),
          ),
    [table, wanted],
  );
  const keys = useMemo(() => new Map(table.rows.map((row, at) => [row, at])), [table]);
  // What holds nothing of what is looked for would only be in the way.
  if (rows.length === 0 && wanted !== '') return null;
  const last = columns.findLast(({ isNumber }) => isNumber);
  return (
    <section className={css.section} aria-label={table.name}>
      <h2 className="sec">{table.name.replaceAll('-', ' ')}</h2>
      <DataTable
        label={table.name}
        columns={columns}
        rows={rows}
        keyOf={(row) => keys.get(row) ?? -1}
        sort={{ by: last?.id ?? 'host', down: true }}
        maxHeight={320}
      />
    </section>
  );
};
