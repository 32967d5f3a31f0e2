import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const lockContentionRule = defineRule({
  id: 'lock-contention',
  version: 1,
  title: 'Waiting for locks',
  headline: 'Threads wait for locks',
  resource: 'lock',
  aspect: 'saturation',
  metrics: ['lock.wait_share'],
  thresholds: { warn: percent(20) },

  deep: true,
  why: 'Slow though the CPU is idle: threads stand in line for a lock.',
  next: 'offcpu-profile',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'lock.wait_share';
    const instances: (string | null)[] = [...evidence.instances(metric)];
    if (evidence.reading(metric)) instances.unshift(null);
    if (instances.length === 0) return [judge.missing(metric)];
    return instances.map((instance) =>
      judge.level({
        metric,
        instance,
        limits,
        over: 'mean',
        beyond: 'above',
        label: ({ shown }) => `locks ${shown}`,
        text: ({ shown }) =>
          `${shown} of the time that active threads${instance === null ? '' : ` of ${instance}`} waited was for locks.`,
      }),
    );
  },
});
