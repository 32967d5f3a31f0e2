import { defineRule } from '../rule';
import { percent } from '../thresholds';

export const redErrorsRule = defineRule({
  id: 'red-errors',
  version: 1,
  title: 'Failed requests',
  headline: 'Requests fail',
  resource: 'service',
  aspect: 'errors',
  metrics: ['service.error_ratio'],
  thresholds: { warn: percent(1), crit: percent(5) },

  deep: true,
  why: 'Errors are what users see: follow the error path first.',
  next: 'triage-60s',
  evaluate: ({ limits }, judge) =>
    judge.levels('service.error_ratio', (instance) => ({
      limits,
      over: 'sustained',
      beyond: 'above',
      label: ({ shown }) => `errors ${shown}`,
      text: ({ shown, span }) =>
        `${shown} of the requests${instance === null ? '' : ` to ${instance}`} failed, ${span}.`,
    })),
});
