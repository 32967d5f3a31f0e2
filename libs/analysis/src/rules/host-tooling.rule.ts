import { formatList, formatPlural } from '../format';
import { defineRule } from '../rule';

export const hostToolingRule = defineRule({
  id: 'host-tooling',
  version: 2,
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
    // Only the runbook's own step asks for tools that are missing: the triage's `tool-versions` prints those it found.
    const told = evidence
      .factSets()
      .filter(({ step, observation }) => observation.name === 'tool-versions' && step === 'tools');
    const facts = told.flatMap(({ observation }) => Object.entries(observation.facts));
    if (facts.length === 0) return [judge.unknown('no step looked at the tools of the host')];
    const wanting = facts.filter(([, value]) => /^(missing$|broken:)/.test(String(value)));
    const said = {
      value: wanting.length,
      unit: '1',
      label: `${formatPlural(wanting.length, 'tool')} wanting`,
    } as const;
    if (wanting.length === 0) return [judge.ok(said)];
    const list = formatList(
      wanting.map(([tool, value]) => `${tool} (${String(value)})`),
      8,
    );
    return [
      judge.finding(said, {
        severity: 'info',
        evidence: told.map(({ step }) => ({ step, lines: [1] })),
        text: `Captures would fall short for want of ${list}.`,
      }),
    ];
  },
});
