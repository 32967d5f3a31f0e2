import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { type FieldError, type Problem } from '@fleetscope/contracts';
import { type FastifyReply } from 'fastify';
import { ZodValidationException } from 'nestjs-zod';
import { randomUUID } from 'node:crypto';
import { type ZodError } from 'zod';
import { ProblemException, titleOf } from './problem';

type Issue = ZodError['issues'][number];

const short = (value: unknown): string | null => {
  if (value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};

/** What an issue expected, in words, without the library's phrasing of what it received. */
const expectedOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(' | ');
    case 'unrecognized_keys':
      return `no field ${issue.keys.join(', ')}`;
    case 'too_big':
      return `at most ${String(issue.maximum)}`;
    case 'too_small':
      return `at least ${String(issue.minimum)}`;
    default:
      return issue.message.replace(/^expected /, '');
  }
};

export const fieldErrors = (error: ZodError): FieldError[] =>
  error.issues.map((issue) => ({
    path: issue.path.map(String).join('.') || 'body',
    expected: expectedOf(issue),
    got: issue.code === 'invalid_type' && issue.input === undefined ? 'nothing' : short(issue.input),
  }));

/** Everything thrown becomes an RFC 9457 problem; what we did not foresee gets an id that is in the log, never a stack. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.describe(error);
    if (reply.sent) return;
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
  }

  private describe(error: unknown): Problem {
    if (error instanceof ZodValidationException) {
      const errors = fieldErrors(error.getZodError() as ZodError);
      const first = errors[0];
      return this.problem(
        400,
        first ? `${first.path}: expected ${first.expected}${first.got ? `, got ${first.got}` : ''}` : 'not valid',
        { errors },
      );
    }
    if (error instanceof ProblemException) return this.problem(error.getStatus(), error.detail, error.more);
    if (error instanceof HttpException) return this.problem(error.getStatus(), error.message);
    // Fastify's own errors (a body that is no JSON, a body that is too large) carry their status.
    const { statusCode, message, code } = (error ?? {}) as { statusCode?: unknown; message?: unknown; code?: unknown };
    if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
      return this.problem(statusCode, String(message));
    // Postgres refuses NUL in text; Prisma reports it and other bad values as a validation error of its own.
    if (code === '22021' || code === 'P2000' || code === 'P2007' || code === 'P2023')
      return this.problem(400, 'a value is not valid text for the store');
    const id = randomUUID();
    this.log.error({ err: error, id }, 'unforeseen error');
    return this.problem(500, 'something failed that should not have', { id, hint: `look for ${id} in the log` });
  }

  private problem(status: number, detail: string, more: Partial<Problem> = {}): Problem {
    return { type: 'about:blank', title: titleOf(status), status, detail, ...more };
  }
}
