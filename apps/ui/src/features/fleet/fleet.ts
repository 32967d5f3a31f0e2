import { type AgentView, type HostView } from '@fleetscope/contracts';
import { type LaunchPreset } from '../../app/launch-context';
import { split, type FleetSearch, type HostSort } from '../../app/search';
import { parseLabel } from '../../components/select-hosts';

export type HostState = 'reachable' | 'unreachable' | 'refused' | 'unchecked';
export const hostState = (host: HostView): HostState => host.reachability?.state ?? 'unchecked';

export const HOST_STATES: Record<HostState, string> = {
  reachable: 'Reachable',
  unreachable: 'Unreachable',
  refused: 'Refused',
  unchecked: 'Never checked',
};

const ORDER: readonly HostState[] = ['unreachable', 'refused', 'unchecked', 'reachable'];

/** Hosts that the address bar asks for. Classes: any of them; labels: all of them; words: all of them. */
export const filterHosts = (hosts: readonly HostView[], search: FleetSearch): HostView[] => {
  const classes = split(search.class);
  const labels = split(search.label);
  const words = search.q?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  return hosts.filter((host) => {
    const own = Object.entries(host.labels).map(([key, value]) => `${key}=${value}`);
    if (classes.length > 0 && !classes.includes(host.class)) return false;
    if (!labels.every((label) => own.includes(label))) return false;
    if (search.state && hostState(host) !== search.state) return false;
    const text =
      `${host.name} ${host.address} ${host.class} ${own.join(' ')} ${host.reachability?.reason ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
};

export const sortHosts = (hosts: readonly HostView[], sort: HostSort = 'name'): HostView[] => {
  const byName = (a: HostView, b: HostView): number => a.name.localeCompare(b.name, 'en', { numeric: true });
  const compare: Record<HostSort, (a: HostView, b: HostView) => number> = {
    name: byName,
    class: (a, b) => a.class.localeCompare(b.class, 'en') || byName(a, b),
    reachability: (a, b) => ORDER.indexOf(hostState(a)) - ORDER.indexOf(hostState(b)) || byName(a, b),
    checked: (a, b) => (b.checkedAt ?? '').localeCompare(a.checkedAt ?? '') || byName(a, b),
  };
  return [...hosts].sort(compare[sort]);
};

/** How one gets there: `ops@10.0.3.7:2222`. */
export const addressWords = (host: Pick<HostView, 'address' | 'port' | 'user' | 'transport'>): string => {
  if (host.transport === 'local') return 'this machine';
  if (host.transport === 'agent') return 'its agent';
  const address = host.address.includes(':') && host.port !== 22 ? `[${host.address}]` : host.address;
  return `${host.user ? `${host.user}@` : ''}${address}${host.port === 22 ? '' : `:${host.port}`}`;
};

/** The agent that speaks for a host; null where none does, or nothing is known of it. */
export const agentOf = (host: HostView, agents: readonly AgentView[] | undefined): AgentView | null =>
  host.transport === 'agent'
    ? (agents?.find((agent) => agent.host === host.name && agent.state !== 'revoked') ?? null)
    : null;

/** Whether it is known whom one talks to. */
export const keyWords = (host: Pick<HostView, 'transport' | 'hostKeys'>): { words: string; isMissing: boolean } => {
  if (host.transport !== 'ssh') return { words: 'not needed', isMissing: false };
  if (host.hostKeys.length === 0) return { words: 'not trusted yet', isMissing: true };
  return {
    words: `trusted: ${host.hostKeys.map(({ type }) => type.replace(/^ssh-/, '').replace(/^ecdsa-sha2-/, '')).join(', ')}`,
    isMissing: false,
  };
};

/** What to start on: the hosts that were ticked, else what the filter means, by class and label where that says it. */
export const presetFor = (
  hosts: readonly HostView[],
  chosen: readonly HostView[],
  search: FleetSearch,
): LaunchPreset => {
  if (chosen.length > 0) return { hosts: chosen.map(({ name }) => name) };
  if (search.q || search.state) return { hosts: filterHosts(hosts, search).map(({ name }) => name) };
  const labels = split(search.label).flatMap((label) => {
    const pair = parseLabel(label);
    return pair ? [pair] : [];
  });
  return { classes: split(search.class), labels: Object.fromEntries(labels) };
};
