import { EXIT } from '@fleetscope/contracts';
import { type FoldOptions, type FoldResult, NotPerfScriptError, PerfScriptFold } from '@fleetscope/profiles';
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { CliError } from '../cli-error';
import { dim, note, safe } from '../output';

const ROOTS = ['comm', 'pid', 'tid', 'cpu'] as const;
const COUNTS = ['period', 'samples'] as const;
const CHUNK = 1_048_576;

export interface FoldArguments {
  event?: string;
  by?: string;
  count?: string;
  inline?: boolean;
  kernelSuffix?: boolean;
}

const oneOf = <T extends string>(option: string, value: string | undefined, known: readonly T[]): T | undefined => {
  if (value === undefined) return undefined;
  const found = known.find((one) => one === value);
  if (found === undefined) throw new CliError(`--${option} is one of ${known.join(', ')}, not ${value}`, EXIT.usage);
  return found;
};

const remarks = ({ events, event, withoutPid, issues, issueCount }: FoldResult, asked: string | undefined): void => {
  const others = [...events].filter(([name]) => name !== event);
  if (asked !== undefined && event === null)
    note(`no sample of ${safe(asked)}: the text has ${others.map(([name]) => safe(name)).join(', ') || 'no events'}`);
  else if (others.length > 0 && asked === undefined)
    note(
      `folded ${safe(event ?? '')} alone, left out ${others.map(([name, samples]) => `${safe(name)} (${samples} samples)`).join(', ')}: --event takes another`,
    );
  if (withoutPid > 0)
    note(`${withoutPid} samples have a thread's id only, so the process is "?": perf script -F +pid prints both`);
  for (const { line, text, reason } of issues) note(`line ${line}: ${reason}${dim(`  ${safe(text)}`)}`);
  if (issueCount > issues.length) note(`${issueCount - issues.length} more lines were not understood`);
};

export const fold = async (file: string | undefined, options: FoldArguments): Promise<void> => {
  const settings: FoldOptions = {
    event: options.event,
    by: oneOf('by', options.by, ROOTS),
    count: oneOf('count', options.count, COUNTS),
    inline: options.inline,
    kernelSuffix: options.kernelSuffix,
  };
  const reader = new PerfScriptFold(settings);
  let result: FoldResult;
  try {
    const input = file === undefined || file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK });
    for await (const chunk of input) reader.push(chunk as Uint8Array);
    result = reader.end();
  } catch (error) {
    if (error instanceof NotPerfScriptError) throw new CliError(safe(error.message), EXIT.notThisTool);
    if ((error as NodeJS.ErrnoException).syscall !== undefined)
      throw new CliError(`${file ?? 'standard input'} can't be read: ${(error as Error).message}`);
    throw error;
  }
  for (const block of result.stacks.folded()) {
    if (!process.stdout.write(block)) await once(process.stdout, 'drain');
  }
  remarks(result, options.event);
  const missing = options.event !== undefined && result.event === null;
  process.exitCode = result.issueCount > 0 || missing ? EXIT.foundWanting : EXIT.done;
};
