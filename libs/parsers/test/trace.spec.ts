import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Observation } from '@fleetscope/contracts';
import { parseText } from '../src';

const recording = (program: string, version = '0.17.0'): string =>
  readFileSync(join(__dirname, '..', 'fixtures', 'trace', `bpftrace--${version}--${program}.txt`), 'utf8');

/** Uptime 19,500 s at epoch second 1,800,000,000: what the program's clock is told by. */
const CONTEXT = { collectedAt: 1_800_000_000_000, uptimeSeconds: 19_500 };
const parse = (text: string): ReturnType<typeof parseText> => parseText('trace', text, CONTEXT);

type Of<K extends Observation['kind']> = Extract<Observation, { kind: K }>;
const find = <K extends Observation['kind']>(text: string, kind: K, name: string): Of<K> | undefined =>
  parse(text).observations.find((one): one is Of<K> => one.kind === kind && 'name' in one && one.name === name);

describe('events', () => {
  const text = recording('tcp-retransmits');

  it('have both ends, their state, and a time of the wall clock', () => {
    // Line 2 of the recording: ns=19509284038437, 9.284 s after the uptime that was given.
    expect(find(text, 'events', 'retransmit')?.events[0]).toEqual({
      at: 1_800_000_009_284,
      class: 'retransmit',
      text: '10.80.0.1:56820 → 10.80.0.2:5001 ESTABLISHED',
      fields: {
        netns: 4_026_532_317,
        segs: 1,
        saddr: '10.80.0.1',
        sport: 56_820,
        daddr: '10.80.0.2',
        dport: 5_001,
        state: 'ESTABLISHED',
      },
      line: 2,
    });
  });

  it('of one connection are one edge, with the segments that they cover', () => {
    // 1+4+6+45+45+45+11+1+44+41+4+16, added up by hand.
    expect(find(text, 'table', 'tcp-retransmits')).toMatchObject({
      columns: ['source', 'source_port', 'destination', 'port', 'state', 'netns', 'events', 'segments'],
      rows: [['10.80.0.1', 56_820, '10.80.0.2', 5_001, 'ESTABLISHED', 4_026_532_317, 12, 263]],
    });
  });

  it.each([
    ['0.17.0', 37_834, 47_260],
    ['0.23.2', 52_644, 40_528],
    ['0.27.1', 44_818, 47_254],
  ])('of resets have their reason, and are told apart by who sent them: bpftrace %s', (version, four, six) => {
    const resets = find(recording('tcp-resets', version), 'table', 'tcp-resets');
    expect(resets?.columns).toEqual([
      'event',
      'source',
      'source_port',
      'destination',
      'port',
      'reason',
      'netns',
      'events',
    ]);
    expect(resets?.rows).toEqual([
      ['reset-sent', '127.0.0.1', 9, '127.0.0.1', four, 'no socket', 4_026_531_833, 1],
      ['reset-received', '127.0.0.1', four, '127.0.0.1', 9, null, 4_026_531_833, 1],
      ['reset-sent', '::1', 9, '::1', six, 'no socket', 4_026_531_833, 1],
      ['reset-received', '::1', six, '::1', 9, null, 4_026_531_833, 1],
    ]);
  });

  it('of resets keep a reason that is newer than ours as its number', () => {
    expect(find(recording('tcp-resets').replaceAll('reason=1', 'reason=99'), 'table', 'tcp-resets')?.rows[0]?.[5]).toBe(
      'reason 99',
    );
  });

  it('that were only counted are told', () => {
    expect(parse(text).issues).toMatchObject([{ reason: '35 more events were counted, not listed' }]);
  });

  it('keep file names as they are, numbers as numbers', () => {
    const opens = find(recording('file-opens'), 'events', 'open');
    expect(opens?.events[5]?.fields).toEqual({
      pid: 11_288,
      ret: -2,
      comm: 'ls',
      file: '/usr/lib/locale/locale-archive',
    });
  });

  it('may hold anything but a newline in their last field', () => {
    const text = 'Attaching 2 probes...\nE\topen\tns=1\tpid=7\tret=3\tcomm=a=b c\tfile=/x =y[]{}\n';
    expect(find(text, 'events', 'open')?.events[0]?.fields).toMatchObject({ comm: 'a=b c', file: '/x =y[]{}' });
  });
});

describe('histograms', () => {
  it('are one over the window, with a slice for each second', () => {
    const runq = find(recording('runq-latency'), 'histogram', 'cpu.runq_latency');
    expect(runq).toMatchObject({ unit: 'us', instance: null });
    const slices = runq?.slices ?? [];
    expect(slices.length).toBeGreaterThanOrEqual(3);
    expect(slices.every(({ counts }) => counts.length === runq?.buckets.length)).toBe(true);
    // Each bucket is the sum of its slices.
    runq?.buckets.forEach(({ count }, at) =>
      expect(slices.reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0)).toBe(count),
    );
    expect((slices[1]?.at ?? 0) - (slices[0]?.at ?? 0)).toBeCloseTo(1_000, -2);
  });

  it('of disks carry the device by its name, and what was done', () => {
    const names = parse(recording('block-io-latency')).observations.flatMap((one) =>
      one.kind === 'histogram' ? [`${one.name} ${one.instance}`] : [],
    );
    expect(names).toEqual(expect.arrayContaining(['disk.io_device_latency vda WS', 'disk.io_queue_latency vda WS']));
  });
});

describe('tables', () => {
  it('have a column for each word of the key', () => {
    expect(find(recording('file-opens'), 'table', 'opens')).toMatchObject({
      columns: ['command', 'count'],
      rows: [['ls', 40]],
    });
    expect(find(recording('tcp-connections'), 'table', 'connect-latency')?.rows).toEqual([
      ['10.80.0.2', 5_001, 1, 79, 79],
    ]);
  });

  it('know system calls by name, on the machine they are of', () => {
    const text = 'Attaching 2 probes...\n@t_syscalls[my, app, 63]: count 3, average 2, total 6\n';
    const name = (machine: string): unknown =>
      parseText('trace', text, { ...CONTEXT, machine }).observations.flatMap((one) =>
        one.kind === 'table' ? one.rows : [],
      )[0];
    expect(name('x86_64')).toEqual(['my, app', 'uname', 3, 2, 6]);
    expect(name('aarch64')).toEqual(['my, app', 'read', 3, 2, 6]);
    expect(name('sparc')).toEqual(['my, app', 'syscall 63', 3, 2, 6]);
  });
});

describe('what is none of it', () => {
  it.each(['', 'hello\n', '{"type": "map"}\n'])('%j is refused', (text) => {
    expect(() => parse(text)).toThrow(/expected/);
  });

  it('is an issue beside what could be read', () => {
    const { issues, rows } = parse(
      'Attaching 2 probes...\nE\texec\tns=1\tpid=7\nERROR: failed\nLost 12 events\n@x: 1\n@t_opens[ls]: many\n',
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(issues.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'neither an event nor a map'],
      [4, 'the tool lost events: there were too many'],
      [6, 'expected command and a value'],
    ]);
  });
});
