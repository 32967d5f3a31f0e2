import { type RunTiming } from '../investigations';

/** A piece of time of an investigation, and the pieces that it consists of. */
export interface Piece {
  readonly name: string;
  readonly from: Date;
  readonly to: Date;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Why it failed; null when it did not. */
  readonly failed: string | null;
  readonly parts: readonly Piece[];
}

export interface TracedRun {
  readonly id: string;
  readonly hostName: string;
  readonly hostClass: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly timing: RunTiming | null;
}

export interface TracedInvestigation {
  readonly id: string;
  readonly runbook: string;
  readonly state: string;
  readonly requestedBy: string;
  readonly hosts: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date;
  readonly runs: readonly TracedRun[];
}

const ANSWERED = new Set(['succeeded', 'partial']);
const plain = (name: string, from: Date, to: Date): Piece => ({
  ...{ name, attributes: {}, failed: null, parts: [] },
  from,
  // Clocks of two processes took the times.
  to: to < from ? from : to,
});

const runPieces = (run: TracedRun, planned: Date): Piece[] => {
  const { startedAt, endedAt, timing } = run;
  const end = endedAt ?? planned;
  // Never claimed, or its worker died: all that is known is when it was over.
  if (!timing) return startedAt ? [plain('probe', startedAt, end)] : [plain('queue', planned, end)];
  const [claimed, carried, judged] = [timing.claimedAt, timing.carriedAt, timing.judgedAt].map(
    (at) => new Date(at),
  ) as [Date, Date, Date];
  const asked = timing.askedAt === null ? (startedAt ?? carried) : new Date(timing.askedAt);
  return [
    plain('queue', planned, claimed),
    plain('connect', claimed, asked),
    plain('probe', asked, carried),
    plain('parse', carried, judged),
  ];
};

/** An investigation as one trace: plan, then each run with its wait, connection, probe and reading, then the conclusion. */
export const traceOf = (investigation: TracedInvestigation): Piece => {
  const { createdAt, endedAt, runs, id, runbook, state, requestedBy, hosts } = investigation;
  const planned = investigation.startedAt ?? createdAt;
  const pieces = runs.map((run): Piece => {
    const parts = runPieces(run, planned);
    const last = Math.max(...parts.map(({ to }) => to.getTime()));
    return {
      ...plain('run', planned, new Date(last)),
      attributes: {
        ...{ 'fleetscope.run': run.id, 'fleetscope.class': run.hostClass, 'fleetscope.state': run.state },
        ...{ 'host.name': run.hostName, 'fleetscope.attempts': run.attempt },
      },
      failed: ANSWERED.has(run.state) ? null : (run.reason ?? run.state),
      parts,
    };
  });
  const lastRun = new Date(Math.max(planned.getTime(), ...pieces.map(({ to }) => to.getTime())));
  return {
    ...plain('investigation', createdAt, endedAt),
    attributes: {
      ...{ 'fleetscope.investigation': id, 'fleetscope.runbook': runbook, 'fleetscope.state': state },
      ...{ 'fleetscope.hosts': hosts, 'fleetscope.requested_by': requestedBy },
    },
    parts: [plain('plan', createdAt, planned), ...pieces, plain('conclusion', lastRun, endedAt)],
  };
};
