import { join } from 'node:path';
import { bootstrapCommand } from './bootstrap';
import { loadCatalogue, parseRunbook } from './catalogue.loader';
import { allNeeds } from './needs';
import { resolveParameters } from './parameters';
import { compileProbe } from './probe-compiler';
import { readiness } from './readiness';

const triage = loadCatalogue(join(__dirname, '../catalog')).get('triage-60s')!;

const one = (alternative: string, head = '') =>
  parseRunbook(
    `id: sample\ntitle: S\nversion: 3\ncost: light\n${head}steps:\n  - id: one\n    title: One\n    prefer:\n      - ${alternative}\n`,
    null,
    { 'x.bt': 'interval:s:{window} { exit(); }' },
  );

describe('compileProbe', () => {
  it('says what it will run', () => {
    const probe = compileProbe(triage, resolveParameters(triage, { window: '5s' }));
    expect(probe.runbook).toBe('triage-60s@3');
    expect(probe.windowSeconds).toBe(5);
    expect(probe.byteLength).toBe(Buffer.byteLength(probe.program));
    expect(probe.steps.find((step) => step.id === 'vmstat')?.alternatives[0]).toEqual({
      id: 'procps',
      parser: 'vmstat',
      command: 'vmstat 1 6',
      says: null,
      compressed: false,
      frequency: null,
    });
  });

  it('is the same text for the same input', () => {
    const values = resolveParameters(triage);
    expect(compileProbe(triage, values).program).toBe(compileProbe(triage, values).program);
  });

  it('quotes what a runbook holds', () => {
    const runbook = one(`{ id: a, run: [sh, -c, "echo 'a'; $(id)"], parser: df }`);
    expect(compileProbe(runbook, {}).program).toContain(`-c 'echo '\\''a'\\''; $(id)'`);
  });

  it('leaves out an argument whose parameter is absent', () => {
    const runbook = one(
      `{ id: a, run: [pidstat, '-p{pid}', '1'], parser: pidstat }`,
      'parameters:\n  pid: { type: integer, default: null, min: 1, max: 9 }\n',
    );
    const command = (values: Record<string, unknown>) =>
      compileProbe(runbook, resolveParameters(runbook, values)).steps[0]?.alternatives[0]?.command;
    expect(command({})).toBe('pidstat 1');
    expect(command({ pid: 7 })).toBe('pidstat -p7 1');
  });

  it('fills parameters into a bpftrace program and leaves its braces alone', () => {
    const runbook = one(
      '{ id: a, needs: [root], program: x.bt, parser: df }',
      'parameters:\n  duration: { type: duration, default: 7s, min: 1s, max: 9s }\n',
    );
    expect(compileProbe(runbook, resolveParameters(runbook)).program).toContain("'interval:s:7 { exit(); }'");
  });

  it('refuses a path that did not go through the verifier', () => {
    const runbook = one('{ id: a, read: [/proc/stat], parser: df }');
    runbook.steps[0]!.prefer[0]!.read = ['/proc/$(reboot)'];
    expect(() => compileProbe(runbook, {})).toThrow(TypeError);
  });
});

describe('bootstrapCommand', () => {
  it('is one single-quoted word for any login shell', () => {
    const command = bootstrapCommand(25_000);
    expect(command).toMatch(/^sh -c '[^'!\n]*'$/);
    expect(bootstrapCommand(1, { become: 'sudo' })).toMatch(/^sudo -n sh -c '/);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity])('refuses %d bytes', (length) =>
    expect(() => bootstrapCommand(length)).toThrow(RangeError),
  );
});

describe('readiness', () => {
  const runbook = parseRunbook(
    `id: sample\ntitle: S\nversion: 1\ncost: light\nsteps:\n  - id: one\n    title: One\n    prefer:\n      - { id: a, needs: [root], run: [perf, stat], parser: p }\n      - { id: b, read: [/proc/stat], parser: p }\n  - id: two\n    title: Two\n    prefer:\n      - { id: a, run: [df], parser: df }\n`,
    null,
  );
  it('lists every need of a catalogue', () => expect(allNeeds([runbook])).toEqual(['df', 'perf', 'root']));
  it('is ready when every first choice runs', () =>
    expect(readiness(runbook, { root: 'yes', 'tool:perf': '/usr/bin/perf', 'tool:df': '/bin/df' }).state).toBe(
      'ready',
    ));
  it('is degraded when a later choice runs, and says what the first lacked', () => {
    const result = readiness(runbook, { root: 'no', 'tool:perf': '', 'tool:df': '/bin/df' });
    expect(result.state).toBe('degraded');
    expect(result.steps[0]).toEqual({ step: 'one', alternative: 'b', missing: ['not root', 'perf is not installed'] });
  });
  it('never takes an unknown fact for an answer', () =>
    expect(readiness(runbook, {}).steps[1]).toEqual({
      step: 'two',
      alternative: null,
      missing: ['df was not checked'],
    }));
});
