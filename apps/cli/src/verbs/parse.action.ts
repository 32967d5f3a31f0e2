import { EXIT, type ParseResult } from '@fleetscope/contracts';
import { createParser, detect, ParseError, PARSERS } from '@fleetscope/parsers';
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

export const parse = async (
  tool: string | undefined,
  file: string | undefined,
  options: { list?: boolean; detect?: string; json?: boolean },
): Promise<void> => {
  if (options.list) {
    const rows = [...PARSERS.values()].map(({ id, title, tools }) => ({ id, title, tools }));
    if (options.json) printJson(rows);
    else rows.forEach(({ id, title }) => print(`${bold(id)}  ${title}`));
    return;
  }
  if (options.detect !== undefined) {
    let text: string;
    try {
      text = readFileSync(options.detect === '-' ? 0 : options.detect, 'utf8');
    } catch (error) {
      throw new CliError(`${options.detect} can't be read: ${(error as Error).message}`);
    }
    const found = detect(text);
    if (options.json) printJson({ tool: found });
    else print(found ?? 'unknown');
    process.exitCode = found ? EXIT.done : EXIT.notThisTool;
    return;
  }
  if (tool === undefined)
    throw new CliError(
      'which tool printed it?',
      EXIT.usage,
      '`parse --list` shows them, `parse --detect FILE` guesses',
    );
  if (!PARSERS.has(tool)) throw new CliError(`there is no parser ${tool}`, EXIT.usage, '`parse --list` shows them');
  const parser = createParser(tool, { collectedAt: Date.now() });
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
