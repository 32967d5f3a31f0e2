import { type ProbeEvent } from '@fleetscope/contracts';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileProbe, loadCatalogue, readiness, resolveParameters } from '../src';
import {
  endOf,
  outputOf,
  pause,
  programOf,
  SHELLS,
  type Shell,
  startProbe,
  survivors,
  waitUntil,
} from './probe-harness';

jest.setTimeout(60_000);

const catalogue = loadCatalogue(join(__dirname, '../catalog'));
const triage = catalogue.get('triage-60s')!;
const triageOf = (window: string): string => compileProbe(triage, resolveParameters(triage, { window })).program;
const shells = Object.keys(SHELLS) as Shell[];
const GONE_MS = 4000;

/** Parameters that runbooks can't do without. */
const NEEDED: Readonly<Record<string, Record<string, unknown>>> = {
  'go-pprof': { url: 'http://127.0.0.1:6060' },
  'jvm-profile': { pid: 1 },
  'network-path': { destination: '127.0.0.1' },
  'profile-file': { path: '/var/tmp/profile.pb.gz' },
};

const expectNothingLeft = async (marker: string, ms = GONE_MS): Promise<void> => {
  let empty = 0; // several times in a row: a process is seen by nobody for the moment of its exec
  await waitUntil(() => {
    empty = survivors(marker).length === 0 ? empty + 1 : 0;
    return empty >= 4;
  }, ms);
  expect(survivors(marker).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1'))).toEqual([]);
};

describe('compiled programs', () => {
  const dir = mkdtempSync(join(tmpdir(), 'probe-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it.each([...catalogue.values()].map((runbook) => [runbook.id, runbook] as const))(
    '%s pleases every shell and shellcheck',
    (id, runbook) => {
      const file = join(dir, `${id}.sh`);
      writeFileSync(file, compileProbe(runbook, resolveParameters(runbook, NEEDED[id])).program);
      for (const [shell, path] of Object.entries(SHELLS)) {
        const checked = spawnSync(path, [...(shell === 'busybox' ? ['sh'] : []), '-n', file], { encoding: 'utf8' });
        expect([shell, checked.status, checked.stderr]).toEqual([shell, 0, '']);
      }
      const lint = spawnSync('shellcheck', ['-s', 'sh', file], { encoding: 'utf8' });
      expect(lint.stdout).toBe('');
      expect(lint.status).toBe(0);
    },
  );
});

describe.each(shells)('the triage under %s', (shell) => {
  it('yields every step, ends by itself when its window is over, and leaves nothing', async () => {
    const begun = performance.now();
    const probe = startProbe(triageOf('2s'), shell);
    expect(await probe.ended).toEqual({ status: 0, signal: null });
    // Two seconds on an idle machine; far from the probe's own deadline on a busy one.
    expect(performance.now() - begun).toBeLessThan(12_000);
    expect(probe.stderr()).toBe('');
    expect(probe.events.filter((event) => event.type === 'noise')).toEqual([]);
    expect(probe.events[0]).toMatchObject({ type: 'hello', protocol: 1, runbook: 'triage-60s@3' });
    const facts = probe.events.find((event) => event.type === 'facts');
    expect(facts).toMatchObject({ facts: { uid: String(process.getuid?.()), 'tool:vmstat': '/usr/bin/vmstat' } });
    expect(facts?.type === 'facts' && readiness(triage, facts.facts).state).toBe('ready');
    for (const step of triage.steps) expect([step.id, endOf(probe.events, step.id)?.outcome]).toEqual([step.id, 'ok']);
    expect(outputOf(probe.events, 'vmstat').split('\n')).toHaveLength(2 + 3 + 1);
    expect(outputOf(probe.events, 'proc-ends').match(/^@@ \/proc\/stat [0-9]+\.[0-9]{2}$/gm)).toHaveLength(2);
    const cost = probe.events.find((event) => event.type === 'cost');
    expect(cost?.type === 'cost' && cost.cpuSeconds).toBeLessThan(1);
    expect(probe.events.at(-1)).toEqual({ type: 'end', reason: 'complete' });
    await expectNothingLeft(probe.marker);
  });

  it.each([
    ['date', (command: string) => ['/bin/sh', '-c', command], 2],
    [
      'a date without fractions',
      (command: string) => [
        'unshare',
        '-m',
        'sh',
        '-c',
        `mount --bind ${SHELLS.busybox} /usr/bin/date && exec "$@"`,
        'sh',
        '/bin/sh',
        '-c',
        command,
      ],
      515,
    ],
  ])('tells its wall clock by %s', async (_name, wrap, most) => {
    const asked = Date.now();
    const probe = startProbe(triageOf('1s'), shell, wrap);
    await waitUntil(() => probe.events.length > 0, 5000);
    const arrived = Date.now();
    const [hello] = probe.events;
    if (hello?.type !== 'hello') throw new Error('no hello');
    const unsure = hello.wallUncertaintyMs ?? Infinity;
    expect(unsure).toBeLessThanOrEqual(most);
    expect(hello.wallSeconds * 1000).toBeGreaterThanOrEqual(asked - unsure);
    expect(hello.wallSeconds * 1000).toBeLessThanOrEqual(arrived + unsure);
    probe.child.stdin.end();
    await probe.ended;
    await expectNothingLeft(probe.marker);
  });

  it('is live: the first line of a sampler is there long before its end', async () => {
    const probe = startProbe(triageOf('3s'), shell);
    await probe.ended;
    const seen = probe.times
      .filter(({ event }) => event.type === 'data' && event.step === 'vmstat')
      .map(({ at }) => at);
    expect((seen.at(-1) ?? 0) - (seen[0] ?? 0)).toBeGreaterThan(2500);
    expect(new Set(seen.map((at) => Math.round((at - (seen[0] ?? 0)) / 1000))).size).toBe(4);
  });

  it.each([
    ['closing stdin', 'lifeline', (stdin: NodeJS.WritableStream) => void stdin.end()],
    ['the line cancel', 'cancelled', (stdin: NodeJS.WritableStream) => void stdin.write('cancel\n')],
  ])('ends by %s and leaves nothing', async (_name, reason, act) => {
    const probe = startProbe(triageOf('30s'), shell);
    await waitUntil(() => probe.events.some((event) => event.type === 'data' && event.step === 'mpstat'), 5000);
    act(probe.child.stdin);
    const begun = performance.now();
    expect((await probe.ended).status).toBe(0);
    expect(performance.now() - begun).toBeLessThan(2500);
    expect(probe.events.at(-1)).toEqual({ type: 'end', reason });
    expect(endOf(probe.events, 'mpstat')?.outcome).toBe('cancelled');
    await expectNothingLeft(probe.marker);
  });

  it('leaves nothing when its reader goes', async () => {
    const probe = startProbe(triageOf('30s'), shell);
    await waitUntil(() => probe.events.some((event) => event.type === 'data' && event.step === 'mpstat'), 5000);
    probe.child.stdout.destroy();
    probe.child.stderr.destroy();
    probe.child.stdin.destroy();
    await expectNothingLeft(probe.marker);
  });

  it('leaves nothing when its main shell is killed', async () => {
    const probe = startProbe(triageOf('30s'), shell);
    await waitUntil(() => probe.events.some((event) => event.type === 'data' && event.step === 'mpstat'), 5000);
    process.kill(probe.child.pid!, 'SIGKILL');
    await expectNothingLeft(probe.marker);
  });

  it('refuses a program that arrived incomplete', async () => {
    const program = triageOf('2s');
    const probe = startProbe(program, shell, (command) => [
      '/bin/sh',
      '-c',
      command.replace(/head -c [0-9]+/, 'head -c 9000'),
    ]);
    expect((await probe.ended).status).toBe(97);
    expect(probe.events).toEqual([]);
  });
});

describe.each(shells)('steps under %s', (shell) => {
  it('gives stdout, stderr and status apart, byte for byte', async () => {
    const probe = startProbe(
      programOf([
        {
          id: 'mixed',
          prefer: [`{ id: a, run: [sh, -c, 'echo one; echo two >&2; printf "a\\134b%%  c\\n"; exit 3'], parser: p }`],
        },
        { id: 'long', prefer: [`{ id: a, run: [sh, -c, 'head -c 20000 /dev/zero | tr "\\0" x; echo'], parser: p }`] },
        {
          id: 'long-live',
          when: 'window',
          prefer: [`{ id: a, run: [sh, -c, 'head -c 20000 /dev/zero | tr "\\0" x; echo'], parser: p }`],
        },
        { id: 'nul', when: 'window', prefer: [`{ id: a, run: [printf, '1.00\\0 2.00\\n'], parser: p }`] },
        { id: 'latin', when: 'window', prefer: [`{ id: a, run: [printf, '\\351\\036O x y\\n'], parser: p }`] },
        { id: 'binary', prefer: [`{ id: a, run: [printf, '\\0\\377\\n\\n'], binary: true, parser: p }`] },
        { id: 'last', prefer: [`{ id: a, run: [seq, '1000'], lastLines: 3, parser: p }`] },
        { id: 'first', prefer: [`{ id: a, run: [seq, '100000'], firstLines: 2, parser: p }`] },
        { id: 'stdin', prefer: [`{ id: a, run: [cat], parser: p }`] },
      ]),
      shell,
    );
    await probe.ended;
    const { events } = probe;
    expect(outputOf(events, 'mixed')).toBe('one\na\\b%  c\n');
    expect(outputOf(events, 'mixed', 'stderr')).toBe('two\n');
    expect(endOf(events, 'mixed')).toMatchObject({ outcome: 'failed', exitStatus: 3 });
    expect(outputOf(events, 'long')).toBe(`${'x'.repeat(20000)}\n`);
    expect(outputOf(events, 'long-live')).toBe(`${'x'.repeat(20000)}\n`);
    expect(outputOf(events, 'nul')).toBe('1.00 2.00\n');
    expect(outputOf(events, 'latin')).toBe('\xe9\x1eO x y\n');
    expect(outputOf(events, 'binary')).toBe('\0\xff\n\n');
    expect(outputOf(events, 'last')).toBe('998\n999\n1000\n');
    expect(outputOf(events, 'first')).toBe('1\n2\n');
    expect(endOf(events, 'first')?.outcome).toBe('ok');
    expect(endOf(events, 'stdin')?.outcome).toBe('ok');
    expect(events.filter((event) => event.type === 'noise')).toEqual([]);
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'complete' });
  });

  it('caps output on the host', async () => {
    const probe = startProbe(
      programOf([
        { id: 'bulk', extra: 'maxBytes: 10000', prefer: ['{ id: a, run: [yes], parser: p }'] },
        { id: 'live', when: 'window', extra: 'maxBytes: 10000', prefer: ['{ id: a, run: [yes], parser: p }'] },
      ]),
      shell,
    );
    await probe.ended;
    for (const step of ['bulk', 'live']) {
      expect([step, endOf(probe.events, step)?.outcome, outputOf(probe.events, step).length]).toEqual([
        step,
        'truncated',
        10000,
      ]);
    }
    await expectNothingLeft(probe.marker);
  });

  it('falls to the next alternative when one gives nothing, and skips what is not there', async () => {
    const probe = startProbe(
      programOf([
        {
          id: 'falls',
          prefer: [
            `{ id: a, run: [sh, -c, 'echo no >&2; exit 1'], parser: p }`,
            '{ id: b, run: [echo, hi], parser: p }',
          ],
        },
        {
          id: 'absent',
          prefer: [
            '{ id: a, run: [no-such-tool], parser: p }',
            '{ id: b, needs: [other-tool], read: [/proc/stat], parser: p }',
          ],
        },
        { id: 'fails', prefer: [`{ id: a, run: ['false'], parser: p }`] },
        {
          id: 'files',
          prefer: [`{ id: a, read: [/proc/loadavg, /no/such, '/sys/class/net/lo/speed', /dev/null], parser: p }`],
        },
      ]),
      shell,
    );
    await probe.ended;
    const { events } = probe;
    const starts = events.filter((event) => event.type === 'step-start' && event.step === 'falls');
    expect(starts).toMatchObject([{ alternative: 'a' }, { alternative: 'b' }]);
    expect(outputOf(events, 'falls')).toBe('hi\n');
    expect(events).toContainEqual({
      type: 'step-skip',
      step: 'absent',
      reason: 'no-such-tool is not installed, other-tool is not installed',
    });
    expect(endOf(events, 'fails')).toMatchObject({ outcome: 'failed', exitStatus: 1 });
    const files = outputOf(events, 'files');
    expect(files).toMatch(/^@@ \/proc\/loadavg [0-9.]+\n[0-9.]+ /);
    expect(files).toMatch(/^@@! \/no\/such No such file or directory$/m);
    expect(files).toMatch(/^@@! \/sys\/class\/net\/lo\/speed Invalid argument$/m);
    expect(files).toMatch(/^@@ \/dev\/null [0-9.]+$/m);
  });

  it('ends what hangs at its deadline and goes on', async () => {
    const begun = performance.now();
    const probe = startProbe(
      programOf(
        [
          { id: 'hangs', when: 'window', extra: 'deadline: 1s', prefer: ['{ id: a, run: [sleep, "100"], parser: p }'] },
          {
            id: 'stubborn',
            when: 'window',
            extra: 'deadline: 1s',
            prefer: [`{ id: a, run: [sh, -c, 'trap "" TERM; echo here; while :; do sleep 1; done'], parser: p }`],
          },
          {
            id: 'orphan',
            extra: 'deadline: 1s',
            prefer: [`{ id: a, run: [sh, -c, 'setsid sleep 8 & echo hi'], parser: p }`],
          },
          { id: 'after', when: 'end', prefer: ['{ id: a, run: [echo, done], parser: p }'] },
        ],
        '1s',
      ),
      shell,
    );
    await probe.ended;
    expect(performance.now() - begun).toBeLessThan(9000);
    for (const step of ['hangs', 'stubborn', 'orphan'])
      expect([step, endOf(probe.events, step)?.outcome]).toEqual([step, 'timeout']);
    expect(outputOf(probe.events, 'stubborn')).toBe('here\n');
    expect(outputOf(probe.events, 'orphan')).toBe('hi\n');
    expect(outputOf(probe.events, 'after')).toBe('done\n');
    await expectNothingLeft(probe.marker, 9000);
  });
});

const mayUnshare = spawnSync('unshare', ['-m', 'true']).status === 0;
(mayUnshare ? describe : describe.skip)('a host without sysstat and procps', () => {
  const hidden = ['vmstat', 'mpstat', 'pidstat', 'iostat', 'sar', 'uptime', 'free', 'top', 'ss'];
  const wrap =
    (tools: readonly string[]) =>
    (command: string): string[] => {
      const mounts = tools
        .flatMap((tool) => [`/usr/bin/${tool}`, `/usr/sbin/${tool}`])
        .map((path) => `[ ! -e ${path} ] || mount --bind /dev/null ${path};`);
      return ['unshare', '-m', '/bin/sh', '-c', `${mounts.join(' ')} ${command}`];
    };

  it('reads the same from /proc', async () => {
    const probe = startProbe(triageOf('2s'), 'dash', wrap(hidden));
    await probe.ended;
    for (const step of [
      'vmstat',
      'mpstat',
      'pidstat',
      'iostat',
      'sar-dev',
      'sar-tcp',
      'uptime',
      'free',
      'top',
      'ss-s',
    ]) {
      const start = probe.events.find((event) => event.type === 'step-start' && event.step === step);
      expect([step, start?.type === 'step-start' && start.alternative, endOf(probe.events, step)?.outcome]).toEqual([
        step,
        'proc',
        'ok',
      ]);
      expect(outputOf(probe.events, step)).toMatch(/^@@ \//);
    }
    expect(outputOf(probe.events, 'mpstat').match(/^@@ \/proc\/stat /gm)).toHaveLength(3);
    expect(probe.events.some((event) => event.type === 'step-skip' && event.step === 'ss-lnt')).toBe(true);
    expect(probe.events.at(-1)).toEqual({ type: 'end', reason: 'complete' });
  });

  it('falls to what busybox can do where the tools are busybox', async () => {
    const applets = [
      'awk',
      'grep',
      'top',
      'free',
      'df',
      'dmesg',
      'uptime',
      'head',
      'sleep',
      'date',
      'tail',
      'stat',
      'cat',
      'setsid',
    ];
    const busybox = (command: string): string[] => {
      const over = applets.map((tool) => `mount --bind /usr/bin/busybox "$(readlink -f /usr/bin/${tool})";`).join(' ');
      return wrap(['vmstat', 'pidstat', 'sar', 'ss'])(`${over} ${command}`);
    };
    const probe = startProbe(triageOf('1s'), 'busybox', busybox);
    await probe.ended;
    for (const [step, alternative] of [
      ['dmesg', 'plain'],
      ['top', 'plain'],
      ['sar-dev', 'proc'],
      ['free', 'procps'],
    ] as const) {
      const starts = probe.events.flatMap((event) =>
        event.type === 'step-start' && event.step === step ? [event.alternative] : [],
      );
      expect([step, starts.at(-1), endOf(probe.events, step)?.outcome]).toEqual([step, alternative, 'ok']);
    }
    expect(outputOf(probe.events, 'sar-dev').match(/^@@ \/proc\/net\/dev /gm)).toHaveLength(2);
    expect(outputOf(probe.events, 'net-facts')).toMatch(/^@@! \/sys\/class\/net\/lo\/speed unreadable$/m);
    expect(probe.events.at(-1)).toEqual({ type: 'end', reason: 'complete' });
    await expectNothingLeft(probe.marker);
  });

  it('does so without awk and grep too', async () => {
    const awk =
      execFileSync('readlink', ['-f', '/usr/bin/awk'], { encoding: 'utf8' }).trim().split('/').at(-1) ?? 'awk';
    const probe = startProbe(triageOf('1s'), 'dash', wrap([...hidden, awk, 'grep']));
    await probe.ended;
    expect(outputOf(probe.events, 'mpstat').match(/^@@ \/proc\/stat /gm)).toHaveLength(2);
    expect(outputOf(probe.events, 'net-facts')).toMatch(/^@@! \/sys\/class\/net\/lo\/speed /m);
    expect(probe.events.at(-1)).toEqual({ type: 'end', reason: 'complete' });
  });
});

describe.each(shells)('what is left, told under %s', (shell) => {
  const leftOf = (events: readonly ProbeEvent[]): ProbeEvent | undefined =>
    events.find(({ type }) => type === 'cleanup');

  it('is nothing, and then nothing is left indeed', async () => {
    const probe = startProbe(
      programOf([{ id: 'nap', when: 'window', prefer: ['{ id: a, run: [sleep, "1"], parser: none }'] }]),
      shell,
    );
    await probe.ended;
    expect(survivors(probe.marker)).toEqual([]);
    expect(leftOf(probe.events)).toMatchObject({ processes: 0, files: 0, names: '' });
    expect(probe.events.at(-1)).toEqual({ type: 'end', reason: 'complete' });
  });

  it('is nothing of a tool that ignores TERM when it is cancelled', async () => {
    const deaf = `{ id: a, run: [sh, -c, "trap '' TERM; echo deaf; while :; do sleep 30; done"], parser: none }`;
    const probe = startProbe(programOf([{ id: 'deaf', when: 'window', prefer: [deaf] }], '30s'), shell);
    expect(await waitUntil(() => outputOf(probe.events, 'deaf') !== '', 5_000)).toBe(true);
    probe.child.stdin.write('cancel\n');
    await probe.ended;
    expect(survivors(probe.marker)).toEqual([]);
    expect(leftOf(probe.events)).toMatchObject({ processes: 0, names: '' });
  });

  it('is the file of a tracing tool that was not there before', async () => {
    const file = join(tmpdir(), `perf-left-${process.pid}-${shell}`);
    const writes = `{ id: a, run: [touch, ${file}], parser: none }`;
    try {
      const probe = startProbe(programOf([{ id: 'touch', prefer: [writes] }]), shell);
      await probe.ended;
      expect(leftOf(probe.events)).toMatchObject({ processes: 0, files: 1, names: file });
    } finally {
      rmSync(file, { force: true });
    }
  });
});

it('keeps frames whole when many steps write at once', async () => {
  const busy = Array.from({ length: 12 }, (_, index) => ({
    id: `busy-${index}`,
    when: 'window',
    extra: 'maxBytes: 4000000',
    prefer: [`{ id: a, run: [seq, -f, 'busy-${index} %0.f ${'z'.repeat(400)}', '1500'], parser: p }`],
  }));
  const probe = startProbe(programOf(busy), 'dash');
  await probe.ended;
  await pause(0);
  expect(probe.events.filter((event) => event.type === 'noise')).toEqual([]);
  for (const { id } of busy) {
    const lines = outputOf(probe.events, id).trimEnd().split('\n');
    expect(lines).toHaveLength(1500);
    expect(lines.every((line, index) => line === `${id} ${index + 1} ${'z'.repeat(400)}`)).toBe(true);
  }
});

it('ends as a whole at its deadline, and says which steps were under way', async () => {
  const steps = [{ id: 'slow', extra: 'deadline: 30s', prefer: [`{ id: a, run: [sleep, '20'], parser: p }`] }];
  const probe = startProbe(programOf(steps, '1s', { deadlineMs: 2000 }), 'dash');
  await probe.ended;
  expect(endOf(probe.events, 'slow')?.outcome).toBe('timeout');
  expect(probe.events.at(-1)).toEqual({ type: 'end', reason: 'deadline' });
  await expectNothingLeft(probe.marker);
});

it('takes no heavy step on a host that is too busy, and reads files there all the same', async () => {
  const steps = [
    {
      id: 'heavy',
      prefer: ['{ id: a, run: [echo, heavy], parser: p }', '{ id: b, read: [/proc/loadavg], parser: p }'],
    },
  ];
  const program = programOf(steps, '1s', { cost: 'heavy' });
  // With a threshold that no host reaches: this one may be busy with other tests.
  const idle = startProbe(program.replace('$((fs_n * 4))', '100000'), 'dash');
  await idle.ended;
  expect(outputOf(idle.events, 'heavy')).toBe('heavy\n');
  // The same program with a threshold that any host reaches.
  const busy = startProbe(program.replace('$((fs_n * 4))', '0'), 'dash');
  await busy.ended;
  expect(outputOf(busy.events, 'heavy')).toMatch(/^@@ \/proc\/loadavg /);
  const facts = busy.events.find((event) => event.type === 'facts');
  expect(facts?.type === 'facts' && facts.facts.busy).toMatch(/^the host is too busy for it \(load /);
});

(process.getuid?.() === 0 ? it : it.skip)('runs as a user without rights, and says what it may not', async () => {
  const probe = startProbe(triageOf('1s'), 'dash', (command) => [
    'setpriv',
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    '/bin/sh',
    '-c',
    command,
  ]);
  await probe.ended;
  expect(probe.events.at(-1)).toEqual({ type: 'end', reason: 'complete' });
  const facts = probe.events.find((event) => event.type === 'facts');
  expect(facts).toMatchObject({ facts: { uid: '65534', root: 'no' } });
  expect(endOf(probe.events, 'vmstat')?.outcome).toBe('ok');
  const dmesg = endOf(probe.events, 'dmesg');
  if (dmesg?.outcome === 'failed') expect(outputOf(probe.events, 'dmesg', 'stderr')).toMatch(/not permitted/i);
  await expectNothingLeft(probe.marker);
});

it('ends although its reader has stopped reading and keeps the connection open', async () => {
  const steps = [{ id: 'flood', extra: 'maxBytes: 60000000', prefer: ['{ id: a, run: [yes], parser: p }'] }];
  const probe = startProbe(programOf(steps, '1s', { deadlineMs: 1000 }), 'dash');
  probe.child.stdout.pause();
  await waitUntil(() => survivors(probe.marker).length > 3, 3000);
  await expectNothingLeft(probe.marker, 12_000);
  probe.child.stdout.destroy();
});
