import { DISK_WORDS, diskInstances, diskKind, idleStep } from '../disks';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const diskUtilizationRule = defineRule({
  id: 'disk-utilization',
  version: 1,
  title: 'Disk utilization',
  headline: 'Disks are busy',
  resource: 'disk',
  aspect: 'utilization',
  metrics: ['disk.utilization'],
  thresholds: { warn: percent(80) },
  why: 'A spindle serves one request at a time. SSDs and virtual disks serve in parallel: for them await and queue decide.',
  next: 'block-io-latency',
  evaluate: ({ evidence, limits }, judge) => {
    const disks = diskInstances(evidence, 'disk.utilization');
    if (disks.length === 0) {
      const step = idleStep(evidence);
      if (step === null) return [judge.missing('disk.utilization')];
      return [judge.ok({ metric: 'disk.utilization', value: 0, threshold: limits.warn, label: 'idle' })];
    }
    return disks.map((disk) => {
      const kind = diskKind(evidence, disk);
      return judge.level({
        metric: 'disk.utilization',
        instance: disk,
        limits,
        cap: kind === 'hdd' ? 'warn' : 'info',
        label: ({ shown }) => `${disk} ${shown} util`,
        text: ({ shown, span }) =>
          `${disk} (${DISK_WORDS[kind]}) has a request in flight at least ${shown} of the time, ${span}${kind === 'hdd' ? '' : '; it serves in parallel, so await and queue decide'}.`,
      });
    });
  },
});
