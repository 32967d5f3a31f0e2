import { type Problem } from '@fleetscope/contracts';

/** What the API answered when it did not do what was asked. The message is a sentence for people. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly problem: Problem | null,
  ) {
    super(problem?.detail ?? `the control plane answered with status ${status}`);
  }

  get hint(): string | null {
    return this.problem?.hint ?? null;
  }
}

export const isUnauthorised = (error: unknown): boolean => error instanceof ApiProblem && error.status === 401;

/** One sentence for any failure: the API's own words, or that it can't be reached. */
export const wordsOf = (error: unknown): string => {
  if (error instanceof ApiProblem) return error.hint ? `${error.message} (${error.hint})` : error.message;
  // fetch throws a TypeError when nothing answered.
  if (error instanceof TypeError) return 'the control plane does not answer';
  return error instanceof Error ? error.message : String(error);
};
