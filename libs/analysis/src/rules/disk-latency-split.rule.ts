import { type MetricId } from '@fleetscope/contracts';
import { collect } from '../collect';
import { formatValue } from '../format';
import { bucketQuantile, timesOf } from '../histograms';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { milliseconds } from '../thresholds';

export const diskLatencySplitRule = defineRule({
  id: 'disk-latency-split',
  version: 1,
  title: 'Queue time against device time',
  headline: 'Requests wait before the disk sees them',
  resource: 'disk',
  aspect: 'saturation',
  metrics: ['disk.io_queue_latency', 'disk.io_device_latency'],
  thresholds: { least: milliseconds(5) },

  deep: true,
  why: 'Time in the queue is the scheduler’s or the load’s, time in the device is the device’s: the cure differs.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => {
    const p99 = (metric: MetricId, pattern: RegExp) => [
      ...timesOf(evidence, pattern).map((times) => ({
        instance: times.instance,
        value: bucketQuantile(times, 0.99),
        cited: times.evidence,
      })),
      ...collect([null, ...evidence.instances(metric)], (instance) => {
        const found = evidence.measurement(metric, instance);
        return found && { instance, value: found.value, cited: evidenceOf(found.reading) };
      }),
    ];
    const queues = p99('disk.io_queue_latency', /queue.*(lat|_us|_ns|_ms)|io_queue/);
    const devices = p99('disk.io_device_latency', /device.*(lat|_us|_ns|_ms)|io_device/);
    if (queues.length === 0) return [judge.missing('disk.io_queue_latency')];
    return queues.map(({ instance, value, cited }) => {
      const device = devices.find((one) => one.instance === instance);
      if (!device) return judge.missing('disk.io_device_latency', instance);
      const shown = formatValue(value, 'ms');
      const said = {
        instance,
        metric: 'disk.io_queue_latency',
        value,
        threshold: device.value,
        label: `queue ${shown}`,
        evidence: [cited, device.cited],
      } as const;
      const both = `${shown} in the queue against ${formatValue(device.value, 'ms')} in the device (99th percentiles)`;
      const name = instance ?? 'the disks';
      if (Math.max(value, device.value) < limits.least) return judge.ok(said);
      if (value > device.value)
        return judge.finding(said, {
          severity: 'warn',
          text: `Requests of ${name} wait ${both}: the queue or its scheduler is the limit.`,
        });
      return judge.finding(said, {
        severity: 'info',
        text: `Requests of ${name} take ${both}: the device itself is slow.`,
      });
    });
  },
});
