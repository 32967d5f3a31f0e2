import { cleanupText, FINAL_RUN_STATES, type RunDetail } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { observationsQuery, profilesQuery, runQuery, versionOf } from '../../api/queries';
import { useLiveInvestigation } from '../../api/live';
import { wordsOf } from '../../api/problem';
import { formatBytes, formatValue, plural } from '../../components/format';
import { PageHead } from '../../components/page-head';
import { PageProblem } from '../../components/page-problem';
import { RawDialog } from '../../components/raw-dialog';
import { stepsWords } from '../../components/step-dots';
import { windowOf } from './sample-times';
import { StepSection } from './step-section';
import { TimeBar } from './time-bar';
import { TimelineContext } from './time-cursor';
import { useTimeInAddress } from './use-time-in-address';
import css from './host-page.module.css';

/** The checklist of one host on one page: every command, what it printed, what was read from it and found. */
export const HostPage = () => {
  const { id, run: runId } = useParams({ from: '/shell/investigations/$id/hosts/$run' });
  const { data: snapshot } = useLiveInvestigation(id);
  const run = snapshot?.runs.find((one) => one.id === runId);
  // Each step that ends is worth another look; the host's own page is read seldom and by few.
  const detail = useQuery({ ...runQuery(runId, run ? versionOf(run) : 0), enabled: snapshot !== undefined });
  if (detail.error)
    return (
      <PageProblem
        title="This host can't be shown"
        words={wordsOf(detail.error)}
        retry={() => void detail.refetch()}
        home
      />
    );
  if (!detail.data) return <p className={css.loading}>Reading the run …</p>;
  return <Checklist id={id} run={detail.data} title={snapshot?.investigation.title ?? ''} />;
};

const Checklist = ({ id, run, title }: { id: string; run: RunDetail; title: string }) => {
  const { raw } = useSearch({ from: '/shell/investigations/$id/hosts/$run' });
  const cursor = useTimeInAddress();
  const navigate = useNavigate({ from: '/investigations/$id/hosts/$run' });
  const hasStarted = run.steps.some(({ state }) => state !== 'pending');
  const isFinal = FINAL_RUN_STATES.has(run.state);
  const { data: observed } = useQuery({ ...observationsQuery(run.id), enabled: isFinal });
  const { data: profiles } = useQuery({ ...profilesQuery(id, 0), enabled: isFinal });
  const hasProfile = profiles?.some((one) => one.run === run.id) === true;
  const steps = useMemo(
    () =>
      run.steps.map((step) => ({
        span: step,
        observations: observed?.filter((one) => one.step === step.step).flatMap((one) => one.observations) ?? [],
      })),
    [run.steps, observed],
  );
  const timeline = useMemo(() => {
    const { from, to } = windowOf(steps) ?? { from: 0, to: 0 };
    return { cursor, from, length: (to - from) / 1000 };
  }, [cursor, steps]);
  const facts = [
    run.facts?.['distro'],
    run.facts?.['kernel'],
    run.facts?.['cpus'] && plural(Number(run.facts['cpus']), 'CPU'),
  ].filter(Boolean);
  const counted = { crit: 0, warn: 0, info: 0 };
  for (const { severity } of run.findings) counted[severity] += 1;
  return (
    <div className={css.page}>
      <PageHead
        title={
          <>
            <Link to="/investigations/$id" params={{ id }} search={{ host: run.host }} className={css.back}>
              {title || 'Investigation'}
            </Link>{' '}
            <span className="faint">/</span> {run.host}
          </>
        }
        fact={[
          'class ' + run.hostClass,
          ...facts,
          run.cost && `cost ${formatValue(run.cost.cpuSeconds, 's')} CPU, ${formatBytes(run.cost.bytes)}`,
          isFinal && run.startedAt && cleanupText(run.cleanup),
        ]
          .filter(Boolean)
          .join(' · ')}
      >
        {hasProfile && (
          <Link className="btn primary" to="/investigations/$id/profile" params={{ id }} search={{ hosts: run.host }}>
            Flame graph
          </Link>
        )}
      </PageHead>
      <div className={css.body}>
        <nav className={css.index} aria-label="Steps">
          {(hasStarted || !isFinal) &&
            run.steps.map((step) => {
              const worst = worstOf(run, step.step);
              return (
                <a key={step.step} href={`#step-${step.step}`} data-state={step.state}>
                  <code>{step.step}</code>
                  {worst && <span className={worst === 'info' ? 'faint' : worst}>{SEVERITY_WORDS[worst]}</span>}
                </a>
              );
            })}
        </nav>
        <main className={css.steps}>
          <p className={css.summary}>
            {stepsWords(run.steps, isFinal)} ·{' '}
            {run.findings.length === 0
              ? hasStarted
                ? 'no finding'
                : 'nothing was judged'
              : `${plural(counted.crit, 'critical finding')}, ${plural(counted.warn, 'warning')}, ${plural(counted.info, 'note')}`}
            {run.reason && ` · ${run.reason}`}
          </p>
          <TimelineContext value={timeline}>
            <TimeBar />
            {(hasStarted || !isFinal) &&
              steps.map(({ span: step, observations }) => (
                <StepSection
                  key={step.step}
                  run={run}
                  step={step}
                  observations={observations}
                  onRaw={() => void navigate({ search: (before) => ({ ...before, raw: step.step }), replace: true })}
                />
              ))}
          </TimelineContext>
        </main>
      </div>
      {raw && (
        <RawDialog
          run={run}
          step={raw}
          onClose={() => void navigate({ search: (before) => ({ ...before, raw: undefined }), replace: true })}
        />
      )}
    </div>
  );
};

const SEVERITY_WORDS = { crit: 'critical', warn: 'warning', info: 'note' } as const;

const worstOf = (run: RunDetail, step: string): 'crit' | 'warn' | 'info' | null => {
  const here = run.findings.filter(({ evidence }) => evidence.some((ref) => ref.step === step));
  return (
    (['crit', 'warn', 'info'] as const).find((severity) => here.some((finding) => finding.severity === severity)) ??
    null
  );
};
