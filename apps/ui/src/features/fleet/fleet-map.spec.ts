import { type HostView, type LatestResult, type LatestResults } from '@fleetscope/contracts';
import { groupings, groupWords, mapGroups, scaleOf, shareOf } from './fleet-map-model';

const host = (name: string, hostClass = 'web', labels: Record<string, string> = {}): HostView =>
  ({ name, class: hostClass, labels }) as HostView;
const result = (name: string, state: LatestResult['state'], value: number | null = null): LatestResult =>
  ({ host: name, state, value }) as LatestResult;
const results = (hosts: LatestResult[], metric: LatestResults['metric'] = null): LatestResults => ({
  ...{ metric, metrics: [], hosts },
});

describe('the map of the fleet', () => {
  const hosts = [host('web-2', 'web', { rack: 'r1' }), host('web-10', 'web'), host('db-1', 'db', { rack: 'r1' })];

  it('groups by class and by every label that there is', () => {
    expect(groupings(hosts)).toEqual(['class', 'rack']);
    expect(mapGroups(hosts, undefined, 'class').map(({ name }) => name)).toEqual(['db', 'web']);
    expect(mapGroups(hosts, undefined, 'rack').map(({ name }) => name)).toEqual(['no rack', 'r1']);
  });

  it('begins with the worst, and takes a host without a triage for nothing else', () => {
    const [, web] = mapGroups(hosts, results([result('web-10', 'crit')]), 'class');
    expect(web?.hosts.map(({ host: one, state }) => [one.name, state])).toEqual([
      ['web-10', 'crit'],
      ['web-2', 'none'],
    ]);
    expect(groupWords(web?.hosts ?? [])).toBe('1 critical, 1 no triage yet');
  });

  it('begins with the greatest number where it is coloured by one; unknown is no number', () => {
    const found = results([result('web-2', 'ok', 5), result('web-10', 'crit', null)], 'cpu.utilization');
    const groups = mapGroups(hosts, found, 'class');
    expect(groups[1]?.hosts.map(({ host: one, value }) => [one.name, value])).toEqual([
      ['web-2', 5],
      ['web-10', null],
    ]);
    expect(scaleOf(groups)).toEqual({ from: 0, to: 5, isCapped: false });
    expect(scaleOf(mapGroups(hosts, undefined, 'class'))).toBeNull();
  });

  it('does not let one that is far out make all others look alike', () => {
    const many = Array.from({ length: 100 }, (_, i) => host(`h-${i}`));
    const found = many.map(({ name }, i) => result(name, 'ok', i === 99 ? 100_000 : i));
    const scale = scaleOf(mapGroups(many, results(found, 'cpu.runqueue'), 'class'));
    expect(scale).toMatchObject({ from: 0, isCapped: true });
    expect(scale?.to).toBeLessThan(100);
    expect(scale && shareOf(100_000, scale)).toBe(1);
  });

  it('puts what would be too many groups together, and loses no host', () => {
    const many = Array.from({ length: 200 }, (_, i) => host(`h-${i}`, 'web', { rack: `r${i % 150}` }));
    const groups = mapGroups(many, undefined, 'rack');
    expect(groups).toHaveLength(60);
    expect(groups.flatMap((group) => group.hosts)).toHaveLength(200);
  });
});
