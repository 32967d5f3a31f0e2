import { EXIT, parseDuration } from '@fleetscope/contracts';
import { answer, connect } from '../connection';
import { CliError } from '../cli-error';
import { startControlPlane } from '../installation/control-plane';
import { dataDir } from '../installation/installation';
import { bold, dim, note, print } from '../output';
import { investigate } from './investigate';

export interface UpOptions {
  data?: string;
  port: number;
  host: string;
  window: string;
  triage: boolean;
  detach?: boolean;
}

/** Starts what doesn't run yet, triages this machine, and stays in the foreground unless told otherwise. */
export const up = async (options: UpOptions): Promise<void> => {
  const window = parseDuration(options.window);
  if (window === null || window < 1_000 || window > 60_000) {
    throw new CliError(`--window: expected a duration from 1s to 60s, such as 10s, got ${options.window}`);
  }
  const dir = dataDir(options.data);
  const plane = await startControlPlane({ dir, port: options.port, host: options.host, foreground: !options.detach });
  const connection = connect({ data: dir });
  try {
    if (options.triage) {
      const hosts = await answer(connection.api.GET('/api/v1/hosts', { params: { query: {} } }));
      const local = hosts.filter(({ transport }) => transport === 'local').map(({ name }) => name);
      if (local.length > 0) {
        // What the triage finds is no failure of `up`: the exit status says whether it is up.
        await investigate(
          connection,
          {
            runbook: 'triage-60s',
            targets: { hosts: local },
            parameters: { window: options.window },
            reason: 'first look',
          },
          {},
        );
      }
    }
    const { path } = await answer(connection.api.POST('/api/v1/login-links'));
    print(
      `\n${bold('Web UI')}   ${connection.url}${path}   ${dim('(opens once, within 10 minutes; `fleetscope login-link` prints another)')}`,
    );
    print(`${bold('API')}      ${connection.url}/api/docs`);
  } catch (error) {
    if (plane.startedHere && !options.detach) await plane.stop();
    throw error;
  }
  process.exitCode = EXIT.done;
  if (options.detach) {
    print(
      dim(
        `It runs in the background (process ${plane.pid}). Stop it with: fleetscope down${options.data ? ` --data ${options.data}` : ''}`,
      ),
    );
    plane.release();
    return;
  }
  if (!plane.startedHere) {
    print(dim(`It ran already (process ${plane.pid}) and goes on running.`));
    return;
  }
  print(dim('Ctrl-C stops it.'));
  const why = await plane.ended();
  if (why === 'crashed') throw new CliError('the control plane ended by itself', EXIT.fault, 'see: fleetscope logs');
  note('stopped');
};
