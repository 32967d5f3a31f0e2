import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Runbook } from '@fleetscope/contracts';
import { loadCatalogue, parseRunbook } from './catalogue.loader';
import { ParameterError, resolveParameters } from './parameters';
import { compileProbe, type LoadedRunbook } from './probe-compiler';
import { RunbookError } from './runbook-error';

const catalogue = loadCatalogue(join(__dirname, '..', 'catalog'));
const get = (id: string): LoadedRunbook => catalogue.get(id) as LoadedRunbook;
const compile = (id: string, given: Record<string, unknown> = {}): ReturnType<typeof compileProbe> =>
  compileProbe(get(id), resolveParameters(get(id), given));
/** Of the first step, which takes the stacks. */
const ways = (id: string, given: Record<string, unknown> = {}): string[] =>
  (compile(id, given).steps[0]?.alternatives ?? []).map((one) => one.id);

describe('alternatives by what was given', () => {
  it('takes those that the parameters mean', () => {
    expect(ways('cpu-profile')).toEqual(['perf', 'perf-slow', 'bpftrace', 'bcc']);
    expect(ways('cpu-profile', { pid: 7 })).toEqual(['perf-pid', 'bpftrace']);
    expect(ways('cpu-profile', { cgroup: 'system.slice' })).toEqual(['perf-cgroup']);
    expect(ways('cpu-profile', { unit: 'nginx.service' })).toEqual(['perf-unit']);
  });

  it('leaves a step out that has nothing to do', () => {
    expect(compile('page-cache').steps.map(({ id }) => id)).toEqual(['cache']);
    expect(compile('page-cache', { path: '/var/lib' }).steps.map(({ id }) => id)).toEqual(['cache', 'residency']);
  });

  it('asks a host whether it switches seldom enough only where every switch is traced', () => {
    expect(compile('offcpu-profile').program).toContain('fs_switches fs_n');
    expect(compile('offcpu-profile', { pid: 7 }).program).not.toContain('fs_switches fs_n');
  });

  it('fills programs, with what stands for an absent parameter', () => {
    expect(compile('offcpu-profile').program).toContain('(0 == 0 || pid == 0)');
    expect(compile('offcpu-profile', { pid: 7 }).program).toContain('(7 == 0 || pid == 7)');
  });

  it('tells how often a profile samples', () => {
    const [step] = compile('cpu-profile', { frequency: '199' }).steps;
    expect(step?.alternatives.map(({ frequency, compressed }) => [frequency, compressed])).toEqual([
      [199, true],
      [49, true],
      [199, false],
      [199, false],
    ]);
  });
});

describe('texts', () => {
  const refused = (id: string, given: Record<string, unknown>): string => {
    try {
      resolveParameters(get(id), given);
      return '';
    } catch (error) {
      return error instanceof ParameterError ? error.message : String(error);
    }
  };

  it.each([
    ['a quote', "x'; touch /tmp/pwned; '"],
    ['a substitution', '$(id)'],
    ['an option', '--output=/etc/passwd'],
    ['a newline', 'a\nb'],
    ['a double quote, which would end a string of bpftrace', 'a"b'],
    ['too much', 'x'.repeat(16)],
  ])('refuse %s as a command', (_, command) => {
    expect(refused('cpu-profile', { command })).toMatch(/^command: expected a command's name of at most 15 letters/);
  });

  it.each([
    ['network-path', 'destination', '-oProxyCommand=x'],
    ['network-path', 'destination', '10.0.0.1; id'],
    ['packet-capture', 'filter', '-w /etc/passwd'],
    ['packet-capture', 'filter', 'host `id`'],
    ['packet-capture', 'interface', '../../x'],
    ['page-cache', 'path', '/var/../etc'],
    ['go-pprof', 'url', 'file:///etc/passwd'],
    ['go-pprof', 'url', 'http://x/?a=$(id)'],
    ['look-back', 'from', '25:61'],
  ])('%s refuses %s=%s', (id, name, value) => {
    expect(refused(id, { [name]: value })).toContain(`${name}: expected`);
  });

  it.each([
    ['packet-capture', 'filter', 'host 10.0.0.7 and (port 443 or port 80)'],
    ['packet-capture', 'filter', 'tcp[13] & 2 != 0'],
    ['network-path', 'destination', 'db-07.example.org'],
    ['go-pprof', 'url', 'http://127.0.0.1:6060'],
    ['look-back', 'from', '14:05'],
  ])('%s takes %s=%s', (id, name, value) => {
    const others = id === 'jvm-profile' ? { pid: 1 } : {};
    expect(refused(id, { ...others, [name]: value })).toBe('');
  });

  it('are needed where a runbook can do nothing without', () => {
    expect(refused('network-path', {})).toMatch(
      /^destination: expected .*this runbook needs it, got nothing|undefined/,
    );
    expect(refused('jvm-profile', {})).toMatch(/^pid: expected .*this runbook needs it/);
  });
});

describe('what a pipeline does on a host', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'pipe-'))));
  afterEach(() => rmSync(dir, { recursive: true }));

  /** Runs a probe of this machine's own shell, with one step. */
  const run = (step: string): string => {
    const file = join(dir, 'x.yaml');
    const text = `id: x\ntitle: X\nversion: 1\ncost: light\nparameters:\n  window: { type: duration, default: 1s, min: 1s, max: 5s }\nsteps:\n${step}`;
    writeFileSync(file, text);
    const runbook: Runbook & { programs: Record<string, string> } = parseRunbook(text, file) as never;
    const { program } = compileProbe(runbook, resolveParameters(runbook, {}));
    const { stdout } = spawnSync(
      'setsid',
      ['sh', '-c', `cat > "$1"; { sleep 8; } | sh "$1"`, 'sh', join(dir, 'p.sh')],
      {
        input: program,
        encoding: 'latin1',
        timeout: 20_000,
      },
    );
    return stdout;
  };

  it('fails when its first stage fails, and falls to the next alternative', () => {
    const out = run(
      `  - id: s\n    title: S\n    prefer:\n      - { id: first, pipe: [[ls, /nonexistent], [cat]], compressed: true, parser: bpftrace-stacks }\n      - { id: second, run: [echo, hello], parser: none }\n`,
    );
    expect(out).toMatch(/\x1eS s first /);
    expect(out).toMatch(/\x1eS s second /);
    expect(out).toMatch(/\x1eO s hello/);
    expect(out).toMatch(/\x1eX s ok 0/);
  });

  it('stops a tool without an end at the end of the window, and calls that its end', () => {
    const out = run(
      `  - id: s\n    title: S\n    when: window\n    prefer:\n      - { id: endless, run: [tail, -f, /dev/null], endless: true, parser: none }\n`,
    );
    expect(out).toMatch(/\x1eX s ok /);
    expect(out).toMatch(/\x1eZ complete/);
  });
});

describe('includes', () => {
  it('put the steps of others before their own, each once', () => {
    const ids = compile('use-method').steps.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).toEqual(expect.arrayContaining(['mpstat', 'perf-stat', 'driver', 'cgroups', 'listening']));
  });

  it.each([
    ['include: [none]\n', /include\.0: expected the id of a runbook beside it, got none/],
    ['', /steps: expected at least one step, got none/],
  ])('%j is refused', (more, message) => {
    const dir = mkdtempSync(join(tmpdir(), 'include-'));
    writeFileSync(join(dir, 'a.yaml'), `id: a\ntitle: A\nversion: 1\ncost: light\n${more}`);
    let said = '';
    try {
      loadCatalogue(dir);
    } catch (error) {
      said = error instanceof RunbookError ? error.message : String(error);
    }
    rmSync(dir, { recursive: true });
    expect(said).toMatch(message);
  });
});
