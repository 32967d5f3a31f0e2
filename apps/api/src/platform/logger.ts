import { LoggerModule } from 'nestjs-pino';
import { type DynamicModule } from '@nestjs/common';
import { type Runtime } from './runtime';

/** Structured logs on standard output. Headers that carry secrets, and login codes, never reach them. */
export const loggerModule = (runtime: Pick<Runtime, 'logLevel'>): DynamicModule =>
  LoggerModule.forRoot({
    pinoHttp: {
      level: runtime.logLevel,
      redact: {
        paths: [
          'req.headers.authorization',
          'req.headers.cookie',
          'res.headers["set-cookie"]',
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
