import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const cgroupIoRule = defineRule({
  id: 'cgroup-io',
  version: 1,
  title: 'I/O of a cgroup',
  headline: 'A cgroup waits for I/O',
  resource: 'cgroup',
  aspect: 'saturation',
  metrics: ['cgroup.io_pressure', 'cgroup.io_throttled'],
  thresholds: { warn: percent(20), crit: percent(60) },

  deep: true,
  why: 'A limit on I/O slows the group though the disk is idle.',
  next: 'cgroup-pressure',
  evaluate: ({ limits }, judge) =>
    judge.levels('cgroup.io_pressure', (instance) => ({
      limits,
      over: 'mean',
      beyond: 'above',
      label: ({ shown }) => `io ${shown}`,
      text: ({ shown }) =>
        `Some thread of ${instance ?? 'the group'} waited for I/O during ${shown} of the window (PSI).`,
    })),
});
