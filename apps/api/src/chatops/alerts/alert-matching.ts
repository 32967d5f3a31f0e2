import { type Alert, type AlertRule, type Targets } from '@fleetscope/contracts';

/** `*` stands for any text. Read from left to right, without a regular expression that somebody else wrote. */
export const matches = (pattern: string, text: string): boolean => {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
};

/** A label that is not there is as good as an empty one, as Alertmanager has it. */
export const applies = ({ match }: AlertRule, { labels }: Alert): boolean =>
  Object.entries(match).every(([label, pattern]) => matches(pattern, labels[label] ?? ''));

/** `db-1:9100` and `[fd00::1]:9100` are hosts with a port, which names of hosts have none of. */
const hostOf = (value: string): string => value.replace(/:[0-9]{1,5}$/, '').replace(/^\[|\]$/g, '');
const HOST = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;
const CLASS = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Which hosts an alert is about; null when it does not say. */
export const targetsOf = ({ targets }: AlertRule, { labels }: Alert): Targets | null => {
  const host = targets.hostFrom === undefined ? '' : hostOf(labels[targets.hostFrom] ?? '');
  const hostClass = targets.classFrom === undefined ? '' : (labels[targets.classFrom] ?? '');
  const hosts = [...(targets.hosts ?? []), ...(HOST.test(host) ? [host] : [])];
  const classes = [...(targets.classes ?? []), ...(CLASS.test(hostClass) ? [hostClass] : [])];
  // A label that should have named one: its absence must not widen what is meant.
  if (
    (targets.hostFrom !== undefined && !HOST.test(host)) ||
    (targets.classFrom !== undefined && !CLASS.test(hostClass))
  )
    return null;
  return {
    ...(hosts.length > 0 ? { hosts } : {}),
    ...(classes.length > 0 ? { classes } : {}),
    ...(targets.labels ? { labels: targets.labels } : {}),
  };
};

/** All of them; their labels are the rule's, and the same. */
export const unionOf = (all: readonly Targets[]): Targets => {
  const hosts = [...new Set(all.flatMap((targets) => targets.hosts ?? []))];
  const classes = [...new Set(all.flatMap((targets) => targets.classes ?? []))];
  const labels = all[0]?.labels;
  return {
    ...(hosts.length > 0 ? { hosts } : {}),
    ...(classes.length > 0 ? { classes } : {}),
    ...(labels ? { labels } : {}),
  };
};
