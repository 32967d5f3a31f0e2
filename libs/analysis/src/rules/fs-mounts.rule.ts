import { judgePeerFacts } from '../peer-facts-rule';
import { defineRule } from '../rule';

export const fsMountsRule = defineRule({
  id: 'fs-mounts',
  version: 1,
  title: 'Mounts and schedulers unlike the peers’',
  headline: 'Mounted unlike their peers',
  resource: 'filesystem',
  aspect: 'workload',
  metrics: [],
  thresholds: {},

  deep: true,
  why: 'The odd one out often differs in how it was set up.',
  next: 'compare',
  evaluate: (input, judge) => judgePeerFacts(input, judge, /^(mounts|disks)\./, 'mounts or schedulers'),
});
