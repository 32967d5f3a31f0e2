import { type HostView, type Targets } from '@fleetscope/contracts';

/** The hosts that targets select, as the control plane will: names and classes together, narrowed by every label. */
export const selectHosts = (hosts: readonly HostView[], targets: Targets): HostView[] => {
  const names = new Set(targets.hosts);
  const classes = new Set(targets.classes);
  const labels = Object.entries(targets.labels ?? {});
  const isAny = names.size === 0 && classes.size === 0;
  if (isAny && labels.length === 0 && !targets.all) return [];
  return hosts.filter(
    (host) =>
      (isAny || names.has(host.name) || classes.has(host.class)) &&
      labels.every(([key, value]) => host.labels[key] === value),
  );
};

/** Whether a host's name, address, class or labels hold all of the words. */
export const matchesWords = (host: Pick<HostView, 'name' | 'address' | 'class' | 'labels'>, query: string): boolean => {
  const labels = Object.entries(host.labels).map(([key, value]) => `${key}=${value}`);
  const text = [host.name, host.address, host.class, ...labels].join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

/** What one can choose from, with how many hosts each has. */
export const facets = (hosts: readonly HostView[]): { classes: [string, number][]; labels: [string, number][] } => {
  const classes = new Map<string, number>();
  const labels = new Map<string, number>();
  for (const host of hosts) {
    classes.set(host.class, (classes.get(host.class) ?? 0) + 1);
    for (const [key, value] of Object.entries(host.labels)) {
      const label = `${key}=${value}`;
      labels.set(label, (labels.get(label) ?? 0) + 1);
    }
  }
  const byName = (a: [string, number], b: [string, number]): number =>
    a[0].localeCompare(b[0], 'en', { numeric: true });
  return { classes: [...classes].sort(byName), labels: [...labels].sort(byName) };
};

/** `env=prod` → its parts; the value may hold further signs. */
export const parseLabel = (label: string): [string, string] | null => {
  const at = label.indexOf('=');
  return at > 0 ? [label.slice(0, at), label.slice(at + 1)] : null;
};

/** `env=prod rack=r14`, by spaces or commas; null when a part is no label. */
export const labelsFromText = (text: string): Record<string, string> | null => {
  const labels = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(parseLabel);
  return labels.includes(null) ? null : Object.fromEntries(labels.filter((pair) => pair !== null));
};

/** What a choice of all hosts (empty) or one class aims at. */
export const targetsOfClass = (hostClass: string): Targets =>
  hostClass === '' ? { all: true } : { classes: [hostClass] };
