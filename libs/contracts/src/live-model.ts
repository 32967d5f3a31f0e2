import {
  ANSWERED_RUN_STATES,
  type Coverage,
  type InvestigationSnapshot,
  type RunState,
  type RunSummary,
} from './investigation';
import { type LiveEvent } from './live';

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

/**
 * A snapshot with the events that came after it: what a client shows while an investigation runs. Events that the
 * snapshot contains already are passed over; the arguments stay as they are.
 */
export const applyLiveEvents = (
  snapshot: InvestigationSnapshot,
  events: readonly LiveEvent[],
): InvestigationSnapshot => {
  const fresh = events.filter(({ seq }) => seq > snapshot.seq);
  const last = fresh.at(-1);
  if (!last) return snapshot;
  const runs = [...snapshot.runs];
  const index = new Map(runs.map((run, i) => [run.id, i]));
  let investigation = snapshot.investigation;
  const change = (runId: string, apply: (run: RunSummary) => RunSummary): void => {
    const i = index.get(runId);
    const run = i === undefined ? undefined : runs[i];
    if (i !== undefined && run) runs[i] = apply(run);
  };
  for (const event of fresh) {
    switch (event.type) {
      case 'investigation':
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
        break;
      case 'escalation':
        investigation = { ...investigation, escalation: event.escalation };
        break;
      case 'run':
        change(event.runId, (run) => ({
          ...run,
          state: event.state,
          reason: event.reason,
          attempt: event.attempt,
          startedAt: event.startedAt ?? run.startedAt,
          endedAt: event.endedAt,
          cost: event.cost ?? run.cost,
        }));
        break;
      case 'step':
        change(event.runId, (run) => ({
          ...run,
          steps: run.steps.some(({ step }) => step === event.step.step)
            ? run.steps.map((step) => (step.step === event.step.step ? event.step : step))
            : [...run.steps, event.step],
        }));
        break;
      case 'analysis':
        change(event.runId, (run) => ({
          ...run,
          use: event.use,
          findings: event.findings,
          oddness: event.oddness ?? run.oddness,
        }));
    }
  }
  return { seq: last.seq, investigation: { ...investigation, coverage: coverageOf(runs) }, runs };
};
