import { EXIT, type AlertRule, type HOOK_KINDS, type Role } from '@fleetscope/contracts';
import { answer, connect } from '../connection';
import { jsonOf, textOf } from '../given-text';
import { dim, note, print, printJson, safe, yellow } from '../output';
import { type DataOptions, scopeOf, type ScopeOptions, scopeText } from './options';
import { table } from './table';

type Kind = (typeof HOOK_KINDS)[number];

export interface AddRuleOptions extends DataOptions {
  file?: string;
  hook?: string;
  match?: Record<string, string>;
  host?: string[];
  class?: string[];
  label?: Record<string, string>;
  hostFrom?: string;
  classFrom?: string;
  runbook?: string;
  param?: Record<string, string>;
  cooldown?: string;
}

const words = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

const targetWords = ({ hosts = [], classes = [], labels = {}, hostFrom, classFrom }: AlertRule['targets']): string =>
  [
    ...[...hosts, ...classes.map((name) => `class ${name}`), words(labels)].filter((word) => word !== ''),
    ...(hostFrom === undefined ? [] : [`the host in ${hostFrom}`]),
    ...(classFrom === undefined ? [] : [`the class in ${classFrom}`]),
  ].join(', ');

export const listHooks = async (options: DataOptions): Promise<void> => {
  const rows = await answer(connect(options).api.GET('/api/v1/hooks'));
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim('none yet: fleetscope hooks add NAME --kind alertmanager'));
  const out = table('name', 'kind', 'called at', 'role', 'scope', 'by');
  for (const { name, kind, path, role, scope, createdBy } of rows)
    out.push([name, kind, path, role, scopeText(scope), safe(createdBy)]);
  print(out.toString());
};

export const addHook = async (
  name: string,
  options: DataOptions & ScopeOptions & { kind: Kind; role: Role; secretFile?: string },
): Promise<void> => {
  const { api, url } = connect(options);
  const { kind, role, secretFile } = options;
  const secret = secretFile === undefined ? {} : { secret: textOf(secretFile).trim() };
  const made = await answer(
    api.POST('/api/v1/hooks', { body: { name, kind, role, scope: scopeOf(options), ...secret } }),
  );
  if (options.json) return printJson(made);
  if (secretFile === undefined) print(made.secret);
  note(
    `it is called at ${url}${made.path} and starts what the role ${role} may; ${secretFile === undefined ? 'the line above is its secret, shown this once' : 'its secret is the one that was given'}`,
  );
};

export const removeHook = async (name: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/hooks/{name}', { params: { path: { name } } }));
  if (options.json) printJson({ name, removed: true });
  else print(`${name} removed: what is sent to it is refused`);
};

export const listRules = async (options: DataOptions): Promise<void> => {
  const rows = await answer(connect(options).api.GET('/api/v1/alert-rules'));
  if (options.json) return printJson(rows);
  if (rows.length === 0)
    return print(dim('none yet: fleetscope alert-rules add NAME --match alertname=Slow* --host-from instance'));
  const out = table('name', 'hook', 'alerts with', 'starts', 'on', 'cool-down');
  for (const { name, hook, match, targets, runbook, cooldown } of rows)
    out.push([name, hook ?? 'any', safe(words(match)), runbook, safe(targetWords(targets)), cooldown]);
  print(out.toString());
};

/** What is given by options goes before what stands in the file; the API says what is wrong with either. */
const ruleOf = (name: string, options: AddRuleOptions): AlertRule => {
  const { file, hook, match, host, class: classes, label, hostFrom, classFrom, runbook, param, cooldown } = options;
  const given = <T extends object>(fields: T): Partial<T> =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
  const read = (file === undefined ? {} : jsonOf(file)) as Partial<AlertRule>;
  const targets = given({ hosts: host, classes, labels: label, hostFrom, classFrom });
  return {
    ...{ hook: null, match: {}, targets: {}, parameters: {} },
    ...read,
    ...given({ hook, match, runbook, parameters: param, cooldown }),
    ...(Object.keys(targets).length > 0 ? { targets } : {}),
    name,
  } as AlertRule;
};

export const addRule = async (name: string, options: AddRuleOptions): Promise<void> => {
  const made = await answer(connect(options).api.POST('/api/v1/alert-rules', { body: ruleOf(name, options) }));
  if (options.json) printJson(made);
  else
    print(
      `${name}: alerts with ${safe(words(made.match)) || 'any labels'} start ${made.runbook} on ${safe(targetWords(made.targets as AlertRule['targets']))}, at most once in ${made.cooldown}`,
    );
};

export const testRules = async (hook: string, file: string, options: DataOptions): Promise<void> => {
  const { results } = await answer(
    connect(options).api.POST('/api/v1/alert-rules/test', { body: { hook, payload: jsonOf(file) } }),
  );
  if (!results.some(({ outcome }) => outcome === 'would-start')) process.exitCode = EXIT.foundWanting;
  if (options.json) return printJson({ results });
  const out = table('alert', 'rule', 'outcome', 'why');
  for (const { alert, rule, outcome, why } of results)
    out.push([safe(alert), rule ?? '', outcome === 'would-start' ? outcome : yellow(outcome), safe(why ?? '')]);
  print(out.toString());
};

export const removeRule = async (name: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/alert-rules/{name}', { params: { path: { name } } }));
  if (options.json) printJson({ name, removed: true });
  else print(`${name} removed; what it has started stays`);
};
