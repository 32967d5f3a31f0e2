import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMetricId } from '@fleetscope/contracts';
import { RULES } from '../src';

const PAGES = join(__dirname, '../../../docs/findings');
const CATALOG = join(__dirname, '../../runbooks/catalog');
const SOURCES = join(__dirname, '../src/rules');

describe('a rule and its page', () => {
  it.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
    expect(existsSync(join(SOURCES, `${id}.rule.ts`))).toBe(true);
    const page = readFileSync(join(PAGES, `${id}.md`), 'utf8');
    for (const heading of [
      '## What it means',
      '## How to confirm',
      '## Usual causes',
      '## What to run next',
      '## Sources',
    ])
      expect(page).toContain(heading);
    expect(page.startsWith(`# ${id}: `)).toBe(true);
    // The page tells the bounds that the rule has.
    for (const [name, { value }] of Object.entries(rule.thresholds)) expect(page).toContain(`\`${name}\` ${value}`);
    if (rule.next !== null) expect(page).toContain(`\`${rule.next}\``);
  });

  it('what is to be run next is a runbook of the catalogue, in every place a rule names one', () => {
    const runbooks = new Set(
      readdirSync(CATALOG).flatMap((file) => (file.endsWith('.yaml') ? [file.replace(/\.yaml$/, '')] : [])),
    );
    // `compare` is a verb, not a runbook: two hosts beside each other.
    const known = (next: string): boolean => runbooks.has(next) || next === 'compare';
    expect(RULES.flatMap(({ id, next }) => (next === null || known(next) ? [] : [[id, next]]))).toEqual([]);
    const written = readdirSync(SOURCES).flatMap((file) =>
      [...readFileSync(join(SOURCES, file), 'utf8').matchAll(/next: [^\n]*/g)].flatMap(([line]) =>
        [...line.matchAll(/[?:] '([a-z0-9-]+)'/g)].map(([, next = '']) => [file, next] as const),
      ),
    );
    expect(written.length).toBeGreaterThan(RULES.filter(({ next }) => next !== null).length - 1);
    expect(written.filter(([, next]) => !known(next))).toEqual([]);
  });

  it('no page without a rule, no two rules with one id', () => {
    const pages = readdirSync(PAGES).filter((file) => file.endsWith('.md') && file !== 'README.md');
    expect(pages.map((file) => file.replace(/\.md$/, '')).sort()).toEqual(RULES.map(({ id }) => id).sort());
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  });

  it.each(RULES)(
    '$id names metrics of the catalogue, dashes its id, and says why',
    ({ id, metrics, why, headline, version }) => {
      for (const metric of metrics) expect(isMetricId(metric)).toBe(true);
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect([why, headline].every((text) => text.length > 5)).toBe(true);
      expect(version).toBeGreaterThan(0);
    },
  );
});
