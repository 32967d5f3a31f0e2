import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { type INestApplicationContext } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { RunbookError } from '@fleetscope/runbooks';
import { type AddressInfo } from 'node:net';
import { Logger } from 'nestjs-pino';
import { TokensService } from './access';
import { AppModule } from './app.module';
import { createApplication } from './application';
import { ConfigError, readConfig, wantsLifeline, type Config } from './config';
import { LocalHost } from './execution';
import { checkPort, Installation } from './installation';
import { type Runtime } from './platform';
import { startEmbeddedPostgres, type RunningPostgres } from './platform/embedded-postgres';
import { applyMigrations } from './platform/migrator';
import { GivenKeys } from './platform/secret-keys';
import { checkRedis } from './platform/redis-check';
import { StartupError } from './platform/startup-error';
import { startWorkerEndpoint } from './worker-endpoint';

const EXIT_USAGE = 2;
const EXIT_FAULT = 70;

/** What was started, in the order in which it is stopped again. */
class Stack {
  private readonly steps: (() => Promise<void> | void)[] = [];
  private unwinding: Promise<void> | undefined;

  push(stop: () => Promise<void> | void): void {
    this.steps.unshift(stop);
  }

  unwind(): Promise<void> {
    return (this.unwinding ??= (async () => {
      for (const stop of this.steps) await stop();
    })());
  }
}

const openDatabase = async (config: Config, stack: Stack): Promise<string> => {
  if (config.databaseUrl) return config.databaseUrl;
  const postgres: RunningPostgres = await startEmbeddedPostgres(config.dataDir);
  stack.push(() => postgres.stop());
  return postgres.url;
};

const startApi = async (runtime: Runtime, installation: Installation, stack: Stack): Promise<void> => {
  const app: NestFastifyApplication = await createApplication(runtime);
  stack.push(() => app.close());
  await app.listen(runtime.port, runtime.host);
  await app.get(TokensService).adopt('admin', installation.adminToken());
  if (runtime.role === 'all') await app.get(LocalHost).enrol();
  const { port } = app.getHttpServer().address() as AddressInfo;
  const shownHost = runtime.host.includes(':') ? `[${runtime.host}]` : runtime.host;
  installation.announce({
    pid: process.pid,
    url: `http://${shownHost}:${port}`,
    version: runtime.version,
    startedAt: new Date().toISOString(),
  });
};

const startWorker = async (runtime: Runtime, stack: Stack): Promise<void> => {
  const app: INestApplicationContext = await NestFactory.createApplicationContext(AppModule.with(runtime), {
    bufferLogs: true,
    abortOnError: false,
  });
  stack.push(() => app.close());
  app.useLogger(app.get(Logger));
  if (runtime.workerPort !== null) stack.push(await startWorkerEndpoint(app, runtime, runtime.workerPort));
};

const main = async (stack: Stack): Promise<void> => {
  const config = readConfig();
  const installation = new Installation(config.dataDir);
  installation.take();
  stack.push(() => installation.leave());
  const port = config.role === 'worker' ? config.workerPort : config.port;
  if (port !== null) await checkPort(config.host, port);
  if (config.redisUrl) await checkRedis(config.redisUrl);
  const databaseUrl = await openDatabase(config, stack);
  await applyMigrations(databaseUrl, config.migrationsDir);
  const runtime: Runtime = {
    ...config,
    databaseUrl,
    worker: installation.workerName(),
    secretKeys: config.secretKey
      ? new GivenKeys(config.secretKey.current, config.secretKey.previous)
      : installation.secretKeys(),
  };
  if (config.role === 'worker') await startWorker(runtime, stack);
  else await startApi(runtime, installation, stack);
};

const stack = new Stack();
const stop = (status: number): void => {
  stack.unwind().then(
    () => process.exit(status),
    () => process.exit(EXIT_FAULT),
  );
};
process.once('SIGTERM', () => stop(0));
process.once('SIGINT', () => stop(0));
// Whoever started us in the foreground keeps our stdin open: when it goes, however it goes, so do we.
if (wantsLifeline())
  process.stdin
    .on('end', () => stop(0))
    .on('error', () => stop(0))
    .resume();

main(stack).catch((error: unknown) => {
  if (error instanceof StartupError || error instanceof ConfigError || error instanceof RunbookError) {
    const hint = error instanceof StartupError && error.hint ? ` (${error.hint})` : '';
    process.stderr.write(`fleetscope: ${error.message}${hint}\n`);
    stop(EXIT_USAGE);
  } else {
    process.stderr.write(`fleetscope: a fault of ours: ${(error as Error).stack ?? String(error)}\n`);
    stop(EXIT_FAULT);
  }
});
