import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { type Problem } from '@fleetscope/contracts';
import { type FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { ProblemException, titleOf } from './problem';

/** Postgres's own code for an error, through Prisma and its driver adapter; class 22 is "data exception". */
const sqlState = (error: unknown): string => {
  const { meta } = (error ?? {}) as { meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } };
  return String(meta?.driverAdapterError?.cause?.originalCode ?? '');
};

/** Everything thrown becomes an RFC 9457 problem; what we did not foresee gets an id that is in the log, never a stack. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.describe(error);
    if (reply.sent) return;
    const wait = error instanceof ProblemException ? error.more.retryAfter : undefined;
    if (wait !== undefined) void reply.header('retry-after', String(wait));
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
  }

  private describe(error: unknown): Problem {
    if (error instanceof ProblemException) {
      const { retryAfter: _, ...more } = error.more;
      return this.problem(error.getStatus(), error.detail, more);
    }
    if (error instanceof HttpException) return this.problem(error.getStatus(), error.message);
    // Fastify's own errors (a body that is no JSON, a body that is too large) carry their status.
    const { statusCode, message, code } = (error ?? {}) as { statusCode?: unknown; message?: unknown; code?: unknown };
    if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
      return this.problem(statusCode, String(message));
    if (sqlState(error).startsWith('22')) return this.problem(400, 'a value is not one that the store can hold');
    // Two came at once with the same name: who came second is told as if it had come later.
    if (code === 'P2002') return this.problem(409, 'there is one of that name already');
    const id = randomUUID();
    this.log.error({ err: error, id }, 'unforeseen error');
    return this.problem(500, 'something failed that should not have', { id, hint: `look for ${id} in the log` });
  }

  private problem(status: number, detail: string, more: Partial<Problem> = {}): Problem {
    return { type: 'about:blank', title: titleOf(status), status, detail, ...more };
  }
}
