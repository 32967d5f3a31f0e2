import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What the control plane of a data directory wrote when it was ready. */
export interface InstallationState {
  pid: number;
  url: string;
  version: string;
  startedAt: string;
}

/** `--data`, else FLEETSCOPE_DATA, else the system's folder for root and the user's own otherwise. */
export const dataDir = (given: string | undefined): string =>
  resolve(
    given ??
      process.env['FLEETSCOPE_DATA'] ??
      (process.getuid?.() === 0
        ? '/var/lib/fleetscope'
        : join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'fleetscope')),
  );

/** Null when no control plane runs there. */
export const readState = (dir: string): InstallationState | null => {
  try {
    const state = JSON.parse(readFileSync(join(dir, 'state.json'), 'utf8')) as InstallationState;
    return isRunning(state.pid) ? state : null;
  } catch {
    return null;
  }
};

/** Whether the process is there and is a control plane: a pid may have been given to another since. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('main.js');
  } catch (error) {
    // A process of another user may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

export const logFile = (dir: string): string => join(dir, 'logs', 'fleetscope.log');
export const tokenFile = (dir: string): string => join(dir, 'admin.token');
