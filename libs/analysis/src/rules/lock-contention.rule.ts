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
  evaluate: ({ limits }, judge) =>
    judge.levels('lock.wait_share', (instance) => ({
      limits,
      over: 'mean',
      beyond: 'above',
      label: ({ shown }) => `locks ${shown}`,
      text: ({ shown }) =>
        `${shown} of the time that active threads${instance === null ? '' : ` of ${instance}`} waited was for locks.`,
    })),
});
