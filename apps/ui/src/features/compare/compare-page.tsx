import { type Comparison, type Matrix } from '@fleetscope/contracts';
import { useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useLiveInvestigation } from '../../api/live';
import { wordsOf } from '../../api/problem';
import { comparisonQuery, investigationsQuery } from '../../api/queries';
import { type CompareSearch, joined } from '../../app/search';
import { Choice, type ChoiceOption } from '../../components/choice';
import { formatClock, plural } from '../../components/format';
import { PageHead } from '../../components/page-head';
import { PageProblem } from '../../components/page-problem';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { ALL, factsOf, hostsOf, MOST_HOSTS, pairsOf, rowsOf, sideWords } from './compare-model';
import { FactTable, MetricTable } from './compare-tables';
import css from './compare-page.module.css';

/** Hosts of an investigation against their peers, their baseline, one another, or an earlier time. */
export const ComparePage = () => {
  const { id } = useParams({ from: '/shell/investigations/$id/compare' });
  const { data: snapshot, error, refetch } = useLiveInvestigation(id);
  if (error)
    return <PageProblem title="There is nothing to compare" words={wordsOf(error)} retry={() => void refetch()} home />;
  if (!snapshot) return <p className={css.loading}>Reading the investigation …</p>;
  return <Compare snapshot={snapshot} />;
};

const together = (results: readonly UseQueryResult<Comparison>[]) => ({
  comparisons: results.map(({ data }) => data),
  errors: results.map(({ error }) => error),
  isPending: results.some(({ isPending }) => isPending),
});

const Compare = ({ snapshot: { investigation, runs } }: { snapshot: Matrix }) => {
  const search = useSearch({ from: '/shell/investigations/$id/compare' });
  const navigate = useNavigate({ from: '/investigations/$id/compare' });
  const change = useCallback(
    (changes: Partial<CompareSearch>) =>
      void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }),
    [navigate],
  );
  const hosts = useMemo(() => hostsOf(runs, search.hosts), [runs, search.hosts]);
  const vs = search.vs ?? 'peers';
  const pairs = useMemo(() => pairsOf(investigation.id, hosts, vs), [investigation.id, hosts, vs]);
  const { comparisons, errors, isPending } = useQueries({
    queries: pairs.map(({ a, b }) => comparisonQuery(a, b)),
    combine: together,
  });
  const rows = useMemo(() => rowsOf(comparisons), [comparisons]);
  const facts = useMemo(() => factsOf(comparisons), [comparisons]);
  const names = pairs.map(({ host }) => host);
  const label = comparisons.find((one) => one !== undefined)?.reference.label;
  const reference = label === undefined ? vs : sideWords(label) || vs;
  const differing = rows.filter(({ differs }) => differs);
  const equal = rows.filter(({ differs, isKnown }) => !differs && isKnown);
  const thin = rows.filter(({ differs, isKnown }) => !differs && !isKnown);
  const runbook = investigation.runbook.split('@')[0] ?? '';
  const hostClass = runs.find(({ host }) => host === names[0])?.hostClass ?? '';
  const table = { hosts: names, reference, baseline: vs === 'baseline' ? { hostClass, runbook } : null };
  const notes = [...new Set(comparisons.flatMap((one) => one?.notes ?? []))];
  return (
    <div className={css.page}>
      <PageHead
        title={
          <>
            <Link to="/investigations/$id" params={{ id: investigation.id }} className={css.back}>
              {investigation.title}
            </Link>{' '}
            <span className="faint">/</span> Compare
          </>
        }
        fact={`${names.join(', ')} against ${visibleText(reference)}`}
      />
      <section className={css.answer} aria-label="What differs">
        {isPending && pairs.length > 0 && <p className="dim">Comparing {plural(pairs.length, 'host')} …</p>}
        {pairs.length === 0 && <p>Choose a host that answered, and something else to hold it against.</p>}
        {pairs.map(({ host }, at) => (
          <p key={host}>
            {errors[at] ? (
              <span className="warn">
                {host}: {wordsOf(errors[at])}
              </span>
            ) : (
              comparisons[at] && (
                <>
                  {pairs.length > 1 && `${host}: `}
                  <b>{visibleText(comparisons[at].summary)}</b>
                </>
              )
            )}
          </p>
        ))}
      </section>
      <Chooser snapshot={{ investigation, runs }} hosts={hosts} vs={vs} onChange={change} />
      <main className={css.scroller} aria-label="Comparison">
        {differing.length > 0 && (
          <>
            <h2 className="sec">{plural(differing.length, 'metric')} that differ</h2>
            <MetricTable rows={differing} {...table} />
          </>
        )}
        {facts.length > 0 && (
          <>
            <h2 className="sec">{plural(facts.length, 'fact')} that differ</h2>
            <FactTable rows={facts} hosts={names} reference={reference} />
          </>
        )}
        {equal.length > 0 && (
          <details className={css.equal} open={differing.length === 0}>
            <summary>{plural(equal.length, 'metric')} without a shown difference</summary>
            <MetricTable rows={equal} {...table} />
          </details>
        )}
        {thin.length > 0 && (
          <details className={css.equal} open={differing.length + equal.length === 0}>
            <summary>{plural(thin.length, 'metric')} with too little data to tell</summary>
            <MetricTable rows={thin} {...table} />
          </details>
        )}
        {notes.map((note) => (
          <p key={note} className="dim">
            {visibleText(note)}
          </p>
        ))}
      </main>
    </div>
  );
};

const MOST_EARLIER = 12;

const Chooser = ({
  snapshot: { investigation, runs },
  hosts,
  vs,
  onChange,
}: {
  snapshot: Pick<Matrix, 'investigation' | 'runs'>;
  hosts: readonly string[];
  vs: string;
  onChange(changes: Partial<CompareSearch>): void;
}) => {
  const { data: investigations } = useQuery(investigationsQuery);
  const now = useNow(60_000);
  const answered = runs.filter(({ state }) => state === 'succeeded' || state === 'partial').map(({ host }) => host);
  const runbook = investigation.runbook.split('@')[0];
  const others = (investigations ?? [])
    .filter((one) => one.id !== investigation.id && one.runbook.split('@')[0] === runbook && one.coverage.answered > 0)
    .slice(0, MOST_EARLIER);
  const references: ChoiceOption[] = [
    { value: 'peers', label: 'its peers' },
    { value: 'baseline', label: 'the baseline of its class' },
    { value: 'earlier', label: 'itself, earlier' },
    ...answered.filter((host) => !hosts.includes(host)).map((host) => ({ value: host, label: host })),
    ...others.map(({ id, createdAt, reason }) => ({
      value: id,
      label: `${formatClock(createdAt, now)}${reason ? ` “${reason.slice(0, 30)}”` : ''}`,
    })),
  ];
  return (
    <div className={css.filters} role="group" aria-label="What is compared">
      <span className={css.chosen}>
        {hosts.map((host) => (
          <button
            key={host}
            type="button"
            className="chip"
            aria-pressed="true"
            title={`Leave ${host} out`}
            onClick={() => onChange({ hosts: joined(hosts.filter((one) => one !== host)) })}
          >
            {host === ALL ? 'All hosts' : host} ✕
          </button>
        ))}
      </span>
      {others.some(({ id }) => id === vs) && !hosts.includes(ALL) && (
        <button type="button" className="chip" aria-pressed="false" onClick={() => onChange({ hosts: ALL })}>
          All hosts as one
        </button>
      )}
      {hosts.length < MOST_HOSTS && (
        <Choice
          label="Add"
          value=""
          options={[
            { value: '', label: 'a host' },
            ...answered.filter((host) => !hosts.includes(host)).map((host) => ({ value: host, label: host })),
          ]}
          onChange={(host) => host !== '' && onChange({ hosts: joined([...hosts.filter((one) => one !== ALL), host]) })}
        />
      )}
      <Choice
        label="Against"
        value={vs}
        options={references}
        onChange={(next) => onChange({ vs: next === 'peers' ? undefined : next })}
      />
    </div>
  );
};
