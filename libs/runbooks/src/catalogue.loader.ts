import { type Runbook, type Step, runbookSchema } from '@fleetscope/contracts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { type LoadedRunbook } from './probe-compiler';
import { RunbookError, type RunbookProblem } from './runbook-error';
import { lintRunbook } from './verifier';
import { lineOfPath } from './yaml-lines';

export interface LoadOptions {
  /** Parser ids that exist; without it parser ids aren't checked. */
  readonly parsers?: ReadonlySet<string>;
}

/** Runbooks by id. */
export type Catalogue = ReadonlyMap<string, LoadedRunbook>;

const show = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    root,
  );

/** Aliases are not expanded: a few lines of them could become gigabytes. */
const plainValue = (document: ReturnType<typeof parseDocument>, file: string | null): unknown => {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new RunbookError([{ file, line: null, path: '', expected: 'YAML without aliases (*name)', got: 'an alias' }]);
  }
};

/**
 * One runbook from its YAML text.
 * @param programs texts of the bpftrace programs beside it, by file name
 * @throws RunbookError with every problem: where it is, what was expected, what was got
 */
export const parseRunbook = (
  text: string,
  file: string | null,
  programs: Readonly<Record<string, string>> = {},
  options: LoadOptions = {},
): LoadedRunbook => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0)
    throw new RunbookError(
      document.errors.map((error) => ({
        file,
        line: error.linePos?.[0].line ?? null,
        path: '',
        expected: 'YAML',
        got: error.message.split('\n')[0] ?? error.code,
      })),
    );
  const root = plainValue(document, file);
  const problem = (path: readonly PropertyKey[], expected: string, got: string): RunbookProblem => ({
    file,
    line: lineOfPath(document, lines, path),
    path: path.map(String).join('.'),
    expected,
    got,
  });
  const parsed = runbookSchema.safeParse(root);
  if (!parsed.success)
    throw new RunbookError(
      parsed.error.issues.map((issue) => problem(issue.path, issue.message, show(valueAt(root, issue.path)))),
    );
  const names = new Set(Object.keys(programs));
  const found = lintRunbook(parsed.data, { programs: names, parsers: options.parsers });
  if (found.length > 0) throw new RunbookError(found.map((lint) => problem(lint.path, lint.expected, lint.got)));
  return { ...parsed.data, programs: programsOf(parsed.data, programs) };
};

const programsOf = (runbook: Runbook, programs: Readonly<Record<string, string>>): Record<string, string> => {
  const named = runbook.steps.flatMap((step) => step.prefer.flatMap((alternative) => alternative.program ?? []));
  return Object.fromEntries(named.map((name) => [name, programs[name] ?? '']));
};

/**
 * Every `*.yaml` of a folder. All files are read before it fails, so that one call names all problems.
 * @throws RunbookError
 */
export const loadCatalogue = (dir: string, options: LoadOptions = {}): Catalogue => {
  const files = readdirSync(dir).sort();
  const programs = Object.fromEntries(
    files.filter((name) => name.endsWith('.bt')).map((name) => [name, readFileSync(join(dir, name), 'utf8')]),
  );
  const catalogue = new Map<string, LoadedRunbook>();
  const owners = new Map<string, string>();
  const problems: RunbookProblem[] = [];
  for (const name of files.filter((file) => file.endsWith('.yaml'))) {
    const file = join(dir, name);
    try {
      const runbook = parseRunbook(readFileSync(file, 'utf8'), file, programs, options);
      if (`${runbook.id}.yaml` !== name)
        problems.push({
          file,
          line: null,
          path: 'id',
          expected: `the file's name, ${name.slice(0, -5)}`,
          got: runbook.id,
        });
      for (const word of [runbook.id, ...runbook.aliases]) {
        const owner = owners.get(word);
        if (owner !== undefined)
          problems.push({
            file,
            line: null,
            path: 'aliases',
            expected: 'ids and aliases used once',
            got: `${word}, also in ${owner}`,
          });
        owners.set(word, name);
      }
      catalogue.set(runbook.id, runbook);
    } catch (error) {
      if (!(error instanceof RunbookError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new RunbookError(problems);
  return new Map(
    [...catalogue].map(([id, runbook]) => [id, withIncluded(runbook, catalogue, join(dir, `${id}.yaml`))]),
  );
};

/** The runbook with the steps of those it includes before its own. */
const withIncluded = (runbook: LoadedRunbook, catalogue: Catalogue, file: string): LoadedRunbook => {
  if (runbook.include.length === 0) return runbook;
  const wrong = (at: number, expected: string, got: string): RunbookError =>
    new RunbookError([{ file, line: null, path: `include.${at}`, expected, got }]);
  const steps = new Map<string, Step>();
  let programs = runbook.programs;
  runbook.include.forEach((id, at) => {
    const other = catalogue.get(id);
    if (!other) throw wrong(at, 'the id of a runbook beside it', id);
    if (other.include.length > 0) throw wrong(at, 'a runbook that includes none itself', id);
    for (const step of other.steps) if (!steps.has(step.id)) steps.set(step.id, step);
    programs = { ...other.programs, ...programs };
  });
  for (const step of runbook.steps) steps.set(step.id, step);
  const whole = { ...runbook, steps: [...steps.values()], programs };
  const found = lintRunbook(whole, { programs: new Set(Object.keys(programs)) });
  if (found.length > 0)
    throw new RunbookError(
      found.map(({ path, expected, got }) => ({ file, line: null, path: path.join('.'), expected, got })),
    );
  return whole;
};

/** By id or alias. */
export const findRunbook = (catalogue: Catalogue, name: string): LoadedRunbook | null =>
  catalogue.get(name) ?? [...catalogue.values()].find((runbook) => runbook.aliases.includes(name)) ?? null;
