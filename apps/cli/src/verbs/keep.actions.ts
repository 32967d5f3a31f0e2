import { answer, connect } from '../connection';
import { print, printJson } from '../output';
import { type DataOptions } from './options';

/** The text is what other tools read: with `--json` it is a string of it. */
export const metrics = async (id: string, options: DataOptions): Promise<void> => {
  const text = await answer(
    connect(options).api.GET('/api/v1/investigations/{id}/metrics', {
      params: { path: { id } },
      parseAs: 'text',
    }) as Promise<{ data?: string; error?: unknown; response: Response }>,
  );
  if (options.json) printJson({ id, openMetrics: text });
  else print(text);
};

export const hold = async (id: string, options: DataOptions & { why: string }): Promise<void> => {
  await answer(
    connect(options).api.PUT('/api/v1/investigations/{id}/hold', {
      params: { path: { id } },
      body: { why: options.why },
    }),
  );
  if (options.json) printJson({ id, held: true });
  else print(`${id} is kept whatever its age`);
};

export const release = async (id: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/investigations/{id}/hold', { params: { path: { id } } }));
  if (options.json) printJson({ id, held: false });
  else print(`${id} goes when its time is over`);
};
