import { coverageOf } from '@fleetscope/contracts';
import { verdictSchema, coverageSchema, type Observation } from '@fleetscope/contracts';
import {
  analyseHost,
  conclude,
  correlate,
  coverageText,
  oddnessOf,
  headlineOf,
  verdictText,
  type Headline,
  type VerdictRun,
} from '../src';
import { host, kernelLog, rows, steady, step, value } from './builders';

const run = (
  name: string,
  observations: readonly Observation[] | null,
  more: Partial<VerdictRun> = {},
): VerdictRun => ({
  host: name,
  hostClass: 'web',
  labels: {},
  state: 'succeeded',
  reason: null,
  analysis: observations === null ? null : analyseHost(host([step('step', observations)])),
  oddness: null,
  ...more,
});
const overflow = (rate: number): Observation[] => [steady('tcp.listen_overflows', rate)];
const slow = (ms: number): Observation[] =>
  rows(steady('disk.write_iops', 100, 'nvme0n1'), steady('disk.write_await', ms, 'nvme0n1'));
const silent = (name: string, state: VerdictRun['state'], reason = 'no answer'): VerdictRun =>
  run(name, null, { state, reason });

describe('coverage', () => {
  it('says in words who answered and who did not', () => {
    const runs = [
      ...['a', 'b', 'c', 'd'].map((name) => run(name, [])),
      run('e', [], { state: 'partial', reason: 'no sysstat' }),
      silent('f', 'unreachable'),
      silent('g', 'unreachable'),
      silent('h', 'refused'),
    ];
    const coverage = coverageOf(runs);
    expect(coverageSchema.parse(coverage)).toMatchObject({
      targeted: 8,
      answered: 5,
      succeeded: 4,
      partial: 1,
      unreachable: 2,
      refused: 1,
    });
    expect(coverageText(coverage)).toBe('5 of 8 answered, 1 of them in part: no sysstat; 2 unreachable; 1 refused');
    expect(coverage.reasons.map(({ host: name }) => name)).toEqual(['e', 'f', 'g', 'h']);
  });

  it('counts what is still running, and different reasons apart', () => {
    const runs = [
      run('a', [], { state: 'partial', reason: 'no sysstat' }),
      run('b', [], { state: 'partial', reason: 'no sudo' }),
      run('c', [], { state: 'partial', reason: 'no sysstat' }),
      silent('d', 'running'),
    ];
    expect(coverageText(coverageOf(runs))).toBe(
      '3 of 4 answered, all of them in part: no sysstat (2), no sudo (1); 1 still running',
    );
    expect(coverageText(coverageOf([]))).toBe('no host was targeted');
  });
});

describe('correlate', () => {
  const causes = (...observations: Observation[]) => {
    const { findings } = analyseHost(host([step('step', observations)]));
    const joined = correlate(findings);
    expect(joined.flatMap(({ cause, symptoms }) => [cause, ...symptoms]).length).toBe(findings.length);
    return joined.map(({ id, cause, symptoms }) => [id, cause.rule, symptoms.map(({ rule }) => rule).sort()]);
  };
  const GB = 1024 ** 3;

  it('dirty pages and a slow disk are one cause', () => {
    expect(
      causes(
        steady('memory.dirty', 6 * GB),
        value('memory.dirty_threshold', 10 * GB),
        ...slow(47),
        steady('cpu.iowait', 40, 'all'),
      ),
    ).toEqual([['writeback', 'mem-dirty', ['cpu-iowait', 'disk-await', 'writeback-burst']]]);
  });

  it('direct reclaim with major faults and I/O wait', () => {
    expect(
      causes(steady('memory.scan_direct', 900), steady('memory.major_faults', 300), steady('cpu.iowait', 30, 'all')),
    ).toEqual([['memory-shortage', 'mem-reclaim', ['cpu-iowait', 'mem-major-faults']]]);
  });

  it('a pinned CPU with its software interrupts, of the same CPU only', () => {
    const pinned = (soft: string) => [
      steady('cpu.utilization', 99, '0'),
      steady('cpu.utilization', 3, '1'),
      steady('cpu.utilization', 3, '2'),
      steady('cpu.softirq', 80, soft),
    ];
    expect(causes(...pinned('0'))).toEqual([['packet-cpu', 'cpu-softirq', ['cpu-imbalance']]]);
    expect(
      causes(...pinned('1'))
        .map(([id]) => id)
        .sort(),
    ).toEqual(['cpu-imbalance', 'cpu-softirq']);
  });

  it('steal explains the waiting', () =>
    expect(causes(steady('cpu.steal', 20, 'all'), value('cpu.pressure_some', 50), steady('cpu.runqueue', 9))).toEqual([
      ['stolen-cpu', 'cpu-steal', ['cpu-pressure', 'cpu-runqueue']],
    ]));

  it('one full CPU beside idle ones is why some threads queue, unless the queue is long', () => {
    const pinned = [steady('cpu.utilization', 99, '0'), steady('cpu.utilization', 20, '1')];
    expect(causes(...pinned, steady('cpu.runqueue', 5))).toEqual([['one-cpu', 'cpu-imbalance', ['cpu-runqueue']]]);
    expect(causes(...pinned, steady('cpu.runqueue', 9)).map(([id]) => id)).toEqual(['cpu-saturation']);
  });

  it('a little steal does not explain a queue several times as long as there are CPUs', () =>
    expect(causes(steady('cpu.steal', 7, 'all'), value('cpu.pressure_some', 95), steady('cpu.runqueue', 9))).toEqual([
      ['cpu-saturation', 'cpu-runqueue', ['cpu-pressure']],
      ['cpu-steal', 'cpu-steal', []],
    ]));

  it('drops on the host explain retransmissions', () =>
    expect(
      causes(
        steady('network.rx_drops', 50, 'eth0'),
        steady('network.rx_packets', 1000, 'eth0'),
        steady('tcp.retransmits', 20),
        steady('tcp.segments_out', 1000),
      ),
    ).toEqual([['local-drops', 'net-drops', ['tcp-retransmits']]]));

  it('what has nothing to do with each other stands alone', () =>
    expect(causes(value('filesystem.space_used', 99, '/'), ...overflow(1)).map(([id]) => id)).toEqual([
      'tcp-listen-overflows',
      'fs-space',
    ]));
});

describe('conclude', () => {
  it('joins the same finding of several hosts, the worst with its numbers, and says what to run', () => {
    const verdict = conclude({
      runs: [
        run('web-112', overflow(3)),
        run('web-118', overflow(14.2)),
        run('web-1', [steady('tcp.listen_overflows', 0)]),
      ],
    });
    expect(verdictSchema.parse(verdict)).toEqual(verdict);
    expect(verdict).toMatchObject({ holds: true, summary: '3 of 3 answered' });
    expect(verdict.statements).toHaveLength(1);
    expect(verdict.statements[0]).toMatchObject({
      severity: 'crit',
      text: expect.stringMatching(
        /^Accept queue overflows on web-11[28] and web-11[28]\. Worst on web-118?.*ListenOverflows \+\d+ in 10 s/,
      ),
      rules: ['tcp-listen-overflows'],
      next: { runbook: 'listen-backlog' },
    });
    expect([...(verdict.statements[0]?.hosts ?? [])].sort()).toEqual(['web-112', 'web-118']);
  });

  it('ranks crit before warn, then saturation and errors before utilization, then the number of hosts; five at most', () => {
    const verdict = conclude({
      runs: [
        run('a', [
          steady('cpu.utilization', 99, 'all'),
          value('filesystem.space_used', 90, '/'),
          steady('cpu.steal', 6, 'all'),
          value('disk.pressure_some', 30),
          value('disk.pressure_full', 0),
          value('udp.in_errors', 50),
          value('udp.datagrams_in', 100),
        ]),
        run('b', [value('disk.pressure_some', 30), value('disk.pressure_full', 0)]),
        run('c', overflow(1)),
      ],
    });
    expect(verdict.statements.map(({ rules }) => rules[0])).toEqual([
      'tcp-listen-overflows',
      'cpu-utilization',
      'disk-pressure',
      'cpu-steal',
      'udp-errors',
    ]);
  });

  it('folds symptoms under their cause', () => {
    const verdict = conclude({ runs: [run('db-07', [...slow(47.2), steady('cpu.iowait', 40, 'all')])] });
    expect(verdict.statements).toHaveLength(1);
    expect(verdict.statements[0]).toMatchObject({
      severity: 'crit',
      rules: ['disk-await', 'cpu-iowait'],
      next: { runbook: 'block-io-latency', hosts: ['db-07'] },
    });
    expect(verdict.statements[0]?.text).toContain('With it: iowait 40 %.');
  });

  it('does not hold when too few answered, and says so first', () => {
    const runs = [run('a', overflow(1)), ...['b', 'c', 'd'].map((name) => silent(name, 'unreachable'))];
    expect(conclude({ runs })).toMatchObject({
      holds: false,
      summary: '1 of 4 answered; 3 unreachable; too few to speak for all of them',
    });
    expect(conclude({ runs: [...'abcd'].map((name) => run(name, [])).concat(silent('e', 'failed')) }).holds).toBe(true);
  });

  it('never says that all is well where something is unknown', () => {
    const [statement] = conclude({
      runs: [run('a', [value('cpu.pressure_some', 1)]), silent('b', 'unreachable')],
    }).statements;
    expect(statement).toMatchObject({ severity: 'info', hosts: [], next: null });
    expect(statement?.text).toMatch(
      /^The one host that answered does not show saturation or errors in what could be judged; not judged: .*nothing is known of 1 host\.$/,
    );
    expect(statement?.text).not.toMatch(/healthy|fine|all is well/i);
  });

  it('says that nothing can be said when nobody answered', () => {
    const verdict = conclude({ runs: [silent('a', 'unreachable'), silent('b', 'refused')] });
    expect(verdict).toMatchObject({ holds: false, summary: '0 of 2 answered; 1 unreachable; 1 refused' });
    expect(verdict.statements[0]?.text).toBe('No host answered, so nothing can be said about them.');
    expect(conclude({ runs: [] }).holds).toBe(false);
    for (const nothing of [null, []])
      expect(conclude({ runs: [run('a', nothing)] }).statements[0]?.text).toMatch(/No answer could be judged/);
  });

  it('does not count what a host that failed told', () => {
    const verdict = conclude({ runs: [run('a', overflow(1), { state: 'failed', reason: 'x' })] });
    expect(verdict.statements[0]?.rules).toEqual([]);
  });

  it('names hosts unlike their peers though within bounds', () => {
    const verdict = conclude({
      runs: [
        run('a', [value('cpu.pressure_some', 1)]),
        run('b', [], { oddness: 0.93, oddBecause: 'load 6 against 1' }),
      ],
    });
    expect(verdict.statements[1]).toMatchObject({
      severity: 'info',
      hosts: ['b'],
      next: { runbook: 'compare', hosts: ['b'] },
      text: expect.stringContaining('load 6 against 1'),
    });
  });

  it('info findings do not hide that nothing was found', () => {
    const verdict = conclude({
      runs: [run('a', [steady('disk.utilization', 100, 'nvme0n1'), kernelLog({ text: 'I/O error', at: null })])],
    });
    expect(verdict.statements[0]?.text).toMatch(/^No host shows saturation or errors in what could be judged/);
    expect(verdict.statements.slice(1).every(({ severity }) => severity === 'info')).toBe(true);
  });

  it('fits in three lines of chat', () => {
    const text = verdictText(conclude({ runs: [run('db-07', slow(47.2)), run('web-1', overflow(1))] }));
    expect(text.split('\n')).toEqual([
      '2 of 2 answered',
      expect.stringMatching(/\(and 1 more statement\)$/),
      expect.stringMatching(/^Next: [a-z-]+ on /),
    ]);
  });
});

describe('peers', () => {
  const web = (name: string, headline: Headline) => ({ host: name, hostClass: 'web', headline });
  const usual = [31, 29, 30, 32, 28, 30, 31].map((busy, i) =>
    web(`web-${i}`, { 'cpu.utilization': busy, 'disk.write_await': 2, 'memory.swap_out': 0 }),
  );
  const of = (hosts: Parameters<typeof oddnessOf>[0], name: string) =>
    oddnessOf(hosts).find((one) => one.host === name);

  it('the odd one is odd, with the metrics that make it; the others are not', () => {
    const hosts = [...usual, web('web-9', { 'cpu.utilization': 33, 'disk.write_await': 47, 'memory.swap_out': 0 })];
    const odd = of(hosts, 'web-9');
    expect(odd?.oddness).toBeGreaterThan(0.9);
    expect(odd?.metrics[0]).toMatchObject({ metric: 'disk.write_await', value: 47, usual: 2 });
    for (const { host: name, oddness } of oddnessOf(hosts)) if (name !== 'web-9') expect(oddness).toBeLessThan(0.5);
  });

  it('a hair’s breadth among equals is not odd', () =>
    expect(of([...usual, web('web-9', { 'disk.write_await': 2.2 })], 'web-9')?.oddness).toBeLessThan(0.1));

  it('needs five peers that told the metric', () => {
    expect(of(usual.slice(0, 5), 'web-0')).toEqual({
      host: 'web-0',
      oddness: null,
      reason: 'too few peers: 4 of class web, 5 are needed',
      metrics: [],
    });
    expect(of(usual.slice(0, 6), 'web-0')?.oddness).not.toBeNull();
    expect(of([...usual, web('web-9', {})], 'web-9')).toMatchObject({
      oddness: null,
      reason: expect.stringContaining('shares no metric'),
    });
  });

  it('compares within a class only', () => {
    const db = { host: 'db-1', hostClass: 'db', headline: { 'cpu.utilization': 99 } };
    expect(of([...usual, db], 'db-1')?.oddness).toBeNull();
    expect(of([...usual, db], 'web-0')).toEqual(of(usual, 'web-0'));
  });

  it('takes the worst instance for the host, and null where there is nothing', () => {
    const headline = headlineOf(
      host([
        step('a', [
          value('filesystem.space_used', 10, '/'),
          value('filesystem.space_used', 91, '/var'),
          steady('cpu.utilization', 12, 'all'),
          steady('cpu.utilization', 99, '0'),
        ]),
      ]),
    );
    expect(headline).toMatchObject({ 'filesystem.space_used': 91, 'cpu.steal': null });
    expect(headline['cpu.utilization']).toBeCloseTo(12, 9);
  });
});
