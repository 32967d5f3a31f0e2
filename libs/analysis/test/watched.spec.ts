import { type Observation, type Watched, WATCHED_NAMES } from '@fleetscope/contracts';
import { watchedValue } from '../src';

const series = (metric: string, value: number | null, instance: string | null = null): Observation =>
  ({ kind: 'series', metric, instance, values: [value], times: [1], lines: [1] }) as Observation;

describe('what an armed capture watches', () => {
  it('the run queue, for each CPU', () => {
    const cpus = ['all', '0', '1', '2', '3'].map((cpu) => series('cpu.utilization', 50, cpu));
    expect(watchedValue('runqueue', [series('cpu.runqueue', 10), ...cpus])).toBe(2.5);
  });

  it('the slowest disk that does something: each request counts the same', () => {
    const disk = (name: string, r: number, rms: number, w: number, wms: number): Observation[] => [
      ...[series('disk.read_iops', r, name), series('disk.read_await', rms, name)],
      ...[series('disk.write_iops', w, name), series('disk.write_await', wms, name)],
    ];
    const busy = disk('sda', 30, 10, 10, 50);
    expect(watchedValue('await', busy)).toBe(20);
    // One request in ten seconds that took a second is no slow disk.
    expect(watchedValue('await', [...busy, ...disk('sdb', 0, 0, 0.1, 1000)])).toBe(20);
    expect(watchedValue('await', disk('sda', 0, 0, 0, 0))).toBe(0);
  });

  it('the share of segments that are sent again, where enough are sent', () => {
    const tcp = (again: number, sent: number): Observation[] => [
      series('tcp.retransmits', again),
      series('tcp.segments_out', sent),
    ];
    expect(watchedValue('retransmits', tcp(5, 200))).toBe(2.5);
    expect(watchedValue('retransmits', tcp(3, 6))).toBe(0);
  });

  it.each([
    ['cpu-pressure', 'cpu.pressure_some'],
    ['memory-pressure', 'memory.pressure_some'],
    ['io-pressure', 'disk.pressure_some'],
  ] as [Watched, string][])('%s is %s', (watched, metric) =>
    expect(watchedValue(watched, [series(metric, 12.5)])).toBe(12.5),
  );

  it.each(WATCHED_NAMES)('%s of a host that does not tell is unknown, never 0', (watched) => {
    expect(watchedValue(watched, [])).toBeNull();
    expect(watchedValue(watched, [series('cpu.pressure_some', null)])).toBeNull();
  });
});
