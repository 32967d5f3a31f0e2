import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ParseResult } from '@fleetscope/contracts';
import { detect, parseText } from '../src';
import { contextOf, fixture, valuesOf } from './fixtures';

const parse = (parser: string, name: string): ParseResult => parseText(parser, fixture(parser, name), contextOf(name));
const parsed = (parser: string, text: string): ParseResult => parseText(parser, text, contextOf());

describe('perf script: values read off the recordings by eye', () => {
  it('a row a sample, its stack root first', () => {
    expect(parse('perf-script', 'perf--6.1.187--loop').rows[0]).toEqual({
      comm: 'sh',
      pid: null,
      tid: 29767,
      cpu: 1,
      time: 14375.885916,
      period: 5025125,
      event: 'cpu-clock:pppH',
      stack: '[unknown];[unknown];[dash]',
    });
    expect(parse('perf-script', 'perf--6.1.187--fields').rows[1]).toMatchObject({ pid: 29767, stack: '__strcmp_evex' });
  });

  it('tracepoints keep their fields', () => {
    const [row] = parse('perf-script', 'perf--6.1.187--tracepoint').rows;
    expect(row).toMatchObject({ comm: 'sh', event: 'sched:sched_switch', period: null });
    expect(String(row?.fields).startsWith('prev_comm=sh prev_pid=29786 ')).toBe(true);
  });

  it('commands with blanks and numbers', () => {
    const text = 'V8 Worker 12 4711/4712 [003] 12.5:  7 cycles:u: \n\t 1f foo+0x1 (/a b/c)\n\t 20 main (/x)\n\n';
    expect(parsed('perf-script', text)).toMatchObject({
      issues: [],
      rows: [{ comm: 'V8 Worker 12', pid: 4711, tid: 4712, cpu: 3, time: 12.5, period: 7, event: 'cycles:u' }],
    });
  });

  const folder = join(__dirname, '..', '..', 'profiles', 'fixtures', 'perf-script');
  it.each(readdirSync(folder))('the recording of the profiles, %s', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const result = parsed('perf-script', text);
    expect(result.issues).toEqual([]);
    expect(result.rows.length).toBeGreaterThan(5);
    expect(result.rows.every((row) => typeof row.stack === 'string' && row.stack.length > 0)).toBe(true);
  });
});

describe('folded stacks', () => {
  it('the value stands behind the last blank', () => {
    const { rows, issues } = parsed(
      'collapsed',
      '# a remark\njava;std::map<int, int>::at;x y 12\nidle 3\nbroken;line\n',
    );
    expect(rows).toEqual([
      { stack: 'java;std::map<int, int>::at;x y', value: 12 },
      { stack: 'idle', value: 3 },
    ]);
    expect(issues).toMatchObject([{ line: 4, reason: 'no number behind the stack' }]);
    expect(detect('a;b;c 1\na;b 2\n')).toBe('collapsed');
  });
});

describe('async-profiler', () => {
  it('stacks and the hottest methods, in the form of versions 2 and 3', () => {
    const text = [
      '--- Execution profile ---',
      'Total samples       : 687',
      'unknown_Java        : 1 (0.15%)',
      '',
      'Frame buffer usage  : 0.0069%',
      '',
      '--- 6790000000 ns (98.84%), 679 samples',
      '  [ 0] Sieve.isPrime',
      '  [ 1] Sieve.run(int, long)',
      '  [ 2] java.lang.Thread.run',
      '',
      '          ns  percent  samples  top',
      '  ----------  -------  -------  ---',
      '  6790000000   98.84%      679  Sieve.isPrime',
      '    40000000    0.58%        4  Monitor::TrySpin(Thread*)',
      '',
    ].join('\n');
    const result = parsed('async-profiler', text);
    expect(result.issues).toEqual([]);
    expect(result.rows).toEqual([
      {
        ns: 6790000000,
        percent: 98.84,
        samples: 679,
        stack: 'java.lang.Thread.run;Sieve.run(int, long);Sieve.isPrime',
      },
      { ns: 6790000000, percent: 98.84, samples: 679, top: 'Sieve.isPrime' },
      { ns: 40000000, percent: 0.58, samples: 4, top: 'Monitor::TrySpin(Thread*)' },
    ]);
    expect(detect(text)).toBe('async-profiler');
  });

  it('the share before the unit, as version 1 prints it', () => {
    const { rows } = parsed('async-profiler', '--- 6790000000 (98.84%) ns, 679 samples\n  [ 0] Sieve.isPrime\n');
    expect(rows).toEqual([{ ns: 6790000000, percent: 98.84, samples: 679, stack: 'Sieve.isPrime' }]);
  });
});

describe('sadf -j', () => {
  it('says the same as sadf -d of one archive', () => {
    const text = parse('sadf', 'sadf--12.6.1--beside-json');
    const json = parse('sadf', 'sadf--12.6.1--json');
    const metrics = (result: ParseResult) =>
      new Map(
        result.observations.flatMap((one) =>
          one.kind === 'series' ? [[`${one.metric} ${one.instance ?? ''}`, one.values] as const] : [],
        ),
      );
    const [ours, theirs] = [metrics(json), metrics(text)];
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    for (const [key, values] of theirs) expect([key, ours.get(key)]).toEqual([key, values]);
    expect(valuesOf(json, 'cpu.utilization', 'all')).toHaveLength(2);
  });
});
