import {
  ANSWERED_RUN_STATES,
  type Coverage,
  type InvestigationSnapshot,
  type InvestigationView,
  type RunState,
  type RunSummary,
} from './investigation';
import { type LiveEvent, type MatrixEvent } from './live';
import { type Matrix, type MatrixRun } from './matrix';

/** Counts of an investigation's runs by how they ended, and why the ones that did not answer in full did not. */
export const coverageOf = (runs: readonly Pick<RunSummary, 'host' | 'state' | 'reason'>[]): Coverage => {
  const count = (...states: RunState[]): number => runs.filter(({ state }) => states.includes(state)).length;
  return {
    targeted: runs.length,
    answered: runs.filter(({ state }) => ANSWERED_RUN_STATES.has(state)).length,
    succeeded: count('succeeded'),
    partial: count('partial'),
    failed: count('failed'),
    unreachable: count('unreachable'),
    refused: count('refused'),
    cancelled: count('cancelled'),
    expired: count('expired'),
    pending: count('queued', 'leased', 'running'),
    reasons: runs.flatMap(({ host, state, reason }) =>
      reason !== null && state !== 'succeeded' ? [{ host, state, reason }] : [],
    ),
  };
};

interface Standing<R> {
  readonly seq: number;
  readonly investigation: InvestigationView;
  readonly runs: readonly R[];
}
/** What events change in a run, whatever else it carries. */
type ChangedRun = Pick<RunSummary, 'id' | 'host' | 'state' | 'reason' | 'oddness'>;
type OfRun<E> = E extends { runId: string } ? E : never;

/** Events that the state contains already are passed over; the arguments stay as they are. */
const applied = <R extends ChangedRun, E extends LiveEvent | MatrixEvent>(
  standing: Standing<R>,
  events: readonly E[],
  changed: (run: R, event: OfRun<E>) => R,
): Standing<R> => {
  const fresh = events.filter(({ seq }) => seq > standing.seq);
  const last = fresh.at(-1);
  if (!last) return standing;
  const runs = [...standing.runs];
  const index = new Map(runs.map((run, i) => [run.id, i]));
  let investigation = standing.investigation;
  for (const event of fresh) {
    if (event.type === 'escalation') investigation = { ...investigation, escalation: event.escalation };
    else if (event.type === 'investigation') {
      investigation = {
        ...investigation,
        state: event.state,
        verdict: event.verdict,
        endedAt: event.state === 'running' || event.state === 'queued' ? null : event.at,
      };
      for (const [i, run] of runs.entries()) {
        const oddness = event.oddness?.[run.host];
        if (oddness !== undefined) runs[i] = { ...run, oddness };
      }
    } else {
      const i = index.get(event.runId);
      const run = i === undefined ? undefined : runs[i];
      if (i !== undefined && run) runs[i] = changed(run, event as OfRun<E>);
    }
  }
  return { seq: last.seq, investigation: { ...investigation, coverage: coverageOf(runs) }, runs };
};

const withStep = <S extends { readonly step: string }>(steps: readonly S[], changed: S): S[] =>
  steps.some(({ step }) => step === changed.step)
    ? steps.map((step) => (step.step === changed.step ? changed : step))
    : [...steps, changed];

/** A snapshot with the events that came after it: what a client shows while an investigation runs. */
export const applyLiveEvents = (
  snapshot: InvestigationSnapshot,
  events: readonly LiveEvent[],
): InvestigationSnapshot => {
  const { runs, ...rest } = applied<RunSummary, LiveEvent>(snapshot, events, (run, event) => {
    if (event.type === 'step') return { ...run, steps: withStep(run.steps, event.step) };
    if (event.type === 'analysis')
      return { ...run, use: event.use, findings: event.findings, oddness: event.oddness ?? run.oddness };
    return {
      ...run,
      state: event.state,
      reason: event.reason,
      attempt: event.attempt,
      startedAt: event.startedAt ?? run.startedAt,
      endedAt: event.endedAt,
      cost: event.cost ?? run.cost,
    };
  });
  return rest.seq === snapshot.seq ? snapshot : { ...rest, runs: [...runs] };
};

/** The same of the matrix. */
export const applyMatrixEvents = (matrix: Matrix, events: readonly MatrixEvent[]): Matrix =>
  applied<MatrixRun, MatrixEvent>(matrix, events, (run, event) => {
    if (event.type === 'step') return { ...run, steps: withStep(run.steps, event.step) };
    if (event.type === 'analysis')
      return { ...run, use: event.use, findings: event.findings, oddness: event.oddness ?? run.oddness };
    return { ...run, state: event.state, reason: event.reason, attempt: event.attempt };
  });
