import { DISK_WORDS, diskInstances, diskKind, diskProperty, idleStep } from '../disks';
import { formatNumber } from '../format';
import { found } from '../judge';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { count, share } from '../thresholds';

export const diskQueueRule = defineRule({
  id: 'disk-queue',
  version: 1,
  title: 'Requests queued at a disk',
  headline: 'Disk requests queue',
  resource: 'disk',
  aspect: 'saturation',
  metrics: ['disk.queue_size'],
  thresholds: { hdd: count(1), ofRequests: share(0.25), nrRequests: count(256) },
  why: 'A backlog forms: requests come faster than they are served.',
  next: 'block-io-latency',
  evaluate: ({ evidence, limits, outcomesOf }, judge) => {
    const disks = diskInstances(evidence, 'disk.queue_size');
    if (disks.length === 0) {
      if (idleStep(evidence) === null) return [judge.missing('disk.queue_size')];
      return [judge.ok({ metric: 'disk.queue_size', value: 0, label: 'idle' })];
    }
    return disks.map((disk) => {
      const kind = diskKind(evidence, disk);
      const told = Number(diskProperty(evidence, disk, 'nr_requests') ?? Number.NaN);
      const requests = Number.isFinite(told) && told > 0 ? told : limits.nrRequests;
      const bound = kind === 'hdd' ? limits.hdd : requests * limits.ofRequests;
      const slow = outcomesOf('disk-await').filter((outcome) => outcome.instance === disk);
      const outcome = judge.level({
        metric: 'disk.queue_size',
        instance: disk,
        limits: { warn: bound },
        label: ({ shown }) => `${disk} queue ${shown}`,
        text: ({ shown, span }) =>
          `At least ${shown} requests are queued or in service at ${disk} (${DISK_WORDS[kind]}) ${span}, beyond ${formatNumber(bound)}, and it answers slowly.`,
      });
      if (outcome.outcome !== 'finding') return outcome;
      if (found(slow)) return outcome;
      if (slow.length === 0 || slow.some((o) => o.outcome === 'unknown'))
        return judge.unknown(`${outcome.label}, but the time of its requests is not known`, 'disk.queue_size', disk);
      // A deep queue that is served quickly is what parallel devices are for.
      const reading = evidence.reading('disk.queue_size', disk);
      return judge.ok({
        instance: disk,
        metric: 'disk.queue_size',
        value: outcome.value,
        threshold: bound,
        label: `${outcome.label}, served quickly`,
        evidence: reading ? [evidenceOf(reading)] : [],
      });
    });
  },
});
