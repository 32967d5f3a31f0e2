import { type Labels, type Severity } from '@fleetscope/contracts';
import { matches } from './filter';
import { finding, run } from './fixtures';
import { groupsBy, traits } from './groups';

const host = (hostClass: string, labels: Labels, ...severities: Severity[]) =>
  run(`${hostClass}-${Object.values(labels).join('-')}`, {
    hostClass,
    labels,
    findings: severities.map((severity) => finding({ severity })),
  });

const runs = [
  host('web', { rack: 'r1', env: 'prod' }, 'warn'),
  host('web', { rack: 'r2', env: 'prod' }, 'crit', 'warn'),
  host('db', { rack: 'r2', env: 'prod' }, 'crit'),
  host('db', { rack: 'r10', env: 'prod' }, 'info'),
  host('db', { env: 'prod' }),
];

describe('hosts by a trait', () => {
  it('can be told apart by class and by labels that differ', () => {
    expect(traits(runs)).toEqual(['class', 'rack']);
  });
  it('come with the sickest group first, and those without the label are a group', () => {
    expect(groupsBy(runs, 'rack')).toEqual([
      { value: 'r2', hosts: 2, crit: 2, warn: 0 },
      { value: 'r1', hosts: 1, crit: 0, warn: 1 },
      { value: '', hosts: 1, crit: 0, warn: 0 },
      { value: 'r10', hosts: 1, crit: 0, warn: 0 },
    ]);
  });
  it('are shown alone where an address says so', () => {
    const shown = (filter: Parameters<typeof matches>[1]) => runs.filter((one) => matches(one, filter)).length;
    expect(shown({ by: 'rack', only: 'r2' })).toBe(2);
    expect(shown({ by: 'class', only: 'db' })).toBe(3);
    expect(shown({ by: 'rack', only: '' })).toBe(1);
    expect(shown({ by: 'rack' })).toBe(5);
    expect(shown({ only: 'r2' })).toBe(5);
  });
});
