import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const cgroupCpuRule = defineRule({
  id: 'cgroup-cpu',
  version: 1,
  title: 'CPU of a cgroup',
  headline: 'A cgroup waits for CPU',
  resource: 'cgroup',
  aspect: 'saturation',
  metrics: ['cgroup.cpu_pressure'],
  thresholds: { warn: percent(10), crit: percent(40) },

  deep: true,
  why: 'A container has a USE table of its own: it can starve on an idle host.',
  next: 'cgroup-pressure',
  evaluate: ({ limits }, judge) =>
    judge.levels('cgroup.cpu_pressure', (instance) => ({
      limits,
      over: 'mean',
      beyond: 'above',
      label: ({ shown }) => `cpu ${shown}`,
      text: ({ shown }) =>
        `Some thread of ${instance ?? 'the group'} waited for a CPU during ${shown} of the window (PSI).`,
    })),
});
