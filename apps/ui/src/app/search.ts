/** Search parameters come from people's links: anything may stand there, so each is read as text or left out. */
type Raw = Record<string, unknown>;

/** The router reads `q=12` as a number; we mean the text. */
export const text = (search: Raw, name: string): string | undefined => {
  const value = search[name];
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

const oneOf = <T extends string>(search: Raw, name: string, values: readonly T[]): T | undefined =>
  values.find((value) => value === search[name]);

const flag = (search: Raw, name: string): true | undefined =>
  search[name] === true || search[name] === 1 || search[name] === 'true' ? true : undefined;

export interface LoginSearch {
  /** Where one wanted to go; a path of this site. */
  to?: string;
}
export const loginSearch = (search: Raw): LoginSearch => {
  const to = text(search, 'to');
  // Never to another site: `//evil` and `/\evil` are absolute for a browser.
  return to && /^\/(?![/\\])/.test(to) ? { to } : {};
};

export const SORTS = ['name', 'class', 'reachability', 'checked'] as const;
export type HostSort = (typeof SORTS)[number];
export const FLEET_VIEWS = ['map', 'import'] as const;
/** The table without it. */
export type FleetView = (typeof FLEET_VIEWS)[number];
export interface FleetSearch {
  q?: string;
  /** Comma-separated. */
  class?: string;
  /** Comma-separated `name=value`. */
  label?: string;
  state?: string;
  sort?: HostSort;
  host?: string;
  view?: FleetView;
  /** What the map groups by: the name of a label; the class without it. */
  by?: string;
  /** A metric that the map is coloured by; the worst state without it. */
  colour?: string;
}
export const fleetSearch = (search: Raw): FleetSearch => ({
  q: text(search, 'q'),
  class: text(search, 'class'),
  label: text(search, 'label'),
  state: text(search, 'state'),
  sort: oneOf(search, 'sort', SORTS),
  host: text(search, 'host'),
  view: oneOf(search, 'view', FLEET_VIEWS),
  by: text(search, 'by'),
  colour: text(search, 'colour'),
});

export interface InvestigationSearch {
  q?: string;
  findings?: true;
  /** `running`, `unanswered`, … */
  state?: string;
  /** What hosts are grouped by: `class`, or a label's name. */
  by?: string;
  /** Its value, where only those hosts are shown; empty for hosts without it. */
  only?: string;
  /** Host whose panel is open, and the cell: `disk.saturation`. */
  host?: string;
  at?: string;
  /** Step whose raw output is open. */
  raw?: string;
}
export const investigationSearch = (search: Raw): InvestigationSearch => ({
  q: text(search, 'q'),
  findings: flag(search, 'findings'),
  state: text(search, 'state'),
  by: text(search, 'by'),
  only: search['only'] === '' ? '' : text(search, 'only'),
  host: text(search, 'host'),
  at: text(search, 'at'),
  raw: text(search, 'raw'),
});

export interface HostPageSearch {
  raw?: string;
  /** Seconds into the window that all charts point at. */
  t?: number;
}
export const hostPageSearch = (search: Raw): HostPageSearch => ({ raw: text(search, 'raw'), t: number(search, 't') });

export const PROFILE_VIEWS = ['flame', 'sandwich', 'top'] as const;
export type ProfileView = (typeof PROFILE_VIEWS)[number];
export const PROFILE_ROOTS = ['command', 'none', 'thread'] as const;
export type ProfileRoot = (typeof PROFILE_ROOTS)[number];
export interface ProfileSearch {
  step?: string;
  /** Comma-separated; all without it. */
  hosts?: string;
  /** Several hosts' weights as they are, instead of each host the same. */
  weigh?: 'absolute';
  view?: ProfileView;
  /** The sandwich's function. */
  fn?: string;
  /** What it is compared with: `peers`, hosts with commas, or an investigation's id. */
  vs?: string;
  q?: string;
  /** Id of the node that fills the width. */
  zoom?: string;
  order?: 'weight' | 'time';
  /** The root on top. */
  down?: true;
  root?: ProfileRoot;
  command?: string;
  /** A control group: its processes, and those of groups below it. */
  cgroup?: string;
  thread?: string;
  cpu?: string;
  /** Milliseconds since the capture began. */
  from?: number;
  to?: number;
}
const number = (search: Raw, name: string): number | undefined => {
  const value = Number(search[name] ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
};
export const profileSearch = (search: Raw): ProfileSearch => ({
  step: text(search, 'step'),
  hosts: text(search, 'hosts'),
  weigh: oneOf(search, 'weigh', ['absolute'] as const),
  view: oneOf(search, 'view', PROFILE_VIEWS),
  fn: text(search, 'fn'),
  vs: text(search, 'vs'),
  q: text(search, 'q'),
  zoom: text(search, 'zoom'),
  order: oneOf(search, 'order', ['weight', 'time'] as const),
  down: flag(search, 'down'),
  root: oneOf(search, 'root', PROFILE_ROOTS),
  command: text(search, 'command'),
  cgroup: text(search, 'cgroup'),
  thread: text(search, 'thread'),
  cpu: text(search, 'cpu'),
  from: number(search, 'from'),
  to: number(search, 'to'),
});

export interface CompareSearch {
  /** Comma-separated; the oddest one without it. */
  hosts?: string;
  /** `peers` (without it), `baseline`, `earlier`, another host, or an investigation's id. */
  vs?: string;
}
export const compareSearch = (search: Raw): CompareSearch => ({ hosts: text(search, 'hosts'), vs: text(search, 'vs') });

/** Lists whose rows open by name: schedules, users, webhooks. */
export interface NamedSearch {
  name?: string;
}
export const namedSearch = (search: Raw): NamedSearch => ({ name: text(search, 'name') });

export interface TracesSearch {
  q?: string;
  /** Comma-separated; all without it. */
  hosts?: string;
  /** Histogram that is drawn: its name and instance. */
  histogram?: string;
  table?: string;
}
export const tracesSearch = (search: Raw): TracesSearch => ({
  q: text(search, 'q'),
  hosts: text(search, 'hosts'),
  histogram: text(search, 'histogram'),
  table: text(search, 'table'),
});

export interface BaselinesSearch {
  class?: string;
  runbook?: string;
  /** Whose weeks are open. */
  metric?: string;
  days?: number;
}
export const baselinesSearch = (search: Raw): BaselinesSearch => {
  const days = number(search, 'days');
  return {
    class: text(search, 'class'),
    runbook: text(search, 'runbook'),
    metric: text(search, 'metric'),
    days: days !== undefined && days >= 1 && days <= 400 ? Math.floor(days) : undefined,
  };
};

export interface RulesSearch {
  q?: string;
  rule?: string;
}
export const rulesSearch = (search: Raw): RulesSearch => ({ q: text(search, 'q'), rule: text(search, 'rule') });

export const AUDIT_RESULTS = ['denied', 'failed', 'done'] as const;
export interface AuditSearch {
  q?: string;
  result?: (typeof AUDIT_RESULTS)[number];
}
export const auditSearch = (search: Raw): AuditSearch => ({
  q: text(search, 'q'),
  result: oneOf(search, 'result', AUDIT_RESULTS),
});

export const split = (value: string | undefined): string[] => value?.split(',').filter((part) => part !== '') ?? [];
export const joined = (values: readonly string[]): string | undefined =>
  values.length > 0 ? values.join(',') : undefined;
export const toggled = (value: string | undefined, part: string): string | undefined => {
  const parts = split(value);
  return joined(parts.includes(part) ? parts.filter((other) => other !== part) : [...parts, part]);
};
