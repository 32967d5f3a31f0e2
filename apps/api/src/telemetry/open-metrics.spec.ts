import { METRICS } from '@fleetscope/contracts';
import { familyOf, openMetrics } from './open-metrics';

const run = { host: 'db-07', hostClass: 'db', at: new Date(1_700_000_000_500) };

describe('OpenMetrics', () => {
  it('has base units in names, once', () => {
    expect(familyOf('disk.write_await')).toMatchObject({ name: 'fleetscope_disk_write_await_seconds', factor: 0.001 });
    expect(familyOf('cpu.utilization').name).toBe('fleetscope_cpu_utilization_ratio');
    expect(familyOf('memory.available_ratio').name).toBe('fleetscope_memory_available_ratio');
  });

  it('has a name of its own for each metric, and only characters that are allowed', () => {
    const names = [...METRICS.keys()].map((id) => familyOf(id).name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  it('says type, unit and help before the samples, and where it ends', () => {
    const values = [
      { metric: 'disk.write_await' as const, instance: 'nvme0n1', value: 47.2 },
      { metric: 'cpu.utilization' as const, instance: null, value: 12.5 },
    ];
    expect(openMetrics([{ ...run, values }])).toBe(
      `# TYPE fleetscope_cpu_utilization_ratio gauge
# UNIT fleetscope_cpu_utilization_ratio ratio
# HELP fleetscope_cpu_utilization_ratio CPU time not idle, not waiting for I/O, not stolen
fleetscope_cpu_utilization_ratio{host="db-07",class="db"} 0.125 1700000000.5
# TYPE fleetscope_disk_write_await_seconds gauge
# UNIT fleetscope_disk_write_await_seconds seconds
# HELP fleetscope_disk_write_await_seconds ${METRICS.get('disk.write_await')?.title ?? ''}
fleetscope_disk_write_await_seconds{host="db-07",class="db",instance="nvme0n1"} 0.0472 1700000000.5
# EOF
`,
    );
  });

  it('escapes what a host names its devices', () => {
    const values = [{ metric: 'disk.write_await' as const, instance: 'a"b\\c\nd', value: 1 }];
    expect(openMetrics([{ ...run, values }])).toContain('instance="a\\"b\\\\c\\nd"');
  });
});
