import { EXIT } from '@fleetscope/contracts';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error';
import { answer, connect } from '../connection';
import { stopDatabase, stopProcess } from '../installation/control-plane';
import { dataDir, isRunning, logFile, readState } from '../installation/installation';
import { note, print, printJson } from '../output';
import { type DataOptions } from './options';

export const down = async ({ data }: { data?: string }): Promise<void> => {
  const dir = dataDir(data);
  const state = readState(dir);
  if (!state) {
    const stopped = existsSync(join(dir, 'postgres.password')) && stopDatabase(dir);
    print(stopped ? 'stopped the Postgres that a killed control plane had left behind' : `nothing runs on ${dir}`);
    return;
  }
  note('stopping …');
  await stopProcess(state.pid);
  if (isRunning(state.pid))
    throw new CliError(`process ${state.pid} did not end`, EXIT.fault, `see: fleetscope logs --data ${dir}`);
  print('stopped');
};

export const status = async ({ data, json }: { data?: string; json?: boolean }): Promise<void> => {
  const dir = dataDir(data);
  const state = readState(dir);
  let health: unknown = null;
  if (state)
    health = await fetch(`${state.url}/healthz`, { signal: AbortSignal.timeout(3_000) })
      .then((r) => r.json())
      .catch(() => null);
  const running = state !== null && health !== null;
  if (json) printJson({ running, data: dir, ...(state ?? {}), health });
  else if (!state) print(`nothing runs on ${dir}`);
  else if (!health) print(`process ${state.pid} is there but does not answer at ${state.url}`);
  else
    print(
      `running: ${state.url} (process ${state.pid}, since ${state.startedAt}, version ${state.version}, data ${dir})`,
    );
  process.exitCode = running ? EXIT.done : EXIT.foundWanting;
};

export const logs = async ({
  data,
  follow,
  lines,
}: {
  data?: string;
  follow?: boolean;
  lines: number;
}): Promise<void> => {
  const file = logFile(dataDir(data));
  if (!existsSync(file))
    throw new CliError(`there is no log in ${file}`, EXIT.usage, 'nothing was started on this data directory yet');
  const text = readFileSync(file, 'utf8');
  const last = text.split('\n').filter(Boolean).slice(-lines);
  if (last.length > 0) print(last.join('\n'));
  let at = Buffer.byteLength(text);
  while (follow) {
    await new Promise((done) => setTimeout(done, 300));
    const { size } = statSync(file);
    if (size <= at) continue;
    const fd = openSync(file, 'r');
    const chunk = Buffer.alloc(size - at);
    readSync(fd, chunk, 0, chunk.length, at);
    closeSync(fd);
    process.stdout.write(chunk);
    at = size;
  }
};

export const loginLink = async (options: DataOptions): Promise<void> => {
  const { api, url } = connect(options);
  const { path, expiresAt } = await answer(api.POST('/api/v1/login-links'));
  if (options.json) printJson({ url: `${url}${path}`, expiresAt });
  else print(`${url}${path}`);
};
