import { hostAnalysisSchema, type UseCell } from '@fleetscope/contracts';
import {
  analyseHost,
  EvidenceIndex,
  mergeThresholds,
  RULES,
  ThresholdError,
  validateThresholds,
  type HostEvidence,
} from '../src';
import { failed, host, kernelLog, partly, rows, series, steady, step, value } from './builders';

const cell = (evidence: HostEvidence, resource: string, aspect: string): UseCell | undefined =>
  analyseHost(evidence).use.find((one) => one.resource === resource && one.aspect === aspect);

describe('evidence index', () => {
  const short = step('proc-ends', [series('cpu.steal', [50], 'all')]);
  const long = step('mpstat', [steady('cpu.steal', 1, 'all')]);

  it('prefers the step with most samples, in whatever order they come', () => {
    for (const steps of [
      [short, long],
      [long, short],
    ])
      expect(new EvidenceIndex(host(steps)).reading('cpu.steal', 'all')?.step).toBe('mpstat');
  });

  it('takes the other one when a step printed no number', () => {
    const empty = step('mpstat', [series('cpu.steal', [null, null, null], 'all')]);
    expect(new EvidenceIndex(host([empty, short])).reading('cpu.steal', 'all')?.step).toBe('proc-ends');
  });

  it('says why there is nothing', () => {
    const index = new EvidenceIndex(
      host([failed('mpstat', 'skipped', 'no sysstat'), failed('dmesg', 'failed', 'Operation not permitted')]),
    );
    expect(index.missing('cpu.steal')).toBe('mpstat was skipped: no sysstat');
    expect(index.missing('fd.open')).toBe('no step reported fd.open');
  });

  it('counts the CPUs itself where the preflight did not', () => {
    const index = new EvidenceIndex(
      host(
        [
          step(
            'mpstat',
            ['all', '0', '1'].map((cpu) => steady('cpu.utilization', 1, cpu)),
          ),
        ],
        { facts: {} },
      ),
    );
    expect(index.cpus()).toBe(2);
  });
});

describe('analyseHost', () => {
  it('gives what the contracts promise, for nothing and for much', () => {
    const busy = host([
      step('mpstat', [steady('cpu.utilization', 97, 'all')]),
      step('dmesg', [kernelLog({ class: 'oom-kill', text: 'Killed process 1 (a)' })]),
    ]);
    for (const evidence of [host([]), busy])
      expect(hostAnalysisSchema.safeParse(analyseHost(evidence)).error).toBeUndefined();
    expect(analyseHost(busy)).toEqual(analyseHost(structuredClone(busy)));
  });

  it('has a cell for every resource and aspect a rule judges, unknown with a reason when nothing was read', () => {
    const { use } = analyseHost(host([]));
    const judged = new Set(
      RULES.filter((rule) => rule.aspect !== 'workload' && !rule.deep).map((rule) => `${rule.resource} ${rule.aspect}`),
    );
    expect(new Set(use.map((one) => `${one.resource} ${one.aspect}`))).toEqual(judged);
    for (const one of use)
      expect(one).toMatchObject({ state: 'unknown', reason: expect.stringMatching(/\w+/), value: null });
  });

  it('a finding wins over unknown and ok; ok over unknown', () => {
    const warm = host([step('proc-ends', [value('cpu.pressure_some', 12)])]);
    expect(cell(warm, 'cpu', 'saturation')).toMatchObject({
      state: 'warn',
      rule: 'cpu-pressure',
      label: 'psi cpu 12 %',
      reason: null,
    });
    const calm = host([step('proc-ends', [value('cpu.pressure_some', 2)])]);
    expect(cell(calm, 'cpu', 'saturation')).toMatchObject({
      state: 'ok',
      rule: 'cpu-pressure',
      value: 2,
      label: 'psi cpu 2 %',
    });
    expect(analyseHost(calm).outcomes.filter(({ outcome }) => outcome === 'unknown').length).toBeGreaterThan(10);
  });

  it('an info finding is judged fine', () => {
    const evidence = host([step('iostat', [steady('disk.utilization', 100, 'nvme0n1')])]);
    expect(cell(evidence, 'disk', 'utilization')).toMatchObject({
      state: 'ok',
      instance: 'nvme0n1',
      label: 'nvme0n1 100 % util',
    });
  });

  it('an ok cell carries the value nearest to its bound', () => {
    const evidence = host([
      step('df', [
        value('filesystem.space_used', 12, '/'),
        value('filesystem.space_used', 84, '/var'),
        value('filesystem.inodes_used', 3, '/'),
      ]),
    ]);
    expect(cell(evidence, 'filesystem', 'utilization')).toMatchObject({ state: 'ok', instance: '/var', value: 84 });
  });

  it('an idle disk that iostat -z leaves out is idle, not unknown', () => {
    const evidence = host([step('iostat', [steady('cpu.utilization', 1, 'all')])]);
    expect(cell(evidence, 'disk', 'utilization')).toMatchObject({ state: 'ok', label: 'idle' });
  });

  it('a log that was read and held nothing is ok, one that could not be read is unknown', () => {
    expect(cell(host([step('dmesg', [])]), 'disk', 'errors')).toMatchObject({ state: 'ok' });
    expect(cell(host([failed('dmesg', 'failed', 'Operation not permitted')]), 'disk', 'errors')).toMatchObject({
      state: 'unknown',
      reason: 'the kernel log was not read (dmesg failed: Operation not permitted)',
    });
  });

  it('ranks crit before warn, saturation and errors before utilization', () => {
    const { findings } = analyseHost(
      host([
        step('a', [
          steady('cpu.utilization', 99, 'all'),
          value('cpu.pressure_some', 12),
          value('filesystem.space_used', 90, '/'),
          steady('tcp.listen_overflows', 1),
          steady('cpu.iowait', 30, 'all'),
        ]),
      ]),
    );
    expect(findings.map(({ rule }) => rule)).toEqual([
      'tcp-listen-overflows',
      'cpu-utilization',
      'cpu-pressure',
      'fs-space',
      'cpu-iowait',
    ]);
  });

  it('cites the lines of the samples that crossed, and only those', () => {
    const evidence = host([
      step('mpstat', [{ ...partly('cpu.steal', 20, 6, 0, 'all'), lines: [4, 10, 16, 22, 28, 34, 40, 46, 52, 58] }]),
    ]);
    expect(analyseHost(evidence).findings[0]?.evidence).toEqual([{ step: 'mpstat', lines: [4, 10, 16, 22, 28, 34] }]);
  });

  it('cites a row once though several of its columns were read', () => {
    const row = rows(steady('disk.write_iops', 100, 'nvme0n1'), steady('disk.write_await', 47, 'nvme0n1'));
    const [finding] = analyseHost(host([step('iostat', row)])).findings;
    expect(finding).toMatchObject({
      rule: 'disk-await',
      severity: 'crit',
      threshold: 25,
      evidence: [{ step: 'iostat', lines: row[0]?.lines }],
    });
  });

  it('thresholds of a class and of a host override the defaults, the host last', () => {
    const evidence = host([step('mpstat', [steady('cpu.steal', 4, 'all')])]);
    const thresholds = mergeThresholds({ 'cpu-steal': { warn: 1, crit: 3 } }, { 'cpu-steal': { crit: 10 } });
    expect(analyseHost(evidence, { thresholds }).findings[0]).toMatchObject({ severity: 'warn', threshold: 1 });
  });

  it('refuses thresholds that make no sense, with all of their problems', () => {
    expect(validateThresholds({ 'cpu-steal': { warn: 3 } })).toEqual([]);
    expect(
      validateThresholds({
        'cpu-stale': { warn: 3 },
        'cpu-steal': { wran: 1, warn: 101, crit: Number.NaN },
        'mem-available': { warn: 1 },
      }),
    ).toEqual([
      'cpu-stale: no such rule',
      expect.stringContaining('cpu-steal.wran: no such threshold'),
      'cpu-steal.warn: 101 is not between 0 and 100',
      'cpu-steal.crit: expected a number',
      'mem-available: warn 1 is beyond crit 5',
    ]);
    expect(() => analyseHost(host([]), { thresholds: { 'cpu-steal': { warn: 50 } } })).toThrow(ThresholdError);
  });
});
