import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  BpftraceStacksProfile,
  callTree,
  commandAt,
  FoldedProfile,
  frameAt,
  fromPprof,
  fromSpeedscope,
  functionsOf,
  kindOfFrame,
  busyThreads,
  lockShares,
  offCpuSplit,
  PerfScriptProfile,
  type Profile,
  ProfileBuilder,
  ProfileError,
  readProfile,
  symbolQuality,
  toFolded,
  toPprof,
  toSpeedscope,
  toHtml,
  toSvg,
  totalWeight,
} from '../src';
import { bytesOf, fixture } from './fixtures';

const bpftrace = (name: string, version = '0.17.0'): Uint8Array =>
  readFileSync(join(__dirname, '..', 'fixtures', 'bpftrace', `bpftrace--${version}--${name}.txt`));

const read = (reader: { push(bytes: Uint8Array): void; end(): { profile: Profile } }, bytes: Uint8Array): Profile => {
  // In pieces that cut lines and characters.
  for (let at = 0; at < bytes.length; at += 777) reader.push(bytes.subarray(at, at + 777));
  return reader.end().profile;
};

const selfByName = (profile: Profile): Record<string, number> => {
  const tree = callTree(profile);
  return Object.fromEntries(functionsOf(tree).map(({ label, self }) => [tree.labels[label]?.name ?? '', self]));
};

describe('perf script', () => {
  it('keeps time, CPU, thread and module of every sample', () => {
    const profile = read(new PerfScriptProfile({ frequency: 99 }), fixture('perf--6.1--cpu'));
    const { samples } = profile;
    expect(samples.size).toBeGreaterThan(10);
    expect(samples.time[0]).toBe(0);
    expect([...samples.time].every((time) => time >= 0 && time < 60_000)).toBe(true);
    expect(new Set(samples.cpu).size).toBeGreaterThanOrEqual(1);
    expect(commandAt(profile, samples.thread[0] as number)).toBe('busy');
    const modules = Array.from({ length: profile.frames.size }, (_, frame) => frameAt(profile, frame));
    expect(modules.find(({ name }) => name === 'main')).toMatchObject({ kind: 'native' });
    expect(modules.some(({ kind }) => kind === 'kernel')).toBe(true);
  });

  it('counts samples of an idle CPU apart', () => {
    const text = `swapper     0/0     [000] 1.000000:   10101010 cpu-clock:pppH: \n\tffffffff821f2c2b pv_native_safe_halt ([kernel.kallsyms])\n\tffffffff813c3a84 do_idle ([kernel.kallsyms])\n\nswapper     0/0     [000] 1.010000:   10101010 cpu-clock:pppH: \n\tffffffff821f2c2b __do_softirq ([kernel.kallsyms])\n\nsplit 9/9     [000] 1.020000:   10101010 cpu-clock:pppH: \n\t1145 burn60 (/tmp/split)\n\n`;
    const profile = read(new PerfScriptProfile(), bytesOf(text));
    expect([profile.idle, profile.samples.size]).toEqual([1, 2]);
  });

  it('names inlined frames and their kind', () => {
    const profile = read(new PerfScriptProfile(), fixture('perf--6.1--dwarf-inlined'));
    const kinds = Array.from({ length: profile.frames.size }, (_, frame) => frameAt(profile, frame).kind);
    expect(kinds).toContain('inlined');
  });
});

describe('bpftrace', () => {
  it('weighs what 0.27 prints as records, and takes a program that caught nothing', () => {
    const profile = read(new BpftraceStacksProfile(), bpftrace('offcpu-kernel-threads', '0.27.1'));
    expect(totalWeight(profile)).toBe(1_535_946_070 + 6_843_723_864);
    expect([...profile.samples.count]).toEqual([3, 4]);
    expect(read(new BpftraceStacksProfile(), Buffer.from('T\tns=12\n\n')).samples.size).toBe(0);
    expect(() => read(new BpftraceStacksProfile(), Buffer.from('\n\n'))).toThrow(/expected a line "Attaching/);
  });

  it('reads time off CPU with its stacks, threads and states', () => {
    const profile = read(new BpftraceStacksProfile(), bpftrace('offcpu-waits'));
    expect([profile.type, profile.unit, profile.samples.size]).toEqual(['off-cpu', 'nanoseconds', 8]);
    // Read off the recording: thread 27864 waited 2192288214 ns for a lock, in 11 waits.
    const lock = [...profile.samples.weight].indexOf(2_192_288_214);
    expect(profile.samples.count[lock]).toBe(11);
    const thread = profile.samples.thread[lock] as number;
    expect([profile.threads.pid[thread], profile.threads.tid[thread]]).toEqual([27_861, 27_864]);
    expect(offCpuSplit(profile).map(({ wait, weight }) => [wait, weight])).toEqual([
      ['sleep', 605_753_155 + 2_801_593_542 + 3_000_996_958 + 2_500_292_642],
      ['pipe', 2_500_372_272],
      ['lock', 2_192_288_214],
      ['run queue', 73_559 + 1_705_017],
    ]);
  });

  it('tells how much of the waiting of active threads is for locks', () => {
    const profile = read(new BpftraceStacksProfile({ durationMs: 3_000 }), bpftrace('offcpu-waits'));
    // One thread waits 11 times for a lock; the one at the pipe, 5 times in 2.5 s, is not active; the rest sleep.
    const [first] = lockShares(profile) ?? [];
    expect(first).toMatchObject({ pid: 27_861 });
    expect(first?.share).toBeCloseTo(2_192_288_214 / (2_192_288_214 + 1_705_017), 6);
  });

  it('what a pool waits for is work, and rare waits are of threads that do not run', () => {
    const waiting = (frames: string[], count: number): Profile => {
      const builder = new ProfileBuilder();
      const stack = builder.stackOf(frames.map((name) => builder.frame(name, null, 'native')));
      const disk = builder.stackOf([builder.frame('io_schedule', null, 'kernel')]);
      builder.add(stack, 9e8, builder.thread('pool', 7, 8), -1, NaN, count);
      builder.add(disk, 1e8, builder.thread('main', 7, 7), -1, NaN, 50);
      return builder.build({ type: 'off-cpu', unit: 'nanoseconds', durationMs: 1_000 });
    };
    const shareOf = (profile: Profile): number | undefined => lockShares(profile)?.[0]?.share;
    expect(shareOf(waiting(['futex_wait', 'pthread_mutex_lock'], 50))).toBeCloseTo(0.9);
    expect(shareOf(waiting(['futex_wait', '__pthread_cond_wait'], 50))).toBe(0);
    expect(shareOf(waiting(['futex_wait', 'pthread_mutex_lock'], 2))).toBe(0);
  });

  it('counts the threads of a pool that work at a time', () => {
    const builder = new ProfileBuilder();
    const stackOf = (name: string): number => builder.stackOf([builder.frame(name, null, 'kernel')]);
    builder.add(stackOf('io_schedule'), 9e8, builder.thread('worker-1', 7, 8), -1, NaN, 50);
    builder.add(stackOf('ep_poll'), 1e9, builder.thread('worker-2', 7, 9), -1, NaN, 50);
    builder.add(stackOf('inet_csk_accept'), 5e8, builder.thread('worker-3', 7, 10), -1, NaN, 50);
    const profile = builder.build({ type: 'off-cpu', unit: 'nanoseconds', durationMs: 1_000 });
    // One waits for the disk or runs, one waits for work, one half of the time.
    expect([...(busyThreads(profile) ?? [])]).toEqual([['worker (7)', 1.5]]);
  });

  it('without threads, or how often they waited, nothing is said of locks', () => {
    const builder = new ProfileBuilder();
    builder.add(
      builder.stackOf([builder.frame('futex_wait', null, 'kernel')]),
      5,
      builder.thread('a', 1, 1),
      -1,
      NaN,
      5,
    );
    expect(lockShares(builder.build({ type: 'off-cpu', unit: 'nanoseconds', durationMs: 1 }))).toBeNull();
  });

  it('leaves out the switch itself, which every stack begins with', () => {
    const profile = read(new BpftraceStacksProfile(), bpftrace('offcpu-waits'));
    expect(selfByName(profile)).not.toHaveProperty('__schedule');
  });

  it('reads samples on CPU, kernel part or none', () => {
    const self = selfByName(read(new BpftraceStacksProfile(), bpftrace('cpu-split')));
    expect(Object.keys(self)).toEqual(expect.arrayContaining(['burn60', 'burn30', 'burn10']));
  });

  it('takes a command that looks like the end of a key', () => {
    const text = 'Attaching 2 probes...\n@cpu[\n    work+1\n, \n    main+2\n, a, b]: 3, 7, 8]: 5\n';
    const profile = read(new BpftraceStacksProfile(), bytesOf(text));
    expect([commandAt(profile, 0), profile.threads.pid[0], profile.threads.tid[0], totalWeight(profile)]).toEqual([
      'a, b]: 3',
      7,
      8,
      5,
    ]);
  });

  it('says when it ends in the middle of a stack', () => {
    const reader = new BpftraceStacksProfile();
    reader.push(bytesOf('Attaching 2 probes...\n@cpu[\n    work+1\n'));
    expect(reader.end().issues).toMatchObject([{ reason: 'the text ends in the middle of a stack' }]);
  });

  it.each(['', 'hello\n', '{}'])('refuses %j', (text) => {
    const reader = new BpftraceStacksProfile();
    reader.push(bytesOf(text));
    expect(() => reader.end()).toThrow(ProfileError);
  });
});

describe('folded stacks', () => {
  it('splits at the last blank, and knows what BCC marks', () => {
    const profile = read(new FoldedProfile(), bytesOf('my app;main;a b;-;sys_read;vfs_read 12\nx-4711;f_[k] 3\n'));
    expect(selfByName(profile)).toMatchObject({ vfs_read: 12, f: 3, 'a b': 0 });
    expect(commandAt(profile, 0)).toBe('my app');
    expect([commandAt(profile, 1), profile.threads.pid[1]]).toEqual(['x', 4_711]);
    expect(frameAt(profile, profile.stacks.frame[3] as number).kind).toBe('kernel');
  });

  it('reports lines without a weight, and goes on', () => {
    const reader = new FoldedProfile();
    reader.push(bytesOf('a;b 1\nnonsense\na;c two\na;d -3\n'));
    expect(reader.end().issues.map(({ line }) => line)).toEqual([2, 3, 4]);
  });
});

describe('kinds of frames', () => {
  it.each([
    ['vfs_read', '[kernel.kallsyms]', 'kernel'],
    ['nf_hook', '[nf_conntrack]', 'kernel'],
    ['__vdso_gettimeofday', '[vdso]', 'native'],
    ['[unknown]', '/usr/lib/libc.so.6', 'unknown'],
    ['main', '/usr/bin/x', 'native'],
    ['foo.isra.0', '/usr/bin/x', 'native'],
    ['runtime.mallocgc', '/usr/bin/consul', 'go'],
    ['net/http.(*conn).serve', '/usr/bin/consul', 'go'],
    ['std::vector<int>::push_back', '/usr/bin/x', 'native'],
    ['py::handle:/srv/app.py', '/tmp/perf-1.map', 'python'],
    ['LazyCompile:*run /srv/app.js:1', '/tmp/perf-1.map', 'node'],
    ['Lcom/acme/Service;::run', '/tmp/perf-1.map', 'java'],
    ['Interpreter', '/tmp/perf-1.map', 'java'],
    ['a', 'inlined', 'inlined'],
  ])('%s of %s is %s', (symbol, module, kind) => {
    expect(kindOfFrame(symbol, module)).toBe(kind);
  });
});

describe('exports come back as they went', () => {
  const profile = read(new PerfScriptProfile(), fixture('perf--6.1--call-graph'));

  it.each<[string, (one: Profile) => Profile]>([
    ['folded', (one) => read(new FoldedProfile(), bytesOf(toFolded(one)))],
    ['pprof', (one) => fromPprof(toPprof(one))],
    ['pprof, gzipped', (one) => fromPprof(gzipSync(toPprof(one)))],
    ['speedscope', (one) => fromSpeedscope(JSON.stringify(firstAlone(toSpeedscope(one, 'x'))))],
  ])('%s', (name, through) => {
    const back = through(profile);
    expect(totalWeight(back)).toBe(totalWeight(profile));
    const self = selfByName(back);
    delete self['busy'];
    const expected = selfByName(profile);
    // Folded text knows an unnamed frame by its brackets only.
    expect(Object.entries(self).sort()).toEqual(
      Object.entries(expected)
        .filter(([key]) => key !== 'busy')
        .sort(),
    );
    expect(name).not.toBe('');
  });
});

/** speedscope's file has a profile of all, and one a command again. */
const firstAlone = (file: ReturnType<typeof toSpeedscope>): unknown => ({
  ...file,
  profiles: file.profiles.slice(0, 1),
});

describe('hostile input', () => {
  it('a pprof file that unpacks to gigabytes is refused', () => {
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024));
    expect(() => fromPprof(bomb)).toThrow(/larger than/);
  });

  it.each([
    ['empty', ''],
    ['text', 'hello world'],
    ['truncated', '\n\u0005a'],
  ])('%s is no pprof', (_, text) => {
    expect(() => fromPprof(bytesOf(text))).toThrow(ProfileError);
  });

  it('a stack of 100,000 frames is cut, and says so', () => {
    const line = `${Array.from({ length: 100_000 }, (_, n) => `f${n}`).join(';')} 1\n`;
    const profile = read(new FoldedProfile(), bytesOf(line));
    expect(profile.stacks.size).toBeLessThanOrEqual(2_049);
    expect(frameAt(profile, profile.stacks.frame[profile.stacks.size - 1] as number).name).toBe('[stack cut]');
  });

  it('a name of 10 MB is cut', () => {
    const profile = read(new FoldedProfile({}, {}), bytesOf(`app;${'x'.repeat(1_000_000)} 1\n`));
    expect(Math.max(...profile.strings.map((text) => text.length))).toBeLessThan(5_000);
  });

  it.each([
    [
      '{"shared":{"frames":[{"name":"a"}]},"profiles":[{"type":"sampled","samples":[[7]],"weights":[1]}]}',
      /no frame 7/,
    ],
    ['{"shared":{"frames":[{}]},"profiles":[]}', /shared\.frames\[0\]\.name: expected a text/],
    ['{"profiles":[]}', /no `shared`/],
    ['{', /no speedscope file/],
  ])('%s is refused with its place', (text, message) => {
    expect(() => fromSpeedscope(text)).toThrow(message);
  });

  it('names never become markup or script in an SVG or a page', () => {
    const builder = new ProfileBuilder();
    const names = [
      '</text><script>alert(1)</script>',
      ']]><script>alert(2)</script>',
      '" onload="alert(3)',
      '\u0000\ud800&amp;',
    ];
    const frames = names.map((name) => builder.frame(name, '<b>', 'native'));
    builder.add(builder.stackOf(frames), 1, builder.thread('<img src=x onerror=alert(4)>', 1, 1));
    const profile = builder.build({ type: 'cpu', unit: 'samples' });
    const title = '<script>alert(5)</script>';
    for (const written of [toSvg(callTree(profile, { root: 'command' }), { title }), toHtml(profile, title)]) {
      // The graph's own.
      expect(written.match(/<script/g)).toHaveLength(1);
      expect(written).not.toMatch(/<img|<b>|" onload="/);
      expect(written).not.toContain('\u0000');
    }
  });
});

describe('readProfile knows formats by their content', () => {
  const perf = read(new PerfScriptProfile(), fixture('perf--6.1--call-graph'));
  it.each<[string, Uint8Array]>([
    ['perf script', fixture('perf--6.1--call-graph')],
    ['bpftrace', bpftrace('cpu-split')],
    ['folded', bytesOf(toFolded(perf))],
    ['pprof', toPprof(perf)],
    ['pprof.gz', gzipSync(toPprof(perf))],
    ['speedscope', bytesOf(JSON.stringify(toSpeedscope(perf, 'x')))],
  ])('%s', (_, bytes) => {
    expect(readProfile(bytes).profile.samples.size).toBeGreaterThan(0);
  });
});

describe('symbol quality', () => {
  it('says how much has no name, and why', () => {
    const builder = new ProfileBuilder();
    const thread = builder.thread('app', 1, 1);
    builder.add(builder.stackOf([builder.frame('[app]', '/opt/app', 'unknown')]), 3, thread);
    builder.add(builder.stackOf([builder.frame('main', '/opt/app', 'native')]), 1, thread);
    const quality = symbolQuality(builder.build({ type: 'cpu', unit: 'samples' }));
    expect(quality.unknownLeaf).toBe(0.75);
    expect(quality.causes[0]).toBe('app has no symbols: it is stripped (install its debug package).');
  });
});
