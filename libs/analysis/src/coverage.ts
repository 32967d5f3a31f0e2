import { type Coverage, type RunState } from '@fleetscope/contracts';
import { formatNumber } from './format';

export interface RunAnswer {
  readonly host: string;
  readonly state: RunState;
  /** Why it did not answer, or what is missing of the answer. */
  readonly reason: string | null;
}

const SILENT = [
  ['failed', 'failed'],
  ['unreachable', 'unreachable'],
  ['refused', 'refused'],
  ['cancelled', 'cancelled'],
  ['expired', 'expired'],
  ['pending', 'still running'],
] as const;

/** "no sysstat", or "no sysstat (2), perf not permitted (1)". */
const reasonsOf = (coverage: Coverage, state: RunState): string => {
  const counts = new Map<string, number>();
  const told = coverage.reasons.filter((entry) => entry.state === state);
  for (const { reason } of told) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const [first] = sorted;
  if (!first) return '';
  const whole = state === 'partial' ? coverage.partial : told.length;
  if (sorted.length === 1 && first[1] === whole) return first[0];
  const shown = sorted.slice(0, 2).map(([reason, hosts]) => `${reason} (${formatNumber(hosts)})`);
  return sorted.length > 2 ? `${shown.join(', ')} and ${sorted.length - 2} other reasons` : shown.join(', ');
};

/** "5 of 8 answered, 1 of them in part: no sysstat; 2 unreachable; 1 refused". */
export const coverageText = (coverage: Coverage): string => {
  const { targeted, answered, partial } = coverage;
  if (targeted === 0) return 'no host was targeted';
  const reasons = reasonsOf(coverage, 'partial');
  const inPart =
    partial === 0
      ? ''
      : `, ${partial === answered ? (partial === 1 ? 'in part' : 'all of them in part') : `${formatNumber(partial)} of them in part`}${reasons ? `: ${reasons}` : ''}`;
  const silent = SILENT.flatMap(([state, words]) =>
    coverage[state] > 0 ? [`${formatNumber(coverage[state])} ${words}`] : [],
  );
  return [`${formatNumber(answered)} of ${formatNumber(targeted)} answered${inPart}`, ...silent].join('; ');
};

/** Answers below this share do not speak for the hosts that were asked. */
export const HOLDS_SHARE = 0.8;

export const holds = ({ targeted, answered }: Coverage): boolean =>
  answered > 0 && answered >= targeted * HOLDS_SHARE - 1e-9;
