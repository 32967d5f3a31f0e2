import {
  type Aspect,
  type CellState,
  type InvestigationView,
  type Labels,
  type MatrixFinding,
  type MatrixLine,
  type MatrixStep,
  type PackedMatrix,
  type Resource,
  type RunState,
  type RunStepState,
  type Severity,
} from '@fleetscope/contracts';

/** A run as the store keeps it for the matrix. */
export interface StoredRun {
  readonly id: string;
  readonly hostName: string;
  readonly hostClass: string;
  readonly hostLabels: unknown;
  readonly state: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly oddness: number | null;
  /** Entries of matrix_of (see its migration), one a line; null before there are steps. */
  readonly matrix: string | null;
}

/** Distinct values, known by their text, in the order in which they came. */
class Dictionary<T> {
  readonly values: T[] = [];
  private readonly known = new Map<string, number>();

  constructor(private readonly read: (text: string) => T) {}

  place(text: string): number {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    this.known.set(text, this.values.length);
    return this.values.push(this.read(text)) - 1;
  }
}

const fields = (entry: string): string[] => entry.split('\t');

const lineOf = (entry: string): MatrixLine => {
  const [, resource, aspect, state, said = ''] = fields(entry);
  return {
    resource: resource as Resource,
    aspect: aspect as Aspect,
    state: state as CellState,
    said: said === '' ? null : said,
  };
};
const findingOf = (entry: string): MatrixFinding => {
  const [, severity, rule = '', label = ''] = fields(entry);
  return { severity: severity as Severity, rule, label };
};
const stepOf = (entry: string): MatrixStep => {
  const [, step = '', state] = fields(entry);
  return { step, state: state as RunStepState };
};

const ODDNESS_DIGITS = 4;

/** Everything that hosts have in common once: entries are compared as the store wrote them, and only distinct ones are read. */
export const packMatrix = (seq: number, investigation: InvestigationView, runs: readonly StoredRun[]): PackedMatrix => {
  const same = (text: string): string => text;
  const classes = new Dictionary(same);
  const reasons = new Dictionary(same);
  const labels = new Dictionary((text) => JSON.parse(text) as Labels);
  const lines = new Dictionary(lineOf);
  const findings = new Dictionary(findingOf);
  const steps = new Dictionary(stepOf);
  const progress = new Dictionary((text) => (text === '' ? [] : text.split(',').map(Number)));
  const packed = runs.map((run) => {
    const use: number[] = [];
    const found: number[] = [];
    const done: number[] = [];
    for (const entry of run.matrix?.split('\n') ?? []) {
      if (entry.startsWith('u')) use.push(lines.place(entry));
      else if (entry.startsWith('f')) found.push(findings.place(entry));
      else done.push(steps.place(entry));
    }
    return {
      id: run.id,
      host: run.hostName,
      hostClass: classes.place(run.hostClass),
      labels: labels.place(JSON.stringify(run.hostLabels)),
      state: run.state as RunState,
      reason: run.reason === null ? null : reasons.place(run.reason),
      attempt: run.attempt,
      oddness: run.oddness === null ? null : Number(run.oddness.toFixed(ODDNESS_DIGITS)),
      use,
      findings: found,
      steps: progress.place(done.join()),
    };
  });
  return {
    ...{ seq, investigation },
    ...{ classes: classes.values, labels: labels.values, reasons: reasons.values, lines: lines.values },
    ...{ findings: findings.values, steps: steps.values, progress: progress.values },
    runs: packed,
  };
};
