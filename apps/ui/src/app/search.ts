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
export interface FleetSearch {
  q?: string;
  /** Comma-separated. */
  class?: string;
  /** Comma-separated `name=value`. */
  label?: string;
  state?: string;
  sort?: HostSort;
  host?: string;
}
export const fleetSearch = (search: Raw): FleetSearch => ({
  q: text(search, 'q'),
  class: text(search, 'class'),
  label: text(search, 'label'),
  state: text(search, 'state'),
  sort: oneOf(search, 'sort', SORTS),
  host: text(search, 'host'),
});

export interface InvestigationSearch {
  q?: string;
  findings?: true;
  /** `running`, `unanswered`, … */
  state?: string;
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
  host: text(search, 'host'),
  at: text(search, 'at'),
  raw: text(search, 'raw'),
});

export interface HostPageSearch {
  raw?: string;
}
export const hostPageSearch = (search: Raw): HostPageSearch => ({ raw: text(search, 'raw') });

export const split = (value: string | undefined): string[] => value?.split(',').filter((part) => part !== '') ?? [];
export const joined = (values: readonly string[]): string | undefined =>
  values.length > 0 ? values.join(',') : undefined;
export const toggled = (value: string | undefined, part: string): string | undefined => {
  const parts = split(value);
  return joined(parts.includes(part) ? parts.filter((other) => other !== part) : [...parts, part]);
};
