import { ParameterError, resolveParameters, windowSeconds } from './parameters';
import { parseRunbook } from './catalogue.loader';

const runbook = parseRunbook(
  `
id: sample
title: Sample
version: 1
cost: light
parameters:
  duration: { type: duration, default: 10s, min: 500ms, max: 1m }
  pid: { type: integer, default: null, min: 1, max: 4194304 }
  mode: { type: choice, default: fp, values: [fp, dwarf] }
steps:
  - { id: one, title: One, prefer: [{ id: a, run: [vmstat, -p, '{pid}', '{window+1}'], parser: vmstat }] }
`,
  'sample.yaml',
);

const problemsOf = (given: Record<string, unknown>): unknown => {
  try {
    resolveParameters(runbook, given);
    return null;
  } catch (error) {
    return error instanceof ParameterError ? error.problems : error;
  }
};

describe('resolveParameters', () => {
  it('fills in the defaults', () =>
    expect(resolveParameters(runbook)).toEqual({ duration: 10_000, pid: null, mode: 'fp' }));

  it('takes numbers as text, as a command line gives them', () =>
    expect(resolveParameters(runbook, { duration: '500ms', pid: '42', mode: 'dwarf' })).toEqual({
      duration: 500,
      pid: 42,
      mode: 'dwarf',
    }));

  it('rounds the window up to whole seconds', () => {
    expect(windowSeconds(runbook, { duration: 500 })).toBe(1);
    expect(windowSeconds(runbook, { duration: 1500 })).toBe(2);
  });

  it.each([
    [{ duration: '2m' }, [{ path: 'duration', expected: 'a duration from 500ms to 1m, such as 10s', got: '"2m"' }]],
    [{ duration: 10 }, [{ path: 'duration', expected: 'a duration from 500ms to 1m, such as 10s', got: '10' }]],
    [
      { duration: '1s; reboot' },
      [{ path: 'duration', expected: 'a duration from 500ms to 1m, such as 10s', got: '"1s; reboot"' }],
    ],
    [{ pid: 0 }, [{ path: 'pid', expected: 'a whole number from 1 to 4194304', got: '0' }]],
    [{ pid: '1e3' }, [{ path: 'pid', expected: 'a whole number from 1 to 4194304', got: '"1e3"' }]],
    [{ mode: 'lbr' }, [{ path: 'mode', expected: 'one of fp, dwarf', got: '"lbr"' }]],
    [
      { color: 1 },
      [{ path: 'color', expected: 'one of the parameters duration, pid, mode', got: 'an unknown parameter' }],
    ],
    [
      { constructor: 1 },
      [{ path: 'constructor', expected: 'one of the parameters duration, pid, mode', got: 'an unknown parameter' }],
    ],
  ])('says what is wrong with %j', (given, problems) => expect(problemsOf(given)).toEqual(problems));

  it('names all problems at once', () => expect(problemsOf({ pid: 0, mode: 'x' })).toHaveLength(2));
});
