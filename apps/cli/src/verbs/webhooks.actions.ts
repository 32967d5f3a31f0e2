import { EXIT, WEBHOOK_EVENTS, type WEBHOOK_FORMATS } from '@fleetscope/contracts';
import { answer, connect } from '../connection';
import { textOf } from '../given-text';
import { dim, note, print, printJson, safe, yellow } from '../output';
import { type DataOptions } from './options';
import { table } from './table';

type Format = (typeof WEBHOOK_FORMATS)[number];

export const listWebhooks = async (options: DataOptions): Promise<void> => {
  const rows = await answer(connect(options).api.GET('/api/v1/webhooks'));
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim('none yet: fleetscope webhooks add NAME URL'));
  const out = table('name', 'to', 'format', 'delivered', 'waiting', 'given up', 'last error');
  for (const { name, to, format, delivered, waiting, givenUp, lastError } of rows)
    out.push([name, safe(to), format, delivered, waiting, givenUp, safe(lastError ?? '')]);
  print(out.toString());
};

export const addWebhook = async (
  name: string,
  url: string,
  options: DataOptions & { format: Format },
): Promise<void> => {
  const { api } = connect(options);
  const given = url === '-' ? textOf('-').trim() : url;
  const { format } = options;
  const made = await answer(
    api.POST('/api/v1/webhooks', { body: { name, url: given, format, events: [...WEBHOOK_EVENTS] } }),
  );
  if (options.json) return printJson(made);
  if (made.secret !== null) {
    print(made.secret);
    note(
      `${name} is told at ${safe(made.to)} when an investigation has ended; the line above is the secret its messages are signed with, shown this once`,
    );
  } else note(`${name} is told at ${safe(made.to)} when an investigation has ended`);
};

export const testWebhook = async (name: string, options: DataOptions): Promise<void> => {
  const result = await answer(
    connect(options).api.POST('/api/v1/webhooks/{name}/test', { params: { path: { name } } }),
  );
  if (!result.delivered) process.exitCode = EXIT.foundWanting;
  if (options.json) printJson(result);
  else print(result.delivered ? `${name} took it (${result.status ?? ''})` : yellow(safe(result.error ?? 'not taken')));
};

export const removeWebhook = async (name: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/webhooks/{name}', { params: { path: { name } } }));
  if (options.json) printJson({ name, removed: true });
  else print(`${name} removed, with what waited for it`);
};

export const listDeliveries = async (name: string, options: DataOptions & { limit: number }): Promise<void> => {
  const rows = await answer(
    connect(options).api.GET('/api/v1/webhooks/{name}/deliveries', {
      params: { path: { name }, query: { limit: options.limit } },
    }),
  );
  if (rows.some(({ state }) => state === 'given-up')) process.exitCode = EXIT.foundWanting;
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim('nothing has ended since it was added'));
  const out = table('investigation', 'state', 'tries', 'next', 'last error');
  for (const { investigation, state, attempts, nextAt, lastError } of rows)
    out.push([
      investigation,
      state === 'given-up' ? yellow(state) : state,
      attempts,
      nextAt ?? '',
      safe(lastError ?? ''),
    ]);
  print(out.toString());
};
