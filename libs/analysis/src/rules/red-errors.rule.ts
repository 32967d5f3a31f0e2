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
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'service.error_ratio';
    const instances: (string | null)[] = [...evidence.instances(metric)];
    if (evidence.reading(metric)) instances.unshift(null);
    if (instances.length === 0) return [judge.missing(metric)];
    return instances.map((instance) =>
      judge.level({
        metric,
        instance,
        limits,
        over: 'sustained',
        beyond: 'above',
        label: ({ shown }) => `errors ${shown}`,
        text: ({ shown, span }) =>
          `${shown} of the requests${instance === null ? '' : ` to ${instance}`} failed, ${span}.`,
      }),
    );
  },
});
