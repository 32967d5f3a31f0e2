import { answer, connect } from '../connection';
import { type DataOptions } from './options';
import { write } from './profile-output';

export const report = async (id: string, options: DataOptions & { output?: string }): Promise<void> => {
  const bytes = await answer(
    connect(options).api.GET('/api/v1/investigations/{id}/report.html', {
      params: { path: { id } },
      parseAs: 'arrayBuffer',
    }) as Promise<{ data?: ArrayBuffer; error?: unknown; response: Response }>,
  );
  write(new Uint8Array(bytes), options.output);
};
