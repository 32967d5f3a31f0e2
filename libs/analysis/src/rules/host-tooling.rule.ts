import { formatList, formatPlural } from '../format';
import { defineRule } from '../rule';

export const hostToolingRule = defineRule({
  id: 'host-tooling',
  version: 1,
  title: 'Tools that captures need',
  headline: 'Captures would fall short',
  resource: 'service',
  aspect: 'workload',
  metrics: [],
  thresholds: {},

  deep: true,
  why: 'Readiness is learnt before the incident, not in it.',
  next: null,
  evaluate: ({ evidence }, judge) => {
    const told = evidence.factSets().filter(({ observation }) => observation.name === 'host-tooling');
    const facts = told.flatMap(({ observation }) => Object.entries(observation.facts));
    if (facts.length === 0) return [judge.unknown('no step looked at the tools of the host')];
    const wanting = facts.filter(([, value]) => value !== true && value !== 'ok');
    const said = {
      value: wanting.length,
      unit: '1',
      label: `${formatPlural(wanting.length, 'tool')} wanting`,
    } as const;
    if (wanting.length === 0) return [judge.ok(said)];
    const list = formatList(
      wanting.map(([tool, value]) => `${tool} (${value === null || value === false ? 'missing' : String(value)})`),
      8,
    );
    return [
      judge.finding({
        ...said,
        severity: 'info',
        evidence: told.map(({ step }) => ({ step, lines: [1] })),
        text: `Captures would fall short for want of ${list}.`,
      }),
    ];
  },
});
