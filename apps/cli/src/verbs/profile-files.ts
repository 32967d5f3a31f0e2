import { EXIT } from '@fleetscope/contracts';
import {
  callTree,
  diffTrees,
  NotPerfScriptError,
  type Profile,
  ProfileError,
  readProfile,
  toSvg,
} from '@fleetscope/profiles';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { CliError } from '../cli-error';
import { answer, connect } from '../connection';
import { dim, note, print, printJson, safe } from '../output';
import { exported, formatOf, LEGEND, write } from './profile-output';
import { type FlameOptions, type ProfileImportOptions } from './profile.verbs';

const nameOf = (file: string | undefined): string => (file === undefined || file === '-' ? 'standard input' : file);

const bytesOf = (file: string | undefined): Buffer => {
  try {
    return readFileSync(file === undefined || file === '-' ? 0 : file);
  } catch (error) {
    throw new CliError(`${nameOf(file)} can't be read: ${(error as Error).message}`);
  }
};

const profileOf = (bytes: Uint8Array, name: string): Profile => {
  try {
    const { profile: read, issues } = readProfile(bytes);
    for (const { line, reason, text } of issues.slice(0, 10))
      note(`${name}${line === null ? '' : ` line ${line}`}: ${reason}${text === '' ? '' : dim(`  ${safe(text)}`)}`);
    if (issues.length > 0) process.exitCode = EXIT.foundWanting;
    return read;
  } catch (error) {
    if (error instanceof ProfileError || error instanceof NotPerfScriptError)
      throw new CliError(`${name}: ${safe(error.message)}`, EXIT.notThisTool);
    throw error;
  }
};

const fromFile = (file: string | undefined): Profile => profileOf(bytesOf(file), nameOf(file));

export const flame = (file: string | undefined, options: FlameOptions): Promise<void> => {
  const format = formatOf(options.to);
  const read = fromFile(file);
  const title = options.title ?? (file === undefined || file === '-' ? 'Flame graph' : file);
  if (options.before === undefined) write(exported(read, format, title), options.output);
  else if (format !== 'svg') throw new CliError('--before draws a difference: it needs --to svg', EXIT.usage);
  else {
    const tree = diffTrees(callTree(fromFile(options.before)), callTree(read));
    write(Buffer.from(toSvg(tree, { title, subtitle: LEGEND })), options.output);
  }
  return Promise.resolve();
};

/** The runbook that reads a profile's file, and its step: an import is a run of it whose output was brought by hand. */
const RUNBOOK = 'profile-file';
const STEP = 'stacks';
const ALTERNATIVE = 'file';
const BASE64_LINE = 3_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** What the probe of that runbook would have sent, had it run on the host. */
const framesOf = (version: number, name: string, bytes: Buffer): string => {
  const mark = '\u001e';
  const text = bytes.toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += BASE64_LINE)
    lines.push(`${mark}B ${STEP} ${text.slice(at, at + BASE64_LINE)}`);
  return [
    `${mark}H 1 ${RUNBOOK}@${version} 0.00 ${Math.floor(Date.now() / 1000)}`,
    `${mark}f`,
    `${mark}S ${STEP} ${ALTERNATIVE} 0.00 ${name.replace(/[^\x20-\x7e]/g, '?')}`,
    ...lines,
    `${mark}X ${STEP} ok 0 0.00`,
    `${mark}C 0 0.00 0.00`,
    `${mark}Z complete`,
    '',
  ].join('\n');
};

export const importProfile = async (file: string, options: ProfileImportOptions): Promise<void> => {
  const bytes = bytesOf(file);
  const name = nameOf(file);
  if (bytes.length > MAX_BYTES)
    throw new CliError(`${name} has ${bytes.length} bytes; at most ${MAX_BYTES} can be imported`);
  // Read here first: what is wrong with the file is said before anything is sent.
  profileOf(bytes, name);
  const connection = connect(options);
  const { version } = await answer(
    connection.api.GET('/api/v1/runbooks/{name}', { params: { path: { name: RUNBOOK } } }),
  );
  const shown = basename(name);
  const view = await answer(
    connection.api.POST('/api/v1/imports', {
      body: {
        host: options.host,
        runbook: RUNBOOK,
        parameters: { path: '/' },
        reason: options.reason ?? `imported from ${shown}`.slice(0, 500),
        framesBase64: Buffer.from(framesOf(version, shown, bytes)).toString('base64'),
      },
    }),
  );
  if (options.json) printJson(view);
  else print(`${view.id}\n${dim(`fleetscope profile ${view.id} shows it`)}`);
};
