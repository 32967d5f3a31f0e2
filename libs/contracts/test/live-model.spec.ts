import fc from 'fast-check';
import {
  ANSWERED_RUN_STATES,
  applyLiveEvents,
  coverageOf,
  FINAL_RUN_STATES,
  RUN_STATES,
  type InvestigationSnapshot,
  type LiveEvent,
  type RunState,
  type RunStepView,
  type RunSummary,
} from '../src';

const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:00:09.000Z';
const ids = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];

const run = (n: number, state: RunState = 'queued'): RunSummary => ({
  id: ids[n] ?? '',
  host: `web-0${n}`,
  hostClass: 'web',
  labels: {},
  state,
  reason: null,
  attempt: 0,
  startedAt: null,
  endedAt: null,
  cost: null,
  oddness: null,
  use: [],
  findings: [],
  steps: [],
});

const snapshot = (seq = 10): InvestigationSnapshot => ({
  seq,
  investigation: {
    id: ids[0] ?? '',
    runbook: 'triage-60s@1',
    title: 'Triage',
    state: 'running',
    reason: '',
    parameters: {},
    targets: { all: true },
    requestedBy: 'admin',
    hosts: 2,
    createdAt: AT,
    startedAt: AT,
    endedAt: null,
    deadline: AT,
    coverage: coverageOf([run(0), run(1)]),
    verdict: null,
    parent: null,
    escalation: null,
  },
  runs: [run(0), run(1)],
});

const step = (id: string, state: RunStepView['state'] = 'ok'): RunStepView => ({
  step: id,
  title: id,
  state,
  alternative: null,
  command: null,
  says: null,
  exitStatus: 0,
  startedAt: AT,
  endedAt: AT,
  bytes: 1,
  issues: 0,
});
const runEvent = (seq: number, n: number, state: RunState, more: object = {}): LiveEvent => ({
  type: 'run',
  seq,
  at: AT,
  runId: ids[n] ?? '',
  host: `web-0${n}`,
  state,
  reason: null,
  attempt: 1,
  startedAt: null,
  endedAt: null,
  cost: null,
  ...more,
});

describe('the state of an investigation with events applied to it', () => {
  it('passes over events that the snapshot contains, and leaves its arguments alone', () => {
    const before = snapshot(10);
    const copy = structuredClone(before);
    expect(applyLiveEvents(before, [runEvent(9, 0, 'failed'), runEvent(10, 1, 'failed')])).toBe(before);
    applyLiveEvents(before, [runEvent(11, 0, 'failed')]);
    expect(before).toEqual(copy);
  });

  it('keeps the start and the cost of a run when a later event does not repeat them', () => {
    const cost = { cpuSeconds: 1, wallSeconds: 2, bytes: 3 };
    const after = applyLiveEvents(snapshot(), [
      runEvent(11, 0, 'running', { startedAt: AT }),
      runEvent(12, 0, 'partial', { cost, reason: 'cut off', endedAt: LATER }),
      runEvent(13, 0, 'partial', { endedAt: LATER }),
    ]);
    expect(after.runs[0]).toMatchObject({ state: 'partial', startedAt: AT, endedAt: LATER, cost });
    expect(after.seq).toBe(13);
  });

  it('counts coverage anew', () => {
    const after = applyLiveEvents(snapshot(), [
      runEvent(11, 0, 'succeeded'),
      runEvent(12, 1, 'unreachable', { reason: 'no route' }),
    ]);
    expect(after.investigation.coverage).toMatchObject({
      targeted: 2,
      answered: 1,
      succeeded: 1,
      unreachable: 1,
      pending: 0,
    });
    expect(after.investigation.coverage.reasons).toEqual([
      { host: 'web-01', state: 'unreachable', reason: 'no route' },
    ]);
  });

  it('replaces a step in its place and appends one that is new', () => {
    const events = [step('a', 'running'), step('b'), step('a')].map((view, i): LiveEvent => ({
      type: 'step',
      seq: 11 + i,
      at: AT,
      runId: ids[0] ?? '',
      host: 'web-00',
      step: view,
    }));
    expect(applyLiveEvents(snapshot(), events).runs[0]?.steps).toEqual([step('a'), step('b')]);
  });

  it('gives the end, the verdict and the oddness of the hosts it names', () => {
    const verdict = { holds: true, summary: 'all', statements: [] };
    const ended = applyLiveEvents(snapshot(), [
      {
        type: 'investigation',
        seq: 11,
        at: LATER,
        state: 'succeeded',
        coverage: snapshot().investigation.coverage,
        verdict,
        oddness: { 'web-01': 0.9 },
      },
    ]);
    expect(ended.investigation).toMatchObject({ state: 'succeeded', endedAt: LATER, verdict });
    expect(ended.runs.map(({ oddness }) => oddness)).toEqual([null, 0.9]);
  });

  it('does not mind events of runs it does not know', () => {
    expect(
      applyLiveEvents(snapshot(), [
        { ...runEvent(11, 0, 'failed'), runId: '00000000-0000-4000-8000-0000000000ff' } as LiveEvent,
      ]).runs,
    ).toEqual(snapshot().runs);
  });

  it('is the same however the events were cut into batches, and when some come twice', () => {
    const event = fc.record({ n: fc.integer({ min: 0, max: 1 }), state: fc.constantFrom(...RUN_STATES) });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        (given, cuts) => {
          const events = given.map(({ n, state }, i) => runEvent(11 + i, n, state));
          const whole = applyLiveEvents(snapshot(), events);
          let state = snapshot();
          for (let at = 0, i = 0; at < events.length; i += 1) {
            const size = cuts[i % cuts.length] ?? 1;
            state = applyLiveEvents(state, events.slice(Math.max(0, at - 2), at + size));
            at += size;
          }
          expect(state).toEqual(whole);
        },
      ),
    );
  });
});

describe('coverage', () => {
  it('counts every run in exactly one place', () => {
    for (const state of RUN_STATES) {
      const { targeted, succeeded, partial, failed, unreachable, refused, cancelled, expired, pending, answered } =
        coverageOf([run(0, state)]);
      expect([state, succeeded + partial + failed + unreachable + refused + cancelled + expired + pending]).toEqual([
        state,
        targeted,
      ]);
      expect([state, answered]).toEqual([state, ANSWERED_RUN_STATES.has(state) ? 1 : 0]);
      expect([state, pending]).toEqual([state, FINAL_RUN_STATES.has(state) ? 0 : 1]);
    }
  });
});
