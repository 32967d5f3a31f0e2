import { EXIT, SEALED_CONTENT_TYPE } from '@fleetscope/contracts';
import { createWriteStream, readFileSync, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../cli-error';
import { answer, connect } from '../connection';
import { note, print, printJson } from '../output';
import { watch } from './investigate';
import { importFrames } from './investigation.actions';
import { type ImportOptions } from './investigation.verbs';
import { type DataOptions } from './options';

export const exportEvidence = async (id: string, options: DataOptions & { output: string }): Promise<void> => {
  const call = connect(options).api.GET('/api/v1/investigations/{id}/evidence.zip', {
    params: { path: { id } },
    parseAs: 'stream',
  }) as Promise<{ data?: ReadableStream; error?: unknown; response: Response }>;
  const body = await answer(call);
  const seal = (await call).response.headers.get('fleetscope-seal') ?? '';
  // What breaks off half-way leaves no file that looks whole.
  const half = `${options.output}.part`;
  try {
    await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(half));
    renameSync(half, options.output);
  } catch (error) {
    rmSync(half, { force: true });
    throw new CliError(`${options.output} can't be written: ${(error as Error).message}`);
  }
  if (options.json) printJson({ file: options.output, seal });
  else {
    note(`${options.output} is written`);
    print(`seal ${seal}`);
  }
};

/** Frames, or a zip of sealed evidence: their first bytes tell them apart. */
export const importFile = async (file: string, options: ImportOptions): Promise<void> => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new CliError(`${file} can't be read: ${(error as Error).message}`);
  }
  return bytes.toString('latin1', 0, 4) === 'PK\u0003\u0004'
    ? importSealed(bytes, options)
    : importFrames(bytes, options);
};

const importSealed = async (bytes: Buffer, options: ImportOptions): Promise<void> => {
  if (options.host !== undefined)
    throw new CliError('sealed evidence names its hosts itself: leave out --host', EXIT.usage);
  const connection = connect(options);
  const made = await answer(
    connection.api.POST('/api/v1/imports/evidence', {
      // The document says text where the bytes of a zip are meant.
      body: bytes as unknown as string,
      params: { query: { reason: options.reason ?? '' } },
      bodySerializer: (body: unknown) => body,
      headers: { 'content-type': SEALED_CONTENT_TYPE },
    }),
  );
  note(`imported as investigation ${made.id}`);
  process.exitCode = await watch(connection, made.id, options);
};
