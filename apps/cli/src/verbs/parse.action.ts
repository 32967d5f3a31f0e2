import { EXIT, type ParseResult } from '@fleetscope/contracts';
import { createParser, detect, ParseError, parserNamed, PARSERS } from '@fleetscope/parsers';
import { createReadStream, readFileSync } from 'node:fs';
import { CliError } from '../cli-error';
import { bold, dim, note, print, printJson, safe } from '../output';

const open = (file: string | undefined): NodeJS.ReadableStream =>
  file === undefined || file === '-' ? process.stdin : createReadStream(file);

const summary = (result: ParseResult): string => {
  const lines = [
    `${bold(result.tool)}: ${result.rows.length} rows, ${result.observations.length} observations, ${result.issues.length} issues`,
  ];
  for (const observation of result.observations) {
    if (observation.kind === 'series') {
      lines.push(
        `  ${observation.metric}${observation.instance === null ? '' : dim(` ${safe(observation.instance)}`)}  ${observation.values.map((value) => value ?? '?').join(' ')}`,
      );
    } else if (observation.kind === 'measurement') {
      lines.push(
        `  ${observation.metric}${observation.instance === null ? '' : dim(` ${safe(observation.instance)}`)}  ${observation.value ?? '?'}`,
      );
    } else lines.push(dim(`  ${observation.kind} ${observation.name}`));
  }
  return lines.join('\n');
};

export interface ParseOptions {
  list?: boolean;
  detect?: string[];
  json?: boolean;
  command?: string;
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} can't be read: ${(error as Error).message}`);
  }
};

/** One file: its tool alone. Several: each with its file. */
const guess = (files: readonly string[], json: boolean): void => {
  const guesses = files.map((file) => ({ file, tool: detect(textOf(file)) }));
  if (json) printJson(guesses.length === 1 ? { tool: guesses[0]?.tool ?? null } : guesses);
  else if (guesses.length === 1) print(guesses[0]?.tool ?? 'unknown');
  else guesses.forEach(({ file, tool }) => print(`${safe(file)}  ${tool ?? 'unknown'}`));
  process.exitCode = guesses.every(({ tool }) => tool !== null) ? EXIT.done : EXIT.notThisTool;
};

/** The command line, told or meant by the tool's name: `free -m` prints the same headings as `free`. */
const commandOf = (tool: string, id: string, { command }: ParseOptions): string | undefined =>
  command ?? (tool !== id && tool.includes(' ') ? tool : undefined);

export const parse = async (
  tool: string | undefined,
  file: string | undefined,
  options: ParseOptions,
): Promise<void> => {
  if (options.list) {
    const rows = [...PARSERS.values()].map(({ id, title, tools }) => ({ id, title, tools }));
    if (options.json) printJson(rows);
    else rows.forEach(({ id, title }) => print(`${bold(id)}  ${title}`));
    return;
  }
  if (options.detect !== undefined) {
    guess([...options.detect, ...[tool, file].filter((one) => one !== undefined)], options.json === true);
    return;
  }
  if (tool === undefined)
    throw new CliError(
      'which tool printed it?',
      EXIT.usage,
      '`parse --list` shows them, `parse --detect FILE` guesses',
    );
  const id = parserNamed(tool);
  if (id === null) throw new CliError(`there is no parser ${tool}`, EXIT.usage, '`parse --list` shows them');
  const parser = createParser(id, { collectedAt: Date.now(), command: commandOf(tool, id, options) });
  try {
    for await (const chunk of open(file)) parser.push(chunk as Uint8Array);
    const result = parser.end();
    if (options.json) printJson(result);
    else print(summary(result));
    for (const { line, text, reason } of options.json ? [] : result.issues)
      note(`${line === null ? '' : `line ${line}: `}${safe(reason)}${text ? dim(`  ${safe(text)}`) : ''}`);
    process.exitCode = result.issues.length > 0 ? EXIT.foundWanting : EXIT.done;
  } catch (error) {
    if (error instanceof ParseError) throw new CliError(error.message, EXIT.notThisTool);
    if ((error as NodeJS.ErrnoException).syscall !== undefined)
      throw new CliError(`${file ?? 'standard input'} can't be read: ${(error as Error).message}`);
    throw error;
  }
};
