import { type RuleOutcome } from '@fleetscope/contracts';
import { formatBeside, formatNumber } from '../format';
import { evidenceOf, meanOf } from '../reading';
import { defineRule } from '../rule';
import { multiple, percent } from '../thresholds';

export const cpuMissesRule = defineRule({
  id: 'cpu-misses',
  version: 1,
  title: 'Branch and cache misses',
  headline: 'CPUs miss their caches',
  resource: 'cpu',
  aspect: 'errors',
  metrics: ['cpu.branch_miss_ratio', 'cpu.cache_miss_ratio', 'cpu.ipc', 'cpu.utilization'],
  thresholds: { branch: percent(2), cache: percent(20), ipc: multiple(1), minBusy: percent(50) },

  deep: true,
  why: 'A trip to memory takes 100 cycles and more.',
  next: 'memory-c2c',
  evaluate: ({ evidence, limits }, judge) => {
    const [branch, cache, ipc] = (['cpu.branch_miss_ratio', 'cpu.cache_miss_ratio', 'cpu.ipc'] as const).map((metric) =>
      evidence.hostWide(metric),
    );
    if (!branch && !cache) return [judge.missing('cpu.branch_miss_ratio')];
    const busy = evidence.hostWide('cpu.utilization');
    const used = busy === null ? null : meanOf(busy);
    if (used === null) return [judge.missing('cpu.utilization')];
    if (used < limits.minBusy)
      return [
        judge.unknown(
          `the CPUs are ${formatNumber(used)} % busy: below ${limits.minBusy} % it says nothing`,
          'cpu.branch_miss_ratio',
        ),
      ];
    const outcomes: RuleOutcome[] = [];
    const missed = branch ? meanOf(branch) : null;
    if (branch && missed !== null) {
      const said = {
        metric: 'cpu.branch_miss_ratio',
        value: missed,
        threshold: limits.branch,
        label: `branch misses ${formatBeside(missed, limits.branch, '%')}`,
        evidence: [evidenceOf(branch)],
      } as const;
      outcomes.push(
        missed > limits.branch
          ? judge.finding(said, {
              severity: 'info',
              text: `${formatBeside(missed, limits.branch, '%')} of the branches were predicted wrongly.`,
            })
          : judge.ok(said),
      );
    }
    const [missing, rate] = [cache ? meanOf(cache) : null, ipc ? meanOf(ipc) : null];
    if (cache && missing !== null) {
      const said = {
        metric: 'cpu.cache_miss_ratio',
        value: missing,
        threshold: limits.cache,
        label: `cache misses ${formatBeside(missing, limits.cache, '%')}`,
        evidence: [evidenceOf(cache), ...(ipc ? [evidenceOf(ipc)] : [])],
      } as const;
      // Many misses that nobody waits for are no matter: only with few instructions a cycle is memory the limit.
      if (missing <= limits.cache) outcomes.push(judge.ok(said));
      else if (rate === null) outcomes.push(judge.missing('cpu.ipc'));
      else if (rate >= limits.ipc) outcomes.push(judge.ok(said));
      else
        outcomes.push(
          judge.finding(said, {
            severity: 'warn',
            text: `${formatBeside(missing, limits.cache, '%')} of the last-level cache references went to memory, at ${formatNumber(rate)} instructions a cycle: the load is bound by memory.`,
          }),
        );
    }
    return outcomes;
  },
});
