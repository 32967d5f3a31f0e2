import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';

/**
 * Renders a Helm chart as far as ours goes. No helm stands by: this knows the actions and functions that the templates
 * use, by the rules of Go's text/template, and throws at any other.
 */
export type Values = Readonly<Record<string, unknown>>;
interface Scope {
  readonly dot: unknown;
  readonly vars: Map<string, unknown>;
}
interface Action {
  readonly text: string;
  readonly body: readonly (string | Action)[];
  readonly otherwise: readonly (string | Action)[];
}

const isTrue = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length > 0
    : value !== null && typeof value === 'object'
      ? Object.keys(value).length > 0
      : Boolean(value);

const FUNCTIONS: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
  eq: (one, ...others) => others.includes(one),
  not: (value) => !isTrue(value),
  and: (...args) => args.find((value) => !isTrue(value)) ?? args.at(-1),
  or: (...args) => args.find(isTrue) ?? args.at(-1),
  list: (...args) => args,
  ternary: (yes, no, test) => (isTrue(test) ? yes : no),
  default: (otherwise, value) => (isTrue(value) ? value : otherwise),
  printf: (format, ...args) => String(format).replaceAll('%s', () => String(args.shift())),
  quote: (value) => JSON.stringify(String(value)),
  toYaml: (value) => stringify(value).trimEnd(),
  nindent: (width, text) => `\n${String(text).replaceAll(/^/gm, ' '.repeat(Number(width)))}`,
  fail: (words) => {
    throw new Error(String(words));
  },
};

const at = (from: unknown, path: string): unknown =>
  path
    .split('.')
    .filter((name) => name !== '')
    .reduce<unknown>((value, name) => {
      if (value === null || typeof value !== 'object') throw new Error(`${path}: nothing of that name here`);
      return (value as Values)[name];
    }, from);

const TOKEN = /"(?:[^"\\]|\\.)*"|[()|]|[^\s()|]+/g;

const evaluate = (text: string, { dot, vars }: Scope): unknown => {
  const tokens = text.match(TOKEN) ?? [];
  const operand = (): unknown => {
    const token = tokens.shift() ?? '';
    if (token === '(') {
      const value = pipeline();
      if (tokens.shift() !== ')') throw new Error(`${text}: a parenthesis is not closed`);
      return value;
    }
    if (token.startsWith('"')) return JSON.parse(token);
    if (/^-?[0-9]+$/.test(token)) return Number(token);
    if (token.startsWith('.')) return at(dot, token);
    const [, name = '', path = ''] = /^(\$\w*)(.*)$/.exec(token) ?? [];
    if (!vars.has(name)) throw new Error(`${text}: there is no ${token}`);
    return at(vars.get(name), path);
  };
  const command = (piped: unknown[]): unknown => {
    const apply = FUNCTIONS[tokens[0] ?? ''];
    if (apply) tokens.shift();
    const args: unknown[] = [];
    while (tokens.length > 0 && tokens[0] !== '|' && tokens[0] !== ')') args.push(operand());
    if (apply) return apply(...args, ...piped);
    if (args.length + piped.length !== 1) throw new Error(`${text}: expected one value, or a function that is known`);
    return args[0];
  };
  const pipeline = (): unknown => {
    let value = command([]);
    while (tokens[0] === '|') {
      tokens.shift();
      value = command([value]);
    }
    return value;
  };
  const value = pipeline();
  if (tokens.length > 0) throw new Error(`${text}: ${tokens.join(' ')} is too much`);
  return value;
};

/** `{{-` takes the white space before it, `-}}` that after it. */
const piecesOf = (template: string): (string | { action: string })[] =>
  template.split(/(\s*\{\{-[^}]*\}\}|\{\{[^}]*\}\})/).map((piece) => {
    const action = /^\s*\{\{-?\s*(.*?)\s*\}\}$/s.exec(piece)?.[1];
    return action === undefined ? piece : { action };
  });

const treeOf = (pieces: (string | { action: string })[], within = ''): Action => {
  const parts: [(string | Action)[], (string | Action)[]] = [[], []];
  let part = parts[0];
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    if (typeof piece === 'string') part.push(piece);
    else if (piece.action === 'end' && within !== '') return { text: within, body: parts[0], otherwise: parts[1] };
    else if (piece.action === 'else') part = parts[1];
    else if (/^(if|range) /.test(piece.action)) part.push(treeOf(pieces, piece.action));
    else part.push({ text: piece.action, body: [], otherwise: [] });
  }
  if (within !== '') throw new Error(`{{ ${within} }} has no end`);
  return { text: '', body: parts[0], otherwise: [] };
};

const rendered = (parts: readonly (string | Action)[], scope: Scope): string => {
  const inner = { ...scope, vars: new Map(scope.vars) };
  return parts.map((part) => (typeof part === 'string' ? part : acted(part, inner))).join('');
};

const acted = ({ text, body, otherwise }: Action, scope: Scope): string => {
  const [, word, rest = ''] = /^(if|range) (.*)$/s.exec(text) ?? [];
  if (word === 'if') return rendered(isTrue(evaluate(rest, scope)) ? body : otherwise, scope);
  const [, names, expression = rest] = /^((?:\$\w+(?:, )?)+) := (.*)$/s.exec(word ? rest : text) ?? [];
  const value = evaluate(word || names ? expression : text, scope);
  if (word === 'range') {
    const named = (names ?? '').split(', ');
    return Object.entries(value ?? {})
      .map(([key, dot]) => {
        const given = named.length > 1 ? [key, dot] : [dot];
        const vars = new Map([...scope.vars, ...named.map((name, nth) => [name, given[nth]] as const)]);
        return rendered(body, { dot, vars });
      })
      .join('');
  }
  if (names === undefined) return String(value);
  scope.vars.set(names, value);
  return '';
};

const merged = (values: Values, over: Values): Values => ({
  ...values,
  ...Object.fromEntries(
    Object.entries(over).map(([key, value]) => {
      const below = values[key];
      const isMap = (one: unknown): one is Values => one !== null && typeof one === 'object' && !Array.isArray(one);
      return [key, isMap(below) && isMap(value) ? merged(below, value) : value];
    }),
  ),
});

/** @returns its objects, with these values over its own. @throws what the chart says is wrong with them */
export const renderChart = (dir: string, over: Values = {}): Values[] => {
  const values = merged(parse(readFileSync(join(dir, 'values.yaml'), 'utf8')) as Values, over);
  const root = { Values: values, Release: { Name: 'fs' } };
  return readdirSync(join(dir, 'templates')).flatMap((name) => {
    const { body } = treeOf(piecesOf(readFileSync(join(dir, 'templates', name), 'utf8')));
    const text = rendered(body, { dot: root, vars: new Map([['$', root]]) });
    return parseAllDocuments(text).flatMap((document) => {
      const [error] = document.errors;
      if (error) throw new Error(`${name}: ${error.message}`);
      const value = document.toJS() as Values | null;
      return value === null ? [] : [value];
    });
  });
};
