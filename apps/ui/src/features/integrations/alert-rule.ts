import { type AlertRule, alertRuleSchema } from '@fleetscope/contracts';
import { labelsFromText } from '../../components/select-hosts';
import { pairsFromLines } from './pairs';

/** The fields of the form by name; what is left out is as the API has it. */
export const RED_QUERIES = ['rate', 'errors', 'durationMean', 'durationP99'] as const;
export type RedQuery = (typeof RED_QUERIES)[number];
export const RED_WORDS: Readonly<Record<RedQuery, string>> = {
  rate: 'Requests a second',
  errors: 'Share of failed requests, 0 to 1',
  durationMean: 'Mean duration in seconds',
  durationP99: '99th percentile of the duration in seconds',
};

const words = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
const given = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)),
  ) as Partial<T>;

/** What a form asks for, or what is wrong with it. */
export const alertRuleFrom = (text: (name: string) => string): { rule: AlertRule } | { problem: string } => {
  const match = pairsFromLines(text('match'));
  if (match === null)
    return { problem: 'Alerts that have: expected label=value, such as alertname=Slow*, a line each.' };
  const labels = labelsFromText(text('labels'));
  if (labels === null) return { problem: 'And these labels: expected name=value, such as env=prod.' };
  const parameters = pairsFromLines(text('parameters'));
  if (parameters === null) return { problem: 'Parameters: expected name=value, such as window=30s, a line each.' };
  const targets = given({
    hosts: words(text('hosts')),
    classes: words(text('classes')),
    hostFrom: text('hostFrom'),
    classFrom: text('classFrom'),
  });
  const hasLabels = Object.keys(labels).length > 0;
  if (Object.keys(targets).length === 0 && !hasLabels)
    return { problem: 'On which hosts? Give hosts, classes or labels, or the label of the alert that names one.' };
  const queries = given(Object.fromEntries(RED_QUERIES.map((query) => [query, text(query)])));
  const red = { ...queries, ...given({ serviceLabel: text('serviceLabel') }) };
  const read = alertRuleSchema.safeParse({
    ...{ name: text('name'), hook: text('hook') || null, match, parameters },
    targets: { ...targets, ...(hasLabels ? { labels } : {}) },
    ...given({ runbook: text('runbook'), cooldown: text('cooldown') }),
    ...(Object.keys(queries).length > 0 ? { red } : {}),
  });
  if (read.success) return { rule: read.data };
  const [issue] = read.error.issues;
  return { problem: `${issue?.path.join(' ') ?? 'The rule'}: ${issue?.message ?? 'is not one'}` };
};

/** The labels that an alert must have: all of them. */
export const matchWords = ({ match }: Pick<AlertRule, 'match'>): string => {
  // The name first, as people say it; the store keeps no order.
  const names = Object.keys(match).sort(
    (a, b) => Number(b === 'alertname') - Number(a === 'alertname') || (a < b ? -1 : 1),
  );
  return names.length > 0 ? names.map((name) => `${name}=${match[name]}`).join(' ') : 'any labels';
};

/** Where it starts what. */
export const targetsWords = ({ targets }: Pick<AlertRule, 'targets'>): string => {
  const { hosts = [], classes = [], labels = {}, hostFrom, classFrom } = targets;
  return [
    ...hosts,
    ...classes.map((name) => `class ${name}`),
    ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
    ...(hostFrom === undefined ? [] : [`the host in ${hostFrom}`]),
    ...(classFrom === undefined ? [] : [`the class in ${classFrom}`]),
  ].join(', ');
};

/** Whether alerts of the hook come to the rule. */
export const listensTo = ({ hook }: Pick<AlertRule, 'hook'>, name: string): boolean => hook === null || hook === name;
