import { EXIT, type RunSummary } from '@fleetscope/contracts';
import Table from 'cli-table3';
import { CliError } from '../cli-error';
import { answer, connect, type Connection } from '../connection';
import { bold, dim, note, print, printJson, safe } from '../output';
import { investigate, watch } from './investigate';
import { preview } from './preview.action';
import { type ImportOptions, type TargetOptions } from './investigation.verbs';
import { type DataOptions } from './options';
import { rolloutOf } from './rollout.options';

/** Of `--escalate` without a number. */
const ESCALATE_HOSTS = 3;

export const run = async (runbook: string, hosts: string[], options: TargetOptions): Promise<void> => {
  if (!options.all && hosts.length === 0 && !options.class?.length && !options.label) {
    throw new CliError('which hosts?', EXIT.usage, 'name them, or give --all, --class CLASS or -l name=value');
  }
  const parameters = { ...options.param, ...(options.window ? { window: options.window } : {}) };
  const rollout = rolloutOf(options);
  const request = {
    runbook,
    targets: {
      ...(options.all ? { all: true } : {}),
      ...(hosts.length > 0 ? { hosts } : {}),
      ...(options.class ? { classes: options.class } : {}),
      ...(options.label ? { labels: options.label } : {}),
    },
    parameters,
    reason: options.reason ?? '',
    ...(options.despiteFreeze ? { despiteFreeze: true } : {}),
    ...(options.despiteBudget ? { despiteBudget: true } : {}),
    ...(rollout ? { rollout } : {}),
    ...(options.escalate === undefined
      ? {}
      : { escalate: { hosts: options.escalate === true ? ESCALATE_HOSTS : options.escalate } }),
  };
  const connection = connect(options);
  if (options.dryRun) return preview(connection, request, options);
  process.exitCode = await investigate(connection, request, options);
};

export const show = async (id: string, options: DataOptions): Promise<void> => {
  process.exitCode = await watch(connect(options), id, options);
};

export const list = async (options: DataOptions & { limit: number }): Promise<void> => {
  const rows = await answer(
    connect(options).api.GET('/api/v1/investigations', { params: { query: { limit: options.limit } } }),
  );
  if (options.json) return printJson(rows);
  const table = new Table({
    head: ['id', 'runbook', 'state', 'answered', 'when', 'by', 'reason'].map((text) => bold(text)),
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    const { coverage } = row;
    table.push([
      row.id,
      row.runbook,
      row.state,
      `${coverage.answered}/${coverage.targeted}`,
      row.createdAt.slice(0, 19).replace('T', ' '),
      safe(row.requestedBy),
      safe(row.reason),
    ]);
  }
  print(rows.length > 0 ? table.toString() : dim('none yet: fleetscope triage --all'));
};

export const cancel = async (id: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.POST('/api/v1/investigations/{id}/cancel', { params: { path: { id } } }));
  if (options.json) printJson({ id, cancelled: true });
  else print('cancelled: what runs is being stopped on the hosts');
};

const runOf = async ({ api }: Connection, id: string, host: string): Promise<RunSummary> => {
  const { runs } = await answer(api.GET('/api/v1/investigations/{id}', { params: { path: { id } } }));
  const found = runs.find((run) => run.host === host);
  if (!found)
    throw new CliError(
      `${host} has no run in investigation ${id}`,
      EXIT.usage,
      `it has: ${runs
        .slice(0, 10)
        .map((run) => run.host)
        .join(', ')}`,
    );
  return found as RunSummary;
};

export const evidence = async (
  id: string,
  host: string,
  step: string | undefined,
  options: DataOptions & { stderr?: boolean },
): Promise<void> => {
  const connection = connect(options);
  const { id: runId } = await runOf(connection, id, host);
  if (step === undefined) {
    const items = await answer(connection.api.GET('/api/v1/runs/{id}/evidence', { params: { path: { id: runId } } }));
    if (options.json) return printJson(items);
    for (const item of items)
      print(`${item.step} ${item.stream}  ${item.size} bytes  sha256:${item.sha256.slice(0, 16)}…`);
    return;
  }
  const query = { stream: options.stderr ? ('stderr' as const) : ('stdout' as const) };
  const bytes = await answer(
    connection.api.GET('/api/v1/runs/{id}/evidence/{step}', {
      params: { path: { id: runId, step }, query },
      parseAs: 'arrayBuffer',
    }) as Promise<{ data?: ArrayBuffer; error?: unknown; response: Response }>,
  );
  // Byte for byte into a pipe or a file; a terminal would obey what a host printed.
  if (process.stdout.isTTY) print(safe(Buffer.from(bytes).toString('utf8')));
  else process.stdout.write(Buffer.from(bytes));
};

export const importFrames = async (bytes: Buffer, options: ImportOptions): Promise<void> => {
  if (options.host === undefined)
    throw new CliError('which host did the frames come from?', EXIT.usage, 'name it with --host');
  const connection = connect(options);
  const made = await answer(
    connection.api.POST('/api/v1/imports', {
      body: {
        host: options.host,
        runbook: options.runbook,
        parameters: options.param ?? {},
        reason: options.reason ?? '',
        framesBase64: bytes.toString('base64'),
      },
    }),
  );
  note(`imported as investigation ${made.id}`);
  process.exitCode = await watch(connection, made.id, options);
};
