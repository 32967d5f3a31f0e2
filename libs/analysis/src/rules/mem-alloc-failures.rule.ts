import { formatNumber, formatValue } from '../format';
import { judgeKernelLog } from '../kernel-log-rule';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const memAllocFailuresRule = defineRule({
  id: 'mem-alloc-failures',
  version: 1,
  title: 'Failed memory allocations',
  headline: 'Memory allocations fail',
  resource: 'memory',
  aspect: 'errors',
  metrics: ['memory.committed', 'memory.commit_limit'],
  thresholds: { committed: percent(95) },
  why: 'The kernel could not get memory when it asked: packets are dropped, or malloc fails under strict overcommit.',
  next: null,
  evaluate: (context, judge) => {
    const { evidence, limits } = context;
    const logged = judgeKernelLog(context, judge, {
      classes: ['page-allocation-failure', 'alloc-failure', 'allocation-failure'],
      text: /page allocation (failure|stall)|SLUB: Unable to allocate/i,
      one: 'failed page allocation',
      many: 'failed page allocations',
      label: (count) => `alloc failures ×${count}`,
      severity: () => 'warn',
    });
    // Only with vm.overcommit_memory = 2 does the limit bind.
    const strict = String(evidence.fact('vm.overcommit_memory', 'overcommit_memory') ?? '') === '2';
    const committed = evidence.measurement('memory.committed');
    const limit = evidence.measurement('memory.commit_limit');
    if (!strict || !committed || !limit || limit.value <= 0) return [logged];
    const share = (100 * committed.value) / limit.value;
    const said = {
      metric: 'memory.committed',
      value: committed.value,
      threshold: (limit.value * limits.committed) / 100,
      label: `committed ${formatNumber(share)} %`,
      evidence: [evidenceOf(committed.reading), evidenceOf(limit.reading)],
    } as const;
    if (share <= limits.committed) return [logged, judge.ok(said)];
    return [
      logged,
      judge.finding(said, {
        severity: 'warn',
        text: `${formatNumber(share)} % of the ${formatValue(limit.value, 'B')} that may be promised to processes is taken, and overcommit is strict: the next malloc fails.`,
      }),
    ];
  },
});
