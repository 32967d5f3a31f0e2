/** One thing that is wrong in a catalogue file or in given parameters. */
export interface RunbookProblem {
  readonly file: string | null;
  readonly line: number | null;
  /** Where in the document, such as `steps.2.prefer.0.run`. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

export const describeProblem = (problem: RunbookProblem): string => {
  const place = [problem.file, problem.line].filter((part) => part !== null).join(':');
  return `${place ? `${place}: ` : ''}${problem.path || '(document)'}: expected ${problem.expected}, got ${problem.got}`;
};

/** A runbook that can't be used, with everything that is wrong in it. */
export class RunbookError extends Error {
  constructor(readonly problems: readonly RunbookProblem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.name = 'RunbookError';
  }
}
