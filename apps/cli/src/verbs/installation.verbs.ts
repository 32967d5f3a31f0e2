import { type Command } from 'commander';
import { connected, wholeNumber, type DataOptions } from './options';

/** `up`, `down`, `status`, `logs`, `login-link`: the control plane of this machine. */
export const addInstallationVerbs = (program: Command): void => {
  program
    .command('up')
    .description('set up and start the control plane, and triage this machine')
    .option(
      '--data <dir>',
      'data directory (FLEETSCOPE_DATA; default /var/lib/fleetscope for root, else ~/.local/share/fleetscope)',
    )
    .option('--port <n>', 'port of the API and the web UI', wholeNumber(0, 65_535), 7717)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--window <duration>', 'window of the first triage, 1s to 60s', '10s')
    .option('--no-triage', 'only start')
    .option('--detach', 'leave it running and return')
    .addHelpText(
      'after',
      '\nDATABASE_URL and REDIS_URL switch to an external Postgres and Redis.\n\nExamples:\n  fleetscope up --detach --port 8080\n  fleetscope up --data /srv/fleetscope --window 30s',
    )
    .action(async (options: Parameters<typeof import('./up.verb').up>[0]) => (await import('./up.verb')).up(options));
  program
    .command('down')
    .description('stop the control plane of a data directory')
    .option('--data <dir>', 'data directory (FLEETSCOPE_DATA)')
    .action(async (options: { data?: string }) => (await import('./control.verbs')).down(options));
  program
    .command('status')
    .description('say whether the control plane runs')
    .option('--data <dir>', 'data directory (FLEETSCOPE_DATA)')
    .option('--json', 'print data as JSON')
    .action(async (options: { data?: string; json?: boolean }) => (await import('./control.verbs')).status(options));
  program
    .command('logs')
    .description('print the log of the control plane')
    .option('--data <dir>', 'data directory (FLEETSCOPE_DATA)')
    .option('-f, --follow', 'go on as it grows')
    .option('-n, --lines <n>', 'how many lines', wholeNumber(1, 100_000), 50)
    .action(async (options: { data?: string; follow?: boolean; lines: number }) =>
      (await import('./control.verbs')).logs(options),
    );
  connected(
    program.command('login-link').description('print a link that opens the web UI once, without a password'),
  ).action(async (options: DataOptions) => (await import('./control.verbs')).loginLink(options));
};
