import { EXIT, type Runbook } from '@fleetscope/contracts';
import { PARSERS } from '@fleetscope/parsers';
import { PROFILE_READERS } from '@fleetscope/profiles';
import {
  compileProbe,
  findRunbook,
  loadCatalogue,
  ParameterError,
  parseRunbook,
  resolveParameters,
  RunbookError,
  describeProblem,
  type Catalogue,
  type LoadedRunbook,
  type RunbookProblem,
} from '@fleetscope/runbooks';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from '../cli-error';
import { bold, dim, note, print, printJson, safe } from '../output';

const parsers = new Set([...PARSERS.keys(), ...PROFILE_READERS.keys()]);

const catalogueDir = (): string => {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (dir !== dirname(dir)) {
    const candidate = join(dir, 'libs', 'runbooks', 'catalog');
    if (existsSync(candidate)) return candidate;
    dir = dirname(dir);
  }
  throw new CliError('the runbook catalogue was not found', EXIT.fault);
};

const catalogue = (): Catalogue => loadCatalogue(catalogueDir(), { parsers });

/** A runbook with the programs beside it. @throws RunbookError */
export const readOne = (path: string): LoadedRunbook => {
  const dir = dirname(path);
  const programs = Object.fromEntries(programFiles(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
  return parseRunbook(readFileSync(path, 'utf8'), basename(path), programs, { parsers });
};

const programFiles = (dir: string): string[] =>
  existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith('.bt')) : [];

const get = (name: string): LoadedRunbook => {
  if (/\.ya?ml$/.test(name)) return readOne(name);
  const all = catalogue();
  const found = findRunbook(all, name);
  if (!found) throw new CliError(`there is no runbook ${name}`, EXIT.usage, `there are: ${[...all.keys()].join(', ')}`);
  return found;
};

export const list = async ({ json }: { json?: boolean }): Promise<void> => {
  const runbooks: Runbook[] = [...catalogue().values()];
  if (json)
    return printJson(
      runbooks.map(({ id, title, version, aliases, cost, parameters, steps }) => ({
        id,
        title,
        version,
        aliases,
        cost,
        parameters,
        steps: steps.map((step) => step.id),
      })),
    );
  for (const { id, title, aliases, cost, steps } of runbooks) {
    print(
      `${bold(id)}${aliases.length > 0 ? dim(` (${aliases.join(', ')})`) : ''}  ${title}  ${dim(`${cost}, ${steps.length} steps`)}`,
    );
  }
};

/**
 * The program as one compound command. A shell that reads its program from standard input reads it piece by piece, and
 * the probe takes standard input for its lifeline: so all of it must have been read before its first line runs.
 */
const asOneGroup = (program: string): string => {
  const [directive = '', ...lines] = program.split('\n');
  return `${directive}\n{\n${lines.join('\n')}}\n`;
};

export const compile = async (name: string, { param }: { param?: Record<string, string> }): Promise<void> => {
  try {
    const runbook = get(name);
    process.stdout.write(asOneGroup(compileProbe(runbook, resolveParameters(runbook, param ?? {})).program));
  } catch (error) {
    if (error instanceof ParameterError || error instanceof RunbookError) throw new CliError(error.message);
    throw error;
  }
};

export const lint = async (paths: string[], { json }: { json?: boolean }): Promise<void> => {
  const problems: RunbookProblem[] = [];
  const check = (read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof RunbookError)) throw error;
      problems.push(...error.problems);
    }
  };
  for (const path of paths.length > 0 ? paths : [catalogueDir()]) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) throw new CliError(`there is no file or folder ${path}`);
    check(() => (stat.isDirectory() ? loadCatalogue(path, { parsers }) : readOne(path)));
  }
  if (json) printJson({ problems });
  else {
    for (const problem of problems) print(safe(describeProblem(problem)));
    note(
      problems.length === 0 ? 'no problems' : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
    );
  }
  process.exitCode = problems.length > 0 ? EXIT.foundWanting : EXIT.done;
};
