import { groupRows, type RuleOutcome } from '../src';

const outcome = (instance: string | null, more: Partial<RuleOutcome> = {}): RuleOutcome =>
  ({
    ...{ outcome: 'ok', rule: 'cgroup-cpu', resource: 'cgroup', aspect: 'saturation', instance, metric: null },
    ...{ value: 1, unit: '%', threshold: 5, label: 'throttled 1 %', evidence: [] },
    ...more,
  }) as RuleOutcome;

describe('groupRows', () => {
  it('has a row for each group, the worst first, and the worst of each aspect in its cell', () => {
    const rows = groupRows([
      outcome('b.service'),
      outcome('a.service'),
      outcome('a.service', { rule: 'cgroup-io', label: 'io 2 %' }),
      outcome('c.service', { outcome: 'finding', severity: 'crit', label: 'throttled 40 %' } as Partial<RuleOutcome>),
      outcome('c.service', {
        aspect: 'utilization',
        outcome: 'unknown',
        reason: 'no limit is set',
      } as Partial<RuleOutcome>),
      outcome('a.service', { outcome: 'finding', severity: 'info', label: 'noted' } as Partial<RuleOutcome>),
    ]);
    expect(rows.map(({ group }) => group)).toEqual(['c.service', 'a.service', 'b.service']);
    expect(rows[0]?.cells.map(({ aspect, state, label, reason }) => [aspect, state, label, reason])).toEqual([
      ['saturation', 'crit', 'throttled 40 %', null],
      ['utilization', 'unknown', null, 'no limit is set'],
    ]);
    // Something worth knowing is no alarm.
    expect(rows[1]?.cells).toMatchObject([{ state: 'ok', label: 'throttled 1 %' }]);
  });

  it('takes outcomes of groups alone, and such as name one', () => {
    expect(groupRows([outcome(null), outcome('vda', { resource: 'disk' } as Partial<RuleOutcome>)])).toEqual([]);
  });
});
