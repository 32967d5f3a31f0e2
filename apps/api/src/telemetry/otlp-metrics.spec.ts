import { otlpMetrics } from './otlp-metrics';

describe('measurements in OTLP', () => {
  it('has a resource a host, and a gauge a metric in base units with UCUM’s names', () => {
    const at = new Date(1_700_000_000_500);
    const values = [
      { metric: 'disk.write_await' as const, instance: 'nvme0n1', value: 47.2 },
      { metric: 'disk.write_await' as const, instance: 'sda', value: 1 },
      { metric: 'cpu.utilization' as const, instance: null, value: 12.5 },
    ];
    const { resourceMetrics } = otlpMetrics([{ host: 'db-07', hostClass: 'db', at, values }], '1.2.3');
    const [{ resource, scopeMetrics }] = resourceMetrics as [(typeof resourceMetrics)[number]];
    expect(resource.attributes).toContainEqual({ key: 'host.name', value: { stringValue: 'db-07' } });
    const metrics = scopeMetrics[0]?.metrics ?? [];
    expect(metrics.map(({ name, unit }) => [name, unit])).toEqual([
      ['fleetscope.cpu.utilization', '1'],
      ['fleetscope.disk.write_await', 's'],
    ]);
    expect(metrics[1]?.gauge.dataPoints).toEqual([
      {
        attributes: [{ key: 'instance', value: { stringValue: 'nvme0n1' } }],
        timeUnixNano: '1700000000500000000',
        asDouble: 0.0472,
      },
      {
        attributes: [{ key: 'instance', value: { stringValue: 'sda' } }],
        timeUnixNano: '1700000000500000000',
        asDouble: 0.001,
      },
    ]);
    expect(metrics[0]?.gauge.dataPoints[0]).toMatchObject({ attributes: [], asDouble: 0.125 });
  });
});
