import { type Observation } from '@fleetscope/contracts';
import { summarise } from './measurements';

const series = (metric: string, instance: string | null, values: (number | null)[]): Observation =>
  ({
    kind: 'series',
    metric,
    instance,
    values,
    times: values.map(() => null),
    lines: values.map(() => 1),
  }) as Observation;
const measurement = (metric: string, instance: string | null, value: number | null): Observation =>
  ({ kind: 'measurement', metric, instance, value, lines: [1] }) as Observation;

describe('measurements of a run', () => {
  it('are one row a resource, with arrays of equal length', () => {
    const rows = summarise([
      series('cpu.utilization', null, [10, 30]),
      series('cpu.utilization', '0', [50]),
      measurement('disk.write_await', 'nvme0n1', 47.2),
    ]);
    expect(rows).toEqual([
      { resource: 'cpu', metric: ['cpu.utilization', 'cpu.utilization'], instance: ['', '0'], value: [20, 50] },
      { resource: 'disk', metric: ['disk.write_await'], instance: ['nvme0n1'], value: [47.2] },
    ]);
  });

  it('leave unknown values out: they are never 0, and they do not count in a mean', () => {
    expect(summarise([series('cpu.utilization', null, [null, 40, null])])[0]?.value).toEqual([40]);
    expect(
      summarise([
        series('cpu.utilization', null, [null]),
        measurement('cpu.utilization', '1', null),
        measurement('cpu.utilization', '2', Number.NaN),
      ]),
    ).toEqual([]);
  });

  it('take the first step that has a value where several give the same metric', () => {
    const rows = summarise([
      series('cpu.utilization', null, [null]),
      measurement('cpu.utilization', null, 5),
      measurement('cpu.utilization', null, 6),
    ]);
    expect(rows[0]?.value).toEqual([5]);
  });

  it('hold no NUL that a host put into a name', () => {
    expect(summarise([measurement('disk.write_await', 'a\0b', 1)])[0]?.instance).toEqual(['a\ufffdb']);
  });
});
