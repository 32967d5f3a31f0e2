import { ANSWERED_RUN_STATES, FINAL_RUN_STATES, type MatrixRun } from '@fleetscope/contracts';

const findingsOf = (run: MatrixRun, severity: 'crit' | 'warn'): number =>
  run.findings.reduce((count, finding) => count + (finding.severity === severity ? 1 : 0), 0);

/** 0 first: hosts with critical findings, with warnings, those that gave no answer, quiet ones, those still to come. */
const bandOf = (run: MatrixRun, crit: number, warn: number): number => {
  if (crit > 0) return 0;
  if (warn > 0) return 1;
  if (!FINAL_RUN_STATES.has(run.state)) return 4;
  return ANSWERED_RUN_STATES.has(run.state) ? 3 : 2;
};

/** Ids of runs, worst first. Ties keep the order of names, so that equal hosts never change places. */
export const worstFirst = (runs: readonly MatrixRun[]): string[] =>
  runs
    .map((run) => {
      const crit = findingsOf(run, 'crit');
      const warn = findingsOf(run, 'warn');
      return { run, crit, warn, band: bandOf(run, crit, warn) };
    })
    .sort(
      (a, b) =>
        a.band - b.band ||
        b.crit - a.crit ||
        b.warn - a.warn ||
        (b.run.oddness ?? 0) - (a.run.oddness ?? 0) ||
        (a.run.host < b.run.host ? -1 : a.run.host > b.run.host ? 1 : 0),
    )
    .map(({ run }) => run.id);

/** The order on the screen after new results: rows keep their places, what is new comes last, what is gone goes. */
export const heldOrder = (held: readonly string[], sorted: readonly string[]): readonly string[] => {
  const there = new Set(sorted);
  const before = new Set(held);
  const kept = held.filter((id) => there.has(id));
  const fresh = sorted.filter((id) => !before.has(id));
  return kept.length === held.length && fresh.length === 0 ? held : [...kept, ...fresh];
};

/**
 * How many rows must be picked up to turn one order into the other: all but the longest run of rows that already stand
 * in the right order (longest increasing subsequence). One host that goes to the top is one move, not a thousand.
 */
export const movesBetween = (shown: readonly string[], sorted: readonly string[]): number => {
  const place = new Map(sorted.map((id, i) => [id, i]));
  const tails: number[] = [];
  for (const id of shown) {
    const target = place.get(id);
    if (target === undefined) continue;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tails[middle] ?? Infinity) < target) low = middle + 1;
      else high = middle;
    }
    tails[low] = target;
  }
  return shown.length - tails.length;
};
