import { judgePeerFacts } from '../peer-facts-rule';
import { defineRule } from '../rule';

export const netSysctlRule = defineRule({
  id: 'net-sysctl',
  version: 1,
  title: 'Network settings unlike the peers’',
  headline: 'Tuned unlike their peers',
  resource: 'network',
  aspect: 'workload',
  metrics: [],
  thresholds: {},

  deep: true,
  why: 'Tune nothing without a measurement before and after; but know who was tuned.',
  next: 'compare',
  evaluate: (input, judge) => judgePeerFacts(input, judge, /^sysctl\.net\./, 'network settings'),
});
