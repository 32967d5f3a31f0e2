import {
  applyLiveEvents,
  applyMatrixEvents,
  coverageOf,
  matrixEvent,
  matrixFinding,
  matrixLine,
  packedMatrixSchema,
  unpackMatrix,
  type Finding,
  type InvestigationSnapshot,
  type LiveEvent,
  type Matrix,
  type PackedMatrix,
  type RunSummary,
  type UseCell,
} from '../src';

const AT = '2026-01-01T00:00:00.000Z';
const ID = '00000000-0000-4000-8000-000000000001';

const cell: UseCell = {
  ...{ resource: 'disk', instance: 'vda', aspect: 'saturation', metric: 'disk.write_await', value: 47, unit: 'ms' },
  ...{ state: 'crit', reason: null, rule: 'disk-await', label: 'w_await 47 ms' },
};
const unknown: UseCell = { ...cell, state: 'unknown', value: null, label: null, reason: 'no sysstat' };
const finding = { severity: 'crit', rule: 'disk-await', label: 'w_await 47 ms', why: 'long', evidence: [] };

const run: RunSummary = {
  ...{ id: ID, host: 'db-1', hostClass: 'db', labels: { rack: 'r1' }, state: 'running', reason: null, attempt: 1 },
  ...{ startedAt: AT, endedAt: null, cost: null, oddness: null, use: [], findings: [] },
  steps: [
    {
      ...{ step: 'iostat', title: 'Disks', state: 'running', alternative: null, command: 'iostat', says: null },
      ...{ exitStatus: null, startedAt: AT, endedAt: null, bytes: 0, issues: 0 },
    },
  ],
};
const snapshot: InvestigationSnapshot = {
  seq: 1,
  investigation: {
    ...{ id: ID, runbook: 'triage-60s@1', title: 'Triage', state: 'running', reason: '', parameters: {} },
    ...{ targets: { all: true }, requestedBy: 'admin', hosts: 1, createdAt: AT, startedAt: AT, endedAt: null },
    ...{ deadline: AT, coverage: coverageOf([run]), verdict: null, parent: null, escalation: null },
  },
  runs: [run],
};
/** What the matrix draws of a snapshot. */
const drawn = ({ seq, investigation, runs }: InvestigationSnapshot): Matrix => ({
  seq,
  investigation,
  runs: runs.map(({ id, host, hostClass, labels, state, reason, attempt, oddness, use, findings, steps }) => ({
    ...{ id, host, hostClass, labels, state, reason, attempt, oddness },
    use: use.map(matrixLine),
    findings: findings.map(matrixFinding),
    steps: steps.map(({ step, state: now }) => ({ step, state: now })),
  })),
});

const events: LiveEvent[] = [
  { type: 'step', seq: 2, at: AT, runId: ID, host: 'db-1', step: { ...(run.steps[0] ?? ({} as never)), state: 'ok' } },
  {
    ...{ type: 'analysis', seq: 3, at: AT, runId: ID, host: 'db-1', use: [cell, unknown] },
    ...{ findings: [finding as unknown as Finding], oddness: 0.9 },
  } as LiveEvent,
  {
    ...{ type: 'run', seq: 4, at: AT, runId: ID, host: 'db-1', state: 'partial', reason: 'no sysstat', attempt: 1 },
    ...{ startedAt: AT, endedAt: AT, cost: null },
  } as LiveEvent,
  {
    ...{ type: 'investigation', seq: 5, at: AT, state: 'succeeded', coverage: coverageOf([]), verdict: null },
    oddness: { 'db-1': 0.5 },
  } as LiveEvent,
];

describe('the matrix', () => {
  it('stands after its events where a snapshot stands after all of them', () => {
    for (let n = 0; n <= events.length; n++) {
      const some = events.slice(0, n);
      expect(applyMatrixEvents(drawn(snapshot), some.map(matrixEvent))).toEqual(drawn(applyLiveEvents(snapshot, some)));
    }
  });

  it('says what is known of a line, or why nothing is', () => {
    expect([matrixLine(cell).said, matrixLine(unknown).said]).toEqual(['w_await 47 ms', 'no sysstat']);
  });

  const packed: PackedMatrix = {
    ...{ seq: 7, investigation: snapshot.investigation, classes: ['db'], labels: [{ rack: 'r1' }], reasons: ['late'] },
    ...{ lines: [matrixLine(cell)], findings: [matrixFinding(finding as unknown as Finding)] },
    ...{ steps: [{ step: 'df', state: 'ok' }], progress: [[0]] },
    runs: [
      {
        ...{ id: ID, host: 'db-1', hostClass: 0, labels: 0, state: 'partial', reason: 0, attempt: 1, oddness: null },
        ...{ use: [0], findings: [0], steps: 0 },
      },
      {
        ...{ id: ID, host: 'db-2', hostClass: 0, labels: 0, state: 'queued', reason: null, attempt: 0, oddness: 0.5 },
        ...{ use: [], findings: [], steps: 0 },
      },
    ],
  };

  it('is unpacked to what every host says, and what is said twice is one object', () => {
    expect(packedMatrixSchema.parse(packed)).toEqual(packed);
    const { runs } = unpackMatrix(packed);
    expect(runs[0]).toMatchObject({ host: 'db-1', hostClass: 'db', labels: { rack: 'r1' }, reason: 'late' });
    expect(runs[0]?.use).toEqual([matrixLine(cell)]);
    expect(runs[1]).toMatchObject({ reason: null, use: [], oddness: 0.5 });
    expect(runs[1]?.steps).toBe(runs[0]?.steps);
  });

  it('is refused where a run names what is not there', () => {
    const runs = packed.runs.map((one) => ({ ...one, use: [4] }));
    expect(() => unpackMatrix({ ...packed, runs })).toThrow('no entry 4 of 1');
  });
});
