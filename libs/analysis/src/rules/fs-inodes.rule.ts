import { judgeFilesystems } from '../filesystem-rule';
import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const fsInodesRule = defineRule({
  id: 'fs-inodes',
  version: 1,
  title: 'Filesystem inodes',
  headline: 'Filesystems run out of inodes',
  resource: 'filesystem',
  aspect: 'utilization',
  metrics: ['filesystem.inodes_used'],
  thresholds: { warn: percent(85), crit: percent(95) },
  why: 'No file can be made when they are gone, though there is space left.',
  next: null,
  evaluate: ({ evidence, limits }, judge) =>
    judgeFilesystems(evidence, judge, 'filesystem.inodes_used', limits, 'inodes'),
});
