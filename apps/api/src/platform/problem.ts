import { HttpException } from '@nestjs/common';
import { type FieldError } from '@fleetscope/contracts';

const TITLES: Record<number, string> = {
  400: 'The request is not valid',
  401: 'A token is needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'The method is not supported',
  409: 'It collides with what is there',
  413: 'The request is too large',
  415: 'The content type is not supported',
  422: 'The request cannot be carried out',
  429: 'Too many requests',
  500: 'A fault of ours',
  503: 'Not ready',
};

export const titleOf = (status: number): string => TITLES[status] ?? 'The request failed';

/** An error that reaches a user: says what was wrong, where, and what to do. */
export class ProblemException extends HttpException {
  constructor(
    status: number,
    readonly detail: string,
    readonly more: { hint?: string; errors?: FieldError[]; retryAfter?: number } = {},
  ) {
    super(detail, status);
  }
}

export const notFound = (what: string, hint?: string): ProblemException =>
  new ProblemException(404, `there is no ${what}`, hint ? { hint } : {});
export const invalid = (path: string, expected: string, got: unknown, hint?: string): ProblemException =>
  new ProblemException(400, `${path}: expected ${expected}`, {
    ...(hint ? { hint } : {}),
    errors: [{ path, expected, got: got === undefined ? null : String(got).slice(0, 200) }],
  });
