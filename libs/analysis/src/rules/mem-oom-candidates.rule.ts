import { type EvidenceIndex } from '../evidence-index';
import { formatList, formatNumber } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { count } from '../thresholds';

/** Linux 5.9 began to print two thirds of 1000 and the badness: 666 is what a process without any memory has. */
const printedAs = (badness: number, evidence: EvidenceIndex): number => {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(String(evidence.fact('kernel') ?? '')) ?? [];
  const shifted = Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 9);
  return shifted ? Math.floor(((1000 + badness) * 2) / 3) : badness;
};

export const memOomCandidatesRule = defineRule({
  id: 'mem-oom-candidates',
  version: 2,
  title: 'Who would be killed first',
  headline: 'Would be killed first',
  resource: 'memory',
  aspect: 'workload',
  metrics: ['memory.oom_score'],
  thresholds: { least: count(300) },

  deep: true,
  why: 'When memory runs out, the process with the highest score is killed: know it before.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'memory.oom_score';
    const scored = evidence
      .instances(metric)
      .flatMap((instance) => {
        const score = evidence.measurement(metric, instance);
        return score ? [{ instance, score }] : [];
      })
      .sort((a, b) => b.score.value - a.score.value);
    const [first] = scored;
    if (!first) return [judge.missing(metric)];
    const top = scored.slice(0, 3);
    const least = printedAs(limits.least, evidence);
    const said = {
      instance: first.instance,
      metric,
      value: first.score.value,
      threshold: least,
      label: `oom score ${formatNumber(first.score.value)}`,
      evidence: top.map(({ score }) => evidenceOf(score.reading)),
    } as const;
    if (first.score.value < least) return [judge.ok(said)];
    const list = formatList(top.map(({ instance, score }) => `${instance} (${formatNumber(score.value)})`));
    return [
      judge.finding(said, { severity: 'info', text: `If memory ran out, these would be killed first: ${list}.` }),
    ];
  },
});
