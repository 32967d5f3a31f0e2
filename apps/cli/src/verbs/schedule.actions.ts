import { EXIT, parseDuration, type FiringView, type MaintenanceView, type ScheduleView } from '@fleetscope/contracts';
import Table from 'cli-table3';
import { CliError } from '../cli-error';
import { answer, connect } from '../connection';
import { bold, dim, print, printJson, safe, yellow } from '../output';
import { type DataOptions } from './options';
import { givenTargets, type TargetOptions, targetsOf, targetWords } from './targets';
import { timeIn } from './time-in';

export interface AddScheduleOptions extends TargetOptions {
  cron: string;
  tz: string;
  runbook: string;
  param?: Record<string, string>;
  jitter: string;
  spread: 'hosts' | 'start';
  window?: string;
  overlap: 'skip' | 'queue' | 'allow';
  missed: 'skip' | 'run-once';
  baseline: boolean;
  role?: 'operator' | 'commander' | 'admin';
  reason?: string;
}

/** What is not given stays as it is. */
export interface SetScheduleOptions
  extends TargetOptions, Partial<Omit<AddScheduleOptions, keyof TargetOptions | 'window'>> {
  /** False takes the window away. */
  window?: string | false;
}

export interface AddMaintenanceOptions extends TargetOptions {
  why: string;
  from?: string;
  until?: string;
  for?: string;
  cron?: string;
  tz: string;
}

const table = (...head: string[]): InstanceType<typeof Table> =>
  new Table({ head: head.map((text) => bold(text)), style: { head: [], border: [] } });
const minute = (at: string | undefined | null): string => at?.slice(0, 16).replace('T', ' ') ?? '';

/** `1800s` as people say it: `30m`. */
const spoken = (duration: string): string => {
  const ms = parseDuration(duration) ?? 0;
  const [unit, size] = (
    [
      ['h', 3_600_000],
      ['m', 60_000],
    ] as const
  ).find(([, one]) => ms > 0 && ms % one === 0) ?? ['', 0];
  return size === 0 ? duration : `${ms / size}${unit}`;
};

const outcome = ({ state, why, detail, baseline, baselineReason }: FiringView): string => {
  if (state === 'waiting') return 'waits';
  if (state === 'not-started') return yellow(`not started (${why ?? ''}): ${safe(detail ?? '')}`);
  return `started${baseline === 'kept-out' ? `; no baseline: ${safe(baselineReason ?? '')}` : ''}`;
};

export const addSchedule = async (name: string, options: AddScheduleOptions): Promise<void> => {
  const { cron, tz, jitter, spread, overlap, missed, baseline, window, role } = options;
  const made = (await answer(
    connect(options).api.POST('/api/v1/schedules', {
      body: {
        ...{ name, cron, tz, jitter, spread, overlap, missed, baseline, window: window ?? null },
        ...(role === undefined ? {} : { role }),
        request: {
          runbook: options.runbook,
          targets: targetsOf(options),
          parameters: options.param ?? {},
          reason: options.reason ?? '',
        },
      },
    }),
  )) as ScheduleView;
  if (options.json) printJson(made);
  else print(`${made.name} is due next at ${made.next.slice(0, 3).join(', ')}`);
};

export const setSchedule = async (name: string, options: SetScheduleOptions): Promise<void> => {
  const { cron, tz, jitter, spread, overlap, missed, baseline, window, role, runbook, param, reason } = options;
  const targets = givenTargets(options);
  const given = <T extends object>(fields: T): Partial<T> =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
  const request = given({
    ...{ runbook, reason, parameters: param },
    targets: Object.keys(targets).length > 0 ? targets : undefined,
  });
  const changes = given({
    ...{ cron, tz, jitter, spread, overlap, missed, baseline, role },
    window: window === false ? null : window,
    request: Object.keys(request).length > 0 ? request : undefined,
  });
  if (Object.keys(changes).length === 0)
    throw new CliError('nothing to change was given', EXIT.usage, 'see: fleetscope schedules set --help');
  const changed = (await answer(
    connect(options).api.PATCH('/api/v1/schedules/{name}', { params: { path: { name } }, body: changes }),
  )) as ScheduleView;
  if (options.json) printJson(changed);
  else
    print(
      changed.paused
        ? `${name} is changed; it is paused`
        : `${name} is due next at ${changed.next.slice(0, 3).join(', ')}`,
    );
};

export const listSchedules = async (options: DataOptions): Promise<void> => {
  const rows = (await answer(connect(options).api.GET('/api/v1/schedules'))) as ScheduleView[];
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim("none yet: fleetscope schedules add NAME --cron '30 2 * * *' --class web"));
  const out = table('name', 'when', 'zone', 'runbook', 'hosts', 'next (UTC)', 'last');
  for (const { name, cron, tz, request, paused, next, last } of rows)
    out.push([
      ...[name, cron, tz, request.runbook, safe(targetWords(request.targets))],
      paused ? yellow('paused') : minute(next[0]),
      last ? `${minute(last.due)} ${last.state}${last.why === null ? '' : ` (${last.why})`}` : '',
    ]);
  print(out.toString());
};

export const showSchedule = async (name: string, options: DataOptions): Promise<void> => {
  const found = (await answer(
    connect(options).api.GET('/api/v1/schedules/{name}', { params: { path: { name } } }),
  )) as ScheduleView;
  if (options.json) return printJson(found);
  const { request, cron, tz, jitter, spread, window, overlap, missed, baseline, role, createdBy, paused, next, last } =
    found;
  const spreadWords =
    jitter === '0s'
      ? 'no jitter'
      : `${spoken(jitter)} of jitter over ${spread === 'hosts' ? 'its hosts' : 'its start'}`;
  print(
    [
      `${bold(found.name)}  ${request.runbook} on ${safe(targetWords(request.targets))}`,
      `  at ${cron} in ${tz}, ${spreadWords}`,
      `  a start is wanted for ${spoken(window ?? '60s')} after its time; missed ones: ${missed}; while one still runs: ${overlap}`,
      `  feeds baselines: ${baseline ? 'yes' : 'no'}; runs as ${role}; made by ${safe(createdBy)}`,
      paused ? yellow('  paused') : `  next: ${next.join(', ')}`,
      ...(last ? [`  last: ${last.due} ${outcome(last)}`] : []),
    ].join('\n'),
  );
};

export const scheduleHistory = async (name: string, options: DataOptions & { limit: number }): Promise<void> => {
  const rows = (await answer(
    connect(options).api.GET('/api/v1/schedules/{name}/history', {
      params: { path: { name }, query: { limit: options.limit } },
    }),
  )) as FiringView[];
  if (rows.some(({ state }) => state === 'not-started')) process.exitCode = EXIT.foundWanting;
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim('it was not due yet'));
  const out = table('due (UTC)', 'what became of it', 'investigation', 'asked by');
  for (const row of rows)
    out.push([minute(row.due), outcome(row), row.investigation ?? '', safe(row.askedBy ?? 'the clock')]);
  print(out.toString());
};

export const setPaused = async (name: string, paused: boolean, options: DataOptions): Promise<void> => {
  const { api } = connect(options);
  const params = { params: { path: { name } } };
  const found = (await answer(
    paused ? api.POST('/api/v1/schedules/{name}/pause', params) : api.POST('/api/v1/schedules/{name}/resume', params),
  )) as ScheduleView;
  if (options.json) printJson(found);
  else print(paused ? `${name} starts nothing until it is resumed` : `${name} is due next at ${found.next[0] ?? ''}`);
};

export const runSchedule = async (name: string, options: DataOptions): Promise<void> => {
  const made = await answer(
    connect(options).api.POST('/api/v1/schedules/{name}/run-now', { params: { path: { name } } }),
  );
  if (options.json) printJson(made);
  else print(`investigation ${made.investigation}; follow it with: fleetscope show ${made.investigation}`);
};

export const removeSchedule = async (name: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/schedules/{name}', { params: { path: { name } } }));
  if (options.json) printJson({ name, removed: true });
  else print(`${name} removed; what it has started stays`);
};

export const freeze = async (options: DataOptions & { why: string }): Promise<void> => {
  const state = await answer(connect(options).api.PUT('/api/v1/freeze', { body: { why: options.why } }));
  if (options.json) printJson(state);
  else print(`the fleet is frozen since ${state.at ?? ''}: ${safe(state.why ?? '')}`);
};

export const unfreeze = async (options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/freeze'));
  if (options.json) printJson({ frozen: false });
  else print('work may start again');
};

export const freezeStatus = async (options: DataOptions): Promise<void> => {
  const state = await answer(connect(options).api.GET('/api/v1/freeze'));
  if (state.frozen) process.exitCode = EXIT.foundWanting;
  if (options.json) printJson(state);
  else
    print(
      state.frozen
        ? `frozen since ${state.at ?? ''} by ${safe(state.by ?? '')}: ${safe(state.why ?? '')}`
        : 'not frozen',
    );
};

/** Days are no unit of the API's durations. */
const inHours = (text: string): string => text.replace(/^([0-9]{1,3})d$/, (_, days: string) => `${Number(days) * 24}h`);

export const addMaintenance = async (options: AddMaintenanceOptions): Promise<void> => {
  const { cron, why, from, tz } = options;
  const lasts = options.for;
  const until = options.until ?? (cron === undefined && lasts !== undefined ? timeIn(lasts) : null);
  const made = (await answer(
    connect(options).api.POST('/api/v1/maintenance', {
      body: {
        ...{ targets: targetsOf(options), why, tz, until, from: from ?? null, cron: cron ?? null },
        duration: cron !== undefined && lasts !== undefined ? inHours(lasts) : null,
      },
    }),
  )) as MaintenanceView;
  if (options.json) printJson(made);
  else print(`${made.id}: scheduled work leaves ${safe(targetWords(made.targets))} alone ${whenWords(made)}`);
};

const whenWords = ({ cron, tz, duration, from, until }: MaintenanceView): string =>
  [
    ...(cron === null ? [] : [`for ${spoken(duration ?? '')} at ${cron} in ${tz}`]),
    ...(from === null ? [] : [`from ${from}`]),
    ...(until === null ? [] : [`until ${until}`]),
  ].join(' ');

export const listMaintenance = async (options: DataOptions): Promise<void> => {
  const rows = (await answer(connect(options).api.GET('/api/v1/maintenance'))) as MaintenanceView[];
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim('none'));
  const out = table('id', 'hosts', 'when', 'now', 'why', 'by');
  for (const row of rows)
    out.push([
      ...[row.id, safe(targetWords(row.targets)), whenWords(row), row.active ? yellow('active') : ''],
      ...[safe(row.why), safe(row.createdBy)],
    ]);
  print(out.toString());
};

export const removeMaintenance = async (id: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/maintenance/{id}', { params: { path: { id } } }));
  if (options.json) printJson({ id, removed: true });
  else print('removed');
};
