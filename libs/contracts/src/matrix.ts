import { z } from 'zod';
import { hostClassSchema, hostNameSchema, labelsSchema, type Labels } from './host';
import {
  investigationSchema,
  runStateSchema,
  runStepStateSchema,
  type InvestigationView,
  type RunState,
  type RunStepState,
} from './investigation';
import { type Aspect, type Resource } from './metric-catalogue';
import { metricIdSchema } from './observation';
import {
  aspectSchema,
  cellStateSchema,
  resourceSchema,
  severitySchema,
  type CellState,
  type Finding,
  type Severity,
  type UseCell,
} from './use';

/** A line of a host's USE table as the matrix draws it: its state, and what is said of it or why nothing is. */
export const matrixLineSchema = z.object({
  resource: resourceSchema,
  aspect: aspectSchema,
  state: cellStateSchema,
  said: z.string().nullable(),
});
export interface MatrixLine {
  readonly resource: Resource;
  readonly aspect: Aspect;
  readonly state: CellState;
  readonly said: string | null;
}

export const matrixLine = ({ resource, aspect, state, label, reason }: UseCell): MatrixLine => ({
  resource,
  aspect,
  state,
  said: label ?? reason,
});

export const matrixFindingSchema = z.object({ severity: severitySchema, rule: z.string(), label: z.string() });
export interface MatrixFinding {
  readonly severity: Severity;
  readonly rule: string;
  readonly label: string;
}

export const matrixFinding = ({ severity, rule, label }: Finding): MatrixFinding => ({ severity, rule, label });

export const matrixStepSchema = z.object({ step: z.string(), state: runStepStateSchema });
export interface MatrixStep {
  readonly step: string;
  readonly state: RunStepState;
}

/** One host in the matrix: a tenth of a RunSummary. What stands behind a cell is fetched when it is opened. */
export interface MatrixRun {
  readonly id: string;
  readonly host: string;
  readonly hostClass: string;
  readonly labels: Labels;
  readonly state: RunState;
  readonly reason: string | null;
  readonly attempt: number;
  readonly oddness: number | null;
  readonly use: readonly MatrixLine[];
  readonly findings: readonly MatrixFinding[];
  readonly steps: readonly MatrixStep[];
}

export interface Matrix {
  readonly seq: number;
  readonly investigation: InvestigationView;
  readonly runs: readonly MatrixRun[];
}

/** Places in the lists of the same document: thousands of hosts say the same few hundred things. */
const places = z.array(z.int());

/**
 * The matrix of an investigation on the wire: each distinct class, set of labels, reason, line, finding and row of steps stands
 * there once, and a run names their places.
 */
export const packedMatrixSchema = z.object({
  seq: z.int(),
  investigation: investigationSchema,
  classes: z.array(hostClassSchema),
  labels: z.array(labelsSchema),
  reasons: z.array(z.string()),
  lines: z.array(matrixLineSchema),
  findings: z.array(matrixFindingSchema),
  steps: z.array(matrixStepSchema),
  /** Rows of steps: places in `steps`. */
  progress: z.array(places),
  runs: z.array(
    z.object({
      id: z.uuid(),
      host: hostNameSchema,
      hostClass: z.int(),
      labels: z.int(),
      state: runStateSchema,
      reason: z.int().nullable(),
      attempt: z.int(),
      oddness: z.number().nullable(),
      use: places,
      findings: places,
      steps: z.int(),
    }),
  ),
});
export type PackedMatrix = z.infer<typeof packedMatrixSchema>;

const at = <T>(values: readonly T[], place: number): T => {
  const value = values[place];
  if (value === undefined) throw new RangeError(`the matrix has no entry ${place} of ${values.length}`);
  return value;
};

/** Hosts that say the same share one object. @throws RangeError for what no server packed. */
export const unpackMatrix = (packed: PackedMatrix): Matrix => {
  const progress = packed.progress.map((row) => row.map((place) => at(packed.steps, place)));
  return {
    seq: packed.seq,
    investigation: packed.investigation,
    runs: packed.runs.map((run) => ({
      ...run,
      hostClass: at(packed.classes, run.hostClass),
      labels: at(packed.labels, run.labels),
      reason: run.reason === null ? null : at(packed.reasons, run.reason),
      use: run.use.map((place) => at(packed.lines, place)),
      findings: run.findings.map((place) => at(packed.findings, place)),
      steps: at(progress, run.steps),
    })),
  };
};

/** A cell's number on the other hosts of its class, in the same investigation. */
export const peerValuesSchema = z.object({
  /** Null where the cell has no number. */
  metric: metricIdSchema.nullable(),
  peers: z.array(z.object({ host: hostNameSchema, value: z.number() })),
});
export type PeerValues = z.infer<typeof peerValuesSchema>;

/** What the last triage of a host said: how the fleet stands. */
export const latestResultSchema = z.object({
  host: hostNameSchema,
  investigation: z.uuid(),
  run: z.uuid(),
  at: z.iso.datetime(),
  /** The worst line of its USE table; unknown where none of them could be judged. */
  state: z.enum(['ok', 'warn', 'crit', 'unknown']),
  /** Of the metric that was asked for; null where it was not measured, or none was asked for. */
  value: z.number().nullable(),
});
export const latestResultsSchema = z.object({
  metric: metricIdSchema.nullable(),
  /** Metrics that at least one of the hosts has a number of. */
  metrics: z.array(metricIdSchema),
  /** Hosts without a triage that answered are left out. */
  hosts: z.array(latestResultSchema),
});
export type LatestResult = z.infer<typeof latestResultSchema>;
export type LatestResults = z.infer<typeof latestResultsSchema>;
