import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgedCases, needsReason, scoresOf, scoresPage } from '../../../test/support/labelled-cases';
import { REASONS } from '../../../test/support/labelled-reasons';
import { RULES } from '../src';

const ROOT = join(__dirname, '..', '..', '..');
/** Cases that a rule is known to fail, with the reason beside its score: one that is met has no place here. */
const KNOWN = [
  'fs-inodes missed in inodes-crit',
  'tcp-time-wait missed in ports-triage-60s',
  'tcp-time-wait missed in ports-use-method',
];

describe('labelled cases', () => {
  const cases = judgedCases(ROOT);
  const scores = scoresOf(cases);

  it('are at least sixty, healthy ones among them', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
    expect(cases.filter(({ label }) => label.finds.length === 0).length).toBeGreaterThanOrEqual(15);
  });

  it('name rules that there are', () => {
    const ids = new Set(RULES.map(({ id }) => id));
    const named = cases.flatMap(({ label }) => [
      ...label.finds.map(({ rule }) => rule),
      ...Object.keys(label.open ?? {}),
    ]);
    expect(named.filter((rule) => !ids.has(rule))).toEqual([]);
  });

  it('are judged as their labels say', () => {
    const misses = scores.flatMap((score) => score.misses.map(({ name, rule, kind }) => `${rule} ${kind} in ${name}`));
    expect(misses).toEqual(KNOWN);
  });

  it('leave no rule without a case or with a low score unexplained, and explain no other', () => {
    expect(
      scores
        .filter(needsReason)
        .map(({ rule }) => rule)
        .sort(),
    ).toEqual(Object.keys(REASONS).sort());
  });

  it('stand in the page of scores: node libs/analysis/tools/score.mjs', () => {
    expect(readFileSync(join(ROOT, 'docs', 'analysis-scores.md'), 'utf8')).toBe(scoresPage(cases));
  });
});
