import { parseDuration, type Coverage, type InvestigationView, type RunState } from '@fleetscope/contracts';
import { formatDuration, plural } from '../../components/format';

/** Parameters as they were given: `window 10 s`. Durations are milliseconds in the record. */
export const parameterWords = (
  parameters: InvestigationView['parameters'],
  isDuration: (name: string) => boolean,
): string[] =>
  Object.entries(parameters).flatMap(([name, value]) => {
    if (value === null) return [];
    const ms = isDuration(name) ? (typeof value === 'number' ? value : parseDuration(value)) : null;
    return [`${name} ${ms === null ? value : formatDuration(ms)}`];
  });

export const runStateWords: Record<RunState, string> = {
  queued: 'waits for its turn',
  leased: 'is being connected to',
  running: 'is running',
  succeeded: 'answered',
  partial: 'answered in part',
  failed: 'failed',
  unreachable: 'could not be reached',
  refused: 'was refused',
  cancelled: 'was cancelled',
  expired: 'ran out of time',
};

/** One word for a badge. */
export const runStateShort: Record<RunState, string> = {
  queued: 'queued',
  leased: 'connecting',
  running: 'running',
  succeeded: 'answered',
  partial: 'in part',
  failed: 'failed',
  unreachable: 'unreachable',
  refused: 'refused',
  cancelled: 'cancelled',
  expired: 'expired',
};

export interface CoveragePart {
  kind: 'succeeded' | 'partial' | 'lost' | 'stopped' | 'pending';
  count: number;
}

/** The pieces of the coverage bar, in the order in which they are drawn. */
export const coverageParts = (coverage: Coverage): CoveragePart[] =>
  (
    [
      { kind: 'succeeded', count: coverage.succeeded },
      { kind: 'partial', count: coverage.partial },
      { kind: 'lost', count: coverage.failed + coverage.unreachable + coverage.refused + coverage.expired },
      { kind: 'stopped', count: coverage.cancelled },
      { kind: 'pending', count: coverage.pending },
    ] satisfies CoveragePart[]
  ).filter(({ count }) => count > 0);

/** What is missing and why, in one line: "9 in part · 4 unreachable · 2 to come". */
export const coverageWords = (coverage: Coverage): string => {
  const says = [
    [coverage.partial, 'in part'],
    [coverage.failed, 'failed'],
    [coverage.unreachable, 'unreachable'],
    [coverage.refused, 'refused'],
    [coverage.expired, 'out of time'],
    [coverage.cancelled, 'cancelled'],
    [coverage.pending, 'to come'],
  ] as const;
  const said = says.filter(([count]) => count > 0).map(([count, words]) => `${count.toLocaleString('en-GB')} ${words}`);
  return said.length > 0 ? said.join(' · ') : 'none is missing';
};

/** Finds hosts by their whole names: db-1 is not the start of db-10 or of db-1.example. */
const wholeName = (names: readonly string[]): RegExp => {
  const literal = [...names]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![\\w.-])(${literal.join('|')})(?![\\w]|[.-]\\w)`, 'g');
};

/** "db-07 and web-207: there is no key …": hosts with the same reason said once, the most frequent reason first. */
export const reasonGroups = (coverage: Coverage): { reason: string; hosts: string[]; state: RunState }[] => {
  const groups = new Map<string, { reason: string; hosts: string[]; state: RunState }>();
  for (const { host, reason, state } of coverage.reasons) {
    // A reason often names its host: without the name, hosts with one cause fall together.
    const key = `${state} ${reason.replace(wholeName([host]), '\u0000')}`;
    const group = groups.get(key) ?? { reason, hosts: [], state };
    group.hosts.push(host);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.hosts.length - a.hosts.length);
};

/** The text of a statement in pieces: names of its hosts can be pressed, what follows the first sentence is detail. */
export interface StatementPart {
  text: string;
  host: string | null;
  detail: boolean;
  /** "5 more" after the names of hosts. */
  isMore: boolean;
}
const MORE = /^\d[\d,]* more$/;
export const statementParts = (text: string, hosts: readonly string[]): StatementPart[] => {
  const end = /[.:](\s|$)/.exec(text);
  const namesAndMore = new RegExp(`${wholeName(hosts).source}|(?<= and )(\\d[\\d,]* more)(?=[.:,])`, 'g');
  const head = end ? end.index + 1 : text.length;
  const piecesOf = (piece: string, detail: boolean): StatementPart[] => {
    if (piece === '') return [];
    if (hosts.length === 0) return [{ text: piece, host: null, detail, isMore: false }];
    return piece.split(namesAndMore).flatMap((text) => {
      // A group that did not take part leaves undefined.
      if (!text) return [];
      return [{ text, host: hosts.includes(text) ? text : null, detail, isMore: !detail && MORE.test(text) }];
    });
  };
  return [...piecesOf(text.slice(0, head), false), ...piecesOf(text.slice(head), true)];
};

/** The state of an investigation for its list, in words. */
export const investigationStateWords = (investigation: Pick<InvestigationView, 'state' | 'coverage'>): string => {
  const { state, coverage } = investigation;
  if (state === 'queued') return 'queued';
  if (state === 'running') return `running, ${plural(coverage.pending, 'host')} to come`;
  return state === 'succeeded' ? 'ended' : state;
};

/** `rule:disk-await`, `odd:disk.write_await+` of a similar investigation: "disk-await", "disk.write_await higher". */
export const sharedWords = (shared: string): string => {
  const [kind, rest = ''] = [shared.slice(0, shared.indexOf(':')), shared.slice(shared.indexOf(':') + 1)];
  if (kind !== 'odd') return rest;
  const sign = rest.at(-1);
  const name = sign === '+' || sign === '-' ? rest.slice(0, -1) : rest;
  return sign === '+' ? `${name} higher` : sign === '-' ? `${name} lower` : name;
};
