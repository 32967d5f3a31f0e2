import { type MetricId, type Observation } from '@fleetscope/contracts';
import {
  baselineOf,
  comparePairs,
  compareWithBaseline,
  compareWithPeers,
  differingFacts,
  flatFacts,
  summarise,
  usualFacts,
} from '../src';

const pair = (metric: MetricId, candidate: number[], reference: number[]) => ({
  metric,
  instance: null,
  candidate,
  reference,
});
const around = (middle: number, n = 12): number[] =>
  Array.from({ length: n }, (_, i) => middle * (1 + ((i % 7) - 3) / 100) + i * 1e-6);

describe('comparison', () => {
  it('says worse, better, different, no difference shown or too little data', () => {
    const found = comparePairs([
      pair('disk.write_await', around(40), around(5)),
      pair('memory.available_ratio', around(70), around(30)),
      pair('network.rx_throughput', around(9e6), around(1e6)),
      pair('cpu.utilization', around(50), around(50.2)),
      pair('cpu.load1', [3, 4], [1, 2]),
    ]);
    expect(found.map(({ metric, outcome }) => [metric, outcome])).toEqual([
      ['disk.write_await', 'worse'],
      ['memory.available_ratio', 'better'],
      ['network.rx_throughput', 'different'],
      ['cpu.utilization', 'none-shown'],
      ['cpu.load1', 'too-little-data'],
    ]);
    expect(found[0]).toMatchObject({
      delta: 1,
      text: expect.stringMatching(/40 ms against 5 ms, worse \(large effect\)/),
    });
    expect(summarise(found)).toEqual({
      outcome: 'different',
      summary:
        'Worse in 1: disk.write_await; better in 1: memory.available_ratio; otherwise in 1: network.rx_throughput; no difference shown in 1 (4 metrics compared, too little data for 1 more).',
    });
  });

  it('does not cry for what many comparisons bring up by chance', () => {
    // Forty metrics of noise: at p < 0.05 two would be "different".
    let seed = 20_261_122;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const noise = (): number[] => Array.from({ length: 12 }, () => 50 + random() * 40);
    const found = comparePairs(Array.from({ length: 40 }, () => pair('cpu.utilization', noise(), noise())));
    expect(found.some(({ p }) => (p ?? 1) < 0.05)).toBe(true);
    expect(found.every(({ outcome }) => outcome === 'none-shown')).toBe(true);
    expect(summarise(found)).toMatchObject({
      outcome: 'none-shown',
      summary: 'No difference shown (40 metrics compared).',
    });
  });

  it('makes nothing of a sure difference that does not matter', () => {
    const [found] = comparePairs([pair('disk.write_await', around(1.2, 20), around(1, 20))]);
    expect(found).toMatchObject({ outcome: 'none-shown' });
    expect(found?.adjustedP).toBeLessThan(0.01);
  });

  it('has nothing to say without values', () => {
    expect(comparePairs([pair('cpu.load1', [], [1])])[0]).toMatchObject({ outcome: 'too-little-data', p: null });
    expect(summarise([])).toEqual({ outcome: 'too-little-data', summary: 'Too little data to compare anything.' });
  });

  it('holds one host against its peers', () => {
    const peers = around(5, 9).map((value) => ({ 'disk.write_await': value, 'cpu.load1': 1 }));
    const found = compareWithPeers(
      { 'disk.write_await': 47, 'cpu.load1': 1.5, 'cpu.steal': 3, 'cpu.system': null },
      peers,
    );
    expect(found.map(({ metric, outcome }) => [metric, outcome])).toEqual([
      ['disk.write_await', 'worse'],
      ['cpu.load1', 'none-shown'],
      ['cpu.steal', 'too-little-data'],
    ]);
  });

  it('holds one host against the past of its class', () => {
    const days = [1, 2, 3].map((n) => ({ investigation: `${n}`, at: n, values: around(5, 10) }));
    const baselines = new Map([['disk.write_await' as const, baselineOf('disk.write_await', days)]]);
    expect(compareWithBaseline({ 'disk.write_await': 47, 'cpu.load1': 9 }, baselines)).toMatchObject([
      {
        metric: 'disk.write_await',
        outcome: 'worse',
        text: expect.stringMatching(/above all of its class's baseline/),
      },
    ]);
    expect(compareWithBaseline({ 'disk.write_await': 5 }, baselines)[0]?.outcome).toBe('none-shown');
  });
});

describe('facts', () => {
  const of = (kernel: string, more: Record<string, string | number> = {}, hostname = 'a') =>
    flatFacts({ kernel, hostname, 'tool:perf': '/usr/bin/perf' }, [
      { kind: 'facts', name: 'sysctl', facts: { 'net.core.somaxconn': 4096, ...more } } as Observation,
      { kind: 'facts', name: 'last-change', facts: { package_line: `at ${kernel}` } } as Observation,
    ]);

  it('differ by name, and what differs between any two hosts is left out', () => {
    const pairs = [{ candidate: of('6.2', {}, 'b'), reference: of('6.1', { 'vm.swappiness': 10 }) }];
    expect(differingFacts(pairs, { sameHost: false })).toEqual([
      { fact: 'kernel', candidate: '6.2', reference: '6.1', hosts: 1 },
      { fact: 'sysctl.vm.swappiness', candidate: null, reference: '10', hosts: 1 },
    ]);
    expect(differingFacts(pairs, { sameHost: true }).map(({ fact }) => fact)).toContain('last-change.package_line');
  });

  it('are usual when more than half of the hosts show them', () => {
    expect(usualFacts([of('6.1'), of('6.1'), of('6.2')]).get('kernel')).toBe('6.1');
    expect(usualFacts([of('1'), of('2')]).get('kernel')).toBeUndefined();
    expect(usualFacts([of('1'), of('2'), of('3')]).get('kernel')).toBeUndefined();
  });
});
