import { type RuleOutcome } from '@fleetscope/contracts';
import { formatList, formatPlural } from './format';
import { type Judge } from './judge';
import { type RuleContext } from './rule';

/** Judges facts that match `pattern` against what is usual among the host's peers; `what` names them where none was told. */
export const judgePeerFacts = (
  { evidence, peerFacts }: RuleContext,
  judge: Judge,
  pattern: RegExp,
  what: string,
): RuleOutcome[] => {
  const own = evidence
    .factSets()
    .flatMap(({ step, observation: { name, facts } }) =>
      Object.entries(facts).map(([key, value]) => ({
        step,
        fact: `${name}.${key}`,
        value: value === null ? null : String(value),
      })),
    )
    .filter(({ fact }) => pattern.test(fact));
  if (own.length === 0) return [judge.unknown(`no step told ${what}`)];
  if (peerFacts === null) return [judge.unknown('too few peers have told what is usual among them')];
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
    judge.finding(said, {
      severity: 'info',
      evidence: other.map(({ step }) => ({ step, lines: [1] })),
      text: `Unlike its peers: ${list}.`,
    }),
  ];
};
