import { formatValue } from '../format';
import { combineReadings, lastOf, type Reading } from '../reading';
import { defineRule, type RuleContext } from '../rule';
import { percent } from '../thresholds';

/** The ratio as it was read, else computed from the two sizes of one step. */
const ratioOf = ({ evidence }: RuleContext): Reading | null => {
  const told = evidence.reading('memory.available_ratio');
  if (told) return told;
  const [available = null, total = null] = evidence.together(['memory.available', 'memory.total'], null) ?? [];
  const whole = total ?? evidence.reading('memory.total');
  const size = whole && lastOf(whole);
  if (!available || !size) return null;
  return combineReadings(available, [], (value) => (100 * value) / size).as('memory.available_ratio');
};

export const memAvailableRule = defineRule({
  id: 'mem-available',
  version: 1,
  title: 'Available memory',
  headline: 'Memory runs out',
  resource: 'memory',
  aspect: 'utilization',
  metrics: ['memory.available_ratio', 'memory.available', 'memory.total'],
  thresholds: { warn: percent(10), crit: percent(5) },
  falling: true,
  why: '"Used" includes page cache; "available" is what can be had without paging, and little of it is left.',
  next: 'memory-growth',
  evaluate: (context, judge) => {
    const reading = ratioOf(context);
    if (!reading) return [judge.missing('memory.available_ratio')];
    const left = context.evidence.measurement('memory.available');
    const size = left ? `, ${formatValue(left.value, 'B')},` : '';
    return [
      judge.level({
        metric: 'memory.available_ratio',
        reading,
        limits: context.limits,
        beyond: 'below',
        label: ({ shown }) => `avail ${shown}`,
        text: ({ shown }) => `Only ${shown} of the memory${size} can be had without paging.`,
      }),
    ];
  },
});
