import { type INestApplicationContext } from '@nestjs/common';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Authenticator, RateLimits } from './access';
import { Database, ProblemException, type Runtime } from './platform';
import { titleOf } from './platform/problem';
import { MetricsService } from './telemetry';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What a worker, which has no API, answers: whether it is well, and its metrics. @returns what ends it. */
export const startWorkerEndpoint = async (
  app: INestApplicationContext,
  { host, version, openMetrics }: Runtime,
  port: number,
): Promise<() => Promise<void>> => {
  const [database, metrics] = [app.get(Database), app.get(MetricsService)];
  const [authenticator, limits] = [app.get(Authenticator), app.get(RateLimits)];

  const routes: Readonly<Record<string, (request: IncomingMessage) => Promise<Answer>>> = {
    '/healthz': async () => {
      await database.$queryRaw`SELECT 1`.catch(() => {
        throw new ProblemException(503, 'the database does not answer');
      });
      return { status: 200, type: 'application/json', body: JSON.stringify({ status: 'ok', version, role: 'worker' }) };
    },
    '/metrics': async ({ headers, socket }) => {
      if (!openMetrics && !(await authenticator.identify(headers))) {
        await limits.take('strangers', socket.remoteAddress ?? '');
        throw new ProblemException(401, 'no valid token was shown');
      }
      return { status: 200, type: metrics.contentType, body: await metrics.text() };
    },
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const route = routes[request.url?.split('?')[0] ?? ''];
    if (!route || request.method !== 'GET')
      throw new ProblemException(404, 'a worker answers GET /healthz and GET /metrics');
    return route(request);
  };

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request)
      .catch((error: unknown) => {
        const status = error instanceof ProblemException ? error.getStatus() : 500;
        const detail = error instanceof ProblemException ? error.detail : 'something failed that should not have';
        const body = JSON.stringify({ type: 'about:blank', title: titleOf(status), status, detail });
        return { status, type: 'application/problem+json', body };
      })
      .then(({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body));
  };

  const server = createServer(serve);
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, done);
  });
  return () =>
    new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
};
