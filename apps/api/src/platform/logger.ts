import { LoggerModule } from 'nestjs-pino';
import { type DynamicModule } from '@nestjs/common';
import { type Runtime } from './runtime';

interface LoggedRequest {
  url: string;
  query?: unknown;
}

/** An identity provider sends the browser back with its code in the address. */
const withoutCodes = (request: LoggedRequest): LoggedRequest =>
  request.url.startsWith('/api/v1/session/')
    ? { ...request, url: request.url.replace(/\?.*/s, ''), query: undefined }
    : request;

/** Structured logs on standard output. Headers that carry secrets, and login codes, never reach them. */
export const loggerModule = (runtime: Pick<Runtime, 'logLevel'>): DynamicModule =>
  LoggerModule.forRoot({
    pinoHttp: {
      level: runtime.logLevel,
      serializers: { req: withoutCodes },
      redact: {
        paths: [
          'req.headers.authorization',
          'req.headers.cookie',
          'res.headers["set-cookie"]',
          // Where a browser is sent to sign in, and what it must come back with.
          'res.headers.location',
          'req.body',
          '*.token',
          '*.code',
          '*.privateKey',
          '*.password',
          '*.clientSecret',
        ],
        remove: true,
      },
      autoLogging: { ignore: (request) => request.url === '/healthz' },
      customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'debug'),
    },
  });
