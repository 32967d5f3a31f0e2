import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunbook, loadCatalogue, parseRunbook } from './catalogue.loader';
import { RunbookError } from './runbook-error';

const CATALOG = join(__dirname, '../catalog');

const runbook = (steps: string, head = ''): string =>
  `id: sample\ntitle: Sample\nversion: 1\ncost: light\n${head}steps:\n${steps}`;
const step = (alternative: string): string => `  - id: one\n    title: One\n    prefer:\n      - ${alternative}\n`;

const problemsOf = (
  text: string,
  parsers?: ReadonlySet<string>,
): { line: number | null; path: string; expected: string; got: string }[] => {
  try {
    parseRunbook(text, 'sample.yaml', {}, { parsers });
    return [];
  } catch (error) {
    if (!(error instanceof RunbookError)) throw error;
    return error.problems.map(({ line, path, expected, got }) => ({ line, path, expected, got }));
  }
};

describe('the catalogue', () => {
  it('loads without a problem', () => {
    const catalogue = loadCatalogue(CATALOG);
    expect(findRunbook(catalogue, 'triage')?.id).toBe('triage-60s');
    expect(findRunbook(catalogue, 'nothing')).toBeNull();
  });

  it('holds the ten commands of the first minute', () => {
    const steps = loadCatalogue(CATALOG)
      .get('triage-60s')
      ?.steps.map((one) => one.id);
    expect(steps).toEqual(
      expect.arrayContaining([
        'uptime',
        'dmesg',
        'vmstat',
        'mpstat',
        'pidstat',
        'iostat',
        'free',
        'sar-dev',
        'sar-tcp',
        'top',
      ]),
    );
  });
});

describe('parseRunbook', () => {
  it('says the line, the path, what was expected and what it got', () => {
    const text = runbook(step("{ id: a, run: ['/usr/bin/vmstat', '{speed}'], parser: vmstat }"));
    expect(problemsOf(text)).toEqual([
      {
        line: 9,
        path: 'steps.0.prefer.0.run.0',
        expected: 'the bare name of a tool (its path is found on the host)',
        got: '/usr/bin/vmstat',
      },
      { line: 9, path: 'steps.0.prefer.0.run.1', expected: 'a placeholder of (none)', got: '{speed}' },
    ]);
  });

  it.each([
    ['two ways at once', step('{ id: a, run: [df], read: [/proc/stat], parser: df }'), 'steps.0.prefer.0'],
    ['no way at all', step('{ id: a, parser: df }'), 'steps.0.prefer.0'],
    [
      'a need in a form we do not know',
      step("{ id: a, needs: ['file:etc'], run: [df], parser: df }"),
      'steps.0.prefer.0.needs.0',
    ],
    ['a program that is not there', step('{ id: a, program: x.bt, parser: df }'), 'steps.0.prefer.0.program'],
    [
      'a path that a shell could take for more',
      step("{ id: a, read: ['/proc/$(id)'], parser: df }"),
      'steps.0.prefer.0.read.0',
    ],
    ['a path with ..', step("{ id: a, read: ['/proc/../etc/shadow'], parser: df }"), 'steps.0.prefer.0.read.0'],
    [
      'a sample outside the window',
      step('{ id: a, sample: [/proc/stat], every: 1s, parser: df }'),
      'steps.0.prefer.0.sample',
    ],
    [
      'packed output that could hold arguments of processes',
      step('{ id: a, run: [ps, -ef], compressed: true, parser: ps }'),
      'steps.0.prefer.0.compressed',
    ],
    ['a step twice', step('{ id: a, run: [df], parser: df }').repeat(2), 'steps.1.id'],
    ['an unknown field', step('{ id: a, run: [df], parser: df, shell: yes }'), 'steps.0.prefer.0'],
  ])('finds %s', (_name, steps, path) => {
    expect(problemsOf(runbook(steps)).map((problem) => problem.path)).toContain(path);
  });

  it('finds bounds that cannot hold', () => {
    const head =
      'parameters:\n  window: { type: duration, default: 10s, min: 20s, max: 60s }\n  count: { type: integer, default: 5, min: 1, max: 3 }\n';
    expect(problemsOf(runbook(step('{ id: a, run: [df], parser: df }'), head)).map((problem) => problem.path)).toEqual([
      'parameters.window.default',
      'parameters.count.default',
    ]);
  });

  it('checks parser ids when it is told which exist', () => {
    const text = runbook(step('{ id: a, run: [df], parser: dff }'));
    expect(problemsOf(text)).toEqual([]);
    expect(problemsOf(text, new Set(['df']))).toEqual([
      { line: 9, path: 'steps.0.prefer.0.parser', expected: 'one of df', got: 'dff' },
    ]);
  });

  it('gives the place of a YAML fault', () => {
    expect(problemsOf('id: sample\n  title: x\n')[0]?.line).toBe(1);
    expect(problemsOf('id: a\nid: b\n')[0]?.got).toMatch(/unique/);
  });

  it('does not expand aliases', () => expect(() => parseRunbook('id: &a x\ntitle: *a\n', null)).toThrow());

  it('takes an empty file and a list for what they are', () => {
    expect(problemsOf('')).not.toEqual([]);
    expect(problemsOf('- a\n')).not.toEqual([]);
  });
});

describe('loadCatalogue', () => {
  it('reads every file before it fails', () => {
    const dir = mkdtempSync(join(tmpdir(), 'catalogue-'));
    try {
      writeFileSync(join(dir, 'a.yaml'), 'id: a\n');
      writeFileSync(join(dir, 'b.yaml'), runbook(step('{ id: a, run: [df], parser: df }')));
      expect(() => loadCatalogue(dir)).toThrow(RunbookError);
      try {
        loadCatalogue(dir);
      } catch (error) {
        const files = error instanceof RunbookError ? error.problems.map((problem) => problem.file) : [];
        expect(new Set(files)).toEqual(new Set([join(dir, 'a.yaml'), join(dir, 'b.yaml')]));
      }
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
