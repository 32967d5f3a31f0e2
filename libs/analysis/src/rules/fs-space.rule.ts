import { judgeFilesystems } from '../filesystem-rule';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const fsSpaceRule = defineRule({
  id: 'fs-space',
  version: 1,
  title: 'Filesystem space',
  headline: 'Filesystems are nearly full',
  resource: 'filesystem',
  aspect: 'utilization',
  metrics: ['filesystem.space_used'],
  thresholds: { warn: percent(85), crit: percent(95) },
  why: 'Writes fail when it is full, and many filesystems slow down before.',
  next: null,
  evaluate: ({ evidence, limits }, judge) =>
    judgeFilesystems(evidence, judge, 'filesystem.space_used', limits, 'space'),
});
