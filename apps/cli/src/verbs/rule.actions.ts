import { EXIT, type RuleDetail, type RuleView } from '@fleetscope/contracts';
import Table from 'cli-table3';
import { CliError } from '../cli-error';
import { answer, connect } from '../connection';
import { bold, cyan, dim, print, printJson, safe } from '../output';
import { type ScopeOptions, type SetOptions } from './rule.verbs';

const scoped = ({ class: hostClass, host }: ScopeOptions): { class?: string; host?: string } => ({
  ...(hostClass ? { class: hostClass } : {}),
  ...(host ? { host } : {}),
});

const bounds = ({ thresholds }: RuleView): string =>
  thresholds
    .map(({ name, value, unit, from }) => {
      const text = `${name} ${value}${unit === '1' ? '' : ` ${unit}`}`;
      return from === 'default' ? text : cyan(`${text} (${from})`);
    })
    .join('  ');

export const list = async (options: ScopeOptions): Promise<void> => {
  const rules = (await answer(
    connect(options).api.GET('/api/v1/rules', { params: { query: scoped(options) } }),
  )) as RuleView[];
  if (options.json) return printJson(rules);
  const table = new Table({
    head: ['rule', 'resource', 'aspect', 'thresholds', 'overrides'].map((text) => bold(text)),
    style: { head: [], border: [] },
  });
  for (const rule of rules)
    table.push([rule.id, rule.resource, rule.aspect, bounds(rule), rule.overrides > 0 ? rule.overrides : '']);
  print(table.toString());
};

const render = (rule: RuleDetail): string => {
  const out = [
    `${bold(rule.id)}  ${rule.title}  ${dim(`${rule.resource} ${rule.aspect}, version ${rule.version}`)}`,
    rule.why,
    dim(`metrics: ${rule.metrics.join(', ') || 'none'}${rule.next ? `; next: ${rule.next}` : ''}`),
  ];
  for (const { name, value, default: standard, unit, min, max, from } of rule.thresholds)
    out.push(
      `  ${name.padEnd(14)} ${value} ${unit === '1' ? '' : unit}  ${dim(from === 'default' ? `default; ${min} to ${max}` : `from the ${from}; default ${standard}`)}`,
    );
  if (rule.history.length > 0) out.push('', bold('Changes'));
  for (const { version, scope, name, values, reason, changedBy, changedAt } of rule.history) {
    const told = Object.entries(values).map(([key, value]) => `${key}=${value}`);
    out.push(
      `  v${version}  ${changedAt.slice(0, 16).replace('T', ' ')}  ${scope} ${safe(name)}: ${told.join(' ') || 'back to the defaults'}  ${dim(`${safe(changedBy)}${reason ? `: ${safe(reason)}` : ''}`)}`,
    );
  }
  return out.join('\n');
};

export const show = async (rule: string, options: ScopeOptions): Promise<void> => {
  const detail = (await answer(
    connect(options).api.GET('/api/v1/rules/{rule}', { params: { path: { rule }, query: scoped(options) } }),
  )) as RuleDetail;
  if (options.json) return printJson(detail);
  print(render(detail));
};

export const set = async (
  rule: string,
  values: Record<string, number | null>,
  { class: hostClass, host, reason, ...options }: SetOptions,
): Promise<void> => {
  const name = host ?? hostClass;
  if (name === undefined || (host !== undefined && hostClass !== undefined))
    throw new CliError('for whom?', EXIT.usage, 'give either --class CLASS or --host NAME');
  const detail = (await answer(
    connect(options).api.PUT('/api/v1/rules/{rule}/thresholds', {
      params: { path: { rule } },
      body: { scope: host === undefined ? 'class' : 'host', name, values, reason: reason ?? '' },
    }),
  )) as RuleDetail;
  if (options.json) return printJson(detail);
  print(render(detail));
};
