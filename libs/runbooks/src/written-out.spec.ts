import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue, parseRunbook } from './catalogue.loader';
import { writtenOut } from './written-out';

const CATALOGUE = join(__dirname, '..', 'catalog');
const textOf = (id: string): string => readFileSync(join(CATALOGUE, `${id}.yaml`), 'utf8');
const programs = Object.fromEntries(
  readdirSync(CATALOGUE)
    .filter((name) => name.endsWith('.bt'))
    .map((name) => [name, readFileSync(join(CATALOGUE, name), 'utf8')]),
);

describe('a runbook with what it includes written out', () => {
  it('is the runbook that the loader makes of it', () => {
    const { include, ...loaded } = loadCatalogue(CATALOGUE).get('use-method')!;
    expect(include.length).toBeGreaterThan(3);
    const text = writtenOut(textOf('use-method'), textOf);
    expect(parseRunbook(text, 'use-method.yaml', programs)).toEqual({ ...loaded, include: [] });
  });

  it('keeps comments, and steps of its own in place of those it includes', () => {
    const own = `# Ours.
id: ours
title: Ours
version: 1
cost: light
include: [base]
steps:
  # Shorter here.
  - { id: two, prefer: [{ id: a, run: [uptime] }] }
  - { id: three, prefer: [{ id: a, run: [uptime] }] }
`;
    const base = own.replace('id: ours', 'id: base').replace('include: [base]\n', '').replace('id: three', 'id: one');
    const text = writtenOut(own, (id) => {
      expect(id).toBe('base');
      return base;
    });
    expect(text).toMatch(/^# Ours\.\nid: ours\n/);
    expect(text).toContain('# Shorter here.');
    expect(text).not.toContain('include');
    expect([...text.matchAll(/id: (one|two|three)/g)].map(([, id]) => id)).toEqual(['two', 'one', 'three']);
  });
});
