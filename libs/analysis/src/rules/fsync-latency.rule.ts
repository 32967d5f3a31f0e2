import { defineRule } from '../rule';
import { judgeTail } from '../tail-latency-rule';
import { milliseconds } from '../thresholds';

export const fsyncLatencyRule = defineRule({
  id: 'fsync-latency',
  version: 1,
  title: 'Time of an fsync',
  headline: 'fsync is slow',
  resource: 'filesystem',
  aspect: 'saturation',
  metrics: ['filesystem.fsync_latency'],
  thresholds: { warn: milliseconds(50), crit: milliseconds(500) },

  deep: true,
  why: 'A database waits for fsync at every commit: a backup’s flush blocks its log writer.',
  next: 'fsync-latency',
  evaluate: ({ evidence, limits }, judge) =>
    judgeTail(evidence, judge, {
      metric: 'filesystem.fsync_latency',
      histograms: /f(data)?sync/,
      limits,
      counted: 'calls',
      label: 'fsync p99',
      text: (shown, instance) =>
        `One in a hundred calls of fsync${instance === null ? '' : ` by ${instance}`} took at least ${shown}`,
    }),
});
