import { formatList, formatPlural } from '../format';
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
  evaluate: ({ evidence, peerFacts }, judge) => {
    const own = evidence
      .factSets()
      .flatMap(({ step, observation: { name, facts } }) =>
        Object.entries(facts).map(([key, value]) => ({
          step,
          fact: `${name}.${key}`,
          value: value === null ? null : String(value),
        })),
      )
      .filter(({ fact }) => /^(mounts|disks)\./.test(fact));
    if (own.length === 0) return [judge.unknown('no step told mounts or schedulers')];
    if (peerFacts === null) return [judge.unknown('what is usual among its peers is not known')];
    const other = own.filter(
      ({ fact, value }) => value !== null && peerFacts[fact] !== undefined && peerFacts[fact] !== value,
    );
    const said = { value: other.length, unit: '1', label: `${formatPlural(other.length, 'difference')}` } as const;
    if (other.length === 0) return [judge.ok(said)];
    const list = formatList(
      other.map(({ fact, value }) => `${fact} ${value ?? ''} instead of ${peerFacts[fact] ?? ''}`),
      4,
    );
    return [
      judge.finding({
        ...said,
        severity: 'info',
        evidence: other.map(({ step }) => ({ step, lines: [1] })),
        text: `Unlike its peers: ${list}.`,
      }),
    ];
  },
});
