import { type CompiledStep } from '@fleetscope/runbooks';
import { StepRecording } from './step-recording';

const STEP: CompiledStep = {
  id: 'vmstat',
  title: 'Run queue',
  when: 'window',
  alternatives: [
    { id: 'procps', parser: 'vmstat', command: 'vmstat 1 2', says: null, compressed: false, frequency: null },
    {
      id: 'proc',
      parser: 'proc-snapshots',
      command: 'cat /proc/stat',
      says: 'read from /proc',
      compressed: false,
      frequency: null,
    },
    { id: 'stacks', parser: 'perf-script-profile', command: 'perf', says: null, compressed: true, frequency: 99 },
    { id: 'unknown', parser: 'no-such-parser', command: 'x', says: null, compressed: false, frequency: null },
  ],
};
const at = (seconds: number): Date => new Date(1_700_000_000_000 + seconds * 1_000);
const CONTEXT = { collectedAt: at(0).getTime(), windowSeconds: 1 };
const VMSTAT = `procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----
 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st
 1  0      0 100000  20000 300000    0    0     1     2    3    4  5  6 89  0  0
 2  0      0 100000  20000 300000    0    0     1     2    3    4  5  6 89  0  0
`;

const started = (maxBytes = 1_000_000, alternative = 'procps'): StepRecording => {
  const recording = new StepRecording(STEP, maxBytes);
  recording.start(alternative, 'vmstat 1 2', at(0), CONTEXT);
  return recording;
};
const out = (recording: StepRecording, stream = 'stdout'): string | null => {
  const item = recording.evidence().find((entry) => entry.stream === stream);
  return item ? Buffer.from(item.bytes).toString('utf8') : null;
};

describe('the recording of a step', () => {
  it('keeps output as it came and parses it on the way', () => {
    const recording = started();
    recording.push('stdout', Buffer.from(VMSTAT.slice(0, 200)));
    recording.push('stdout', Buffer.from(VMSTAT.slice(200)));
    recording.push('stderr', Buffer.from('a warning\n'));
    recording.end('ok', 0, at(2));
    expect(out(recording)).toBe(VMSTAT);
    expect(out(recording, 'stderr')).toBe('a warning\n');
    const observed = recording.observe();
    expect(observed).toMatchObject({ step: 'vmstat', parser: 'vmstat', issues: [] });
    expect(observed?.observations.length).toBeGreaterThan(3);
    expect(recording.view).toMatchObject({
      state: 'ok',
      exitStatus: 0,
      bytes: VMSTAT.length + 10,
      alternative: 'procps',
      says: null,
      startedAt: at(0).toISOString(),
      endedAt: at(2).toISOString(),
    });
  });

  it('takes a profile without samples for an answer, and a tool that prints nothing for none', () => {
    const stacks = started(1_000, 'stacks');
    stacks.end('ok', 0, at(2));
    expect([stacks.hasAnswer, stacks.view.says]).toEqual([true, expect.stringMatching(/^no samples/)]);
    const failed = started(1_000, 'stacks');
    failed.end('failed', 1, at(2));
    const silent = started();
    silent.end('ok', 0, at(2));
    expect([failed.hasAnswer, silent.hasAnswer, silent.view.says]).toEqual([false, false, null]);
  });

  it('tells a failed pipeline by the stage that failed', () => {
    const recording = started(1_000, 'stacks');
    recording.push(
      'stderr',
      Buffer.from('no unit x.service runs here\nincompatible file format (rerun with -v to learn more)\n'),
    );
    recording.end('failed', 1, at(1));
    expect(recording.view.says).toBe('no unit x.service runs here');
  });

  it('gives up what a first alternative printed when the next one starts, and says what that one cannot see', () => {
    const recording = started();
    recording.push('stdout', Buffer.from('half a line of the wrong tool'));
    recording.push('stderr', Buffer.from('vmstat: broken\n'));
    recording.end('failed', 1, at(1));
    expect(recording.view.says).toBe('vmstat: broken');
    recording.start('proc', 'cat /proc/stat', at(1), CONTEXT);
    expect(recording.view).toMatchObject({
      state: 'running',
      alternative: 'proc',
      says: 'procps failed: vmstat: broken; read from /proc',
      endedAt: null,
      bytes: 0,
    });
    expect(recording.evidence()).toEqual([]);
    expect(recording.unreadable).toBeNull();
    // The exit status of the alternative that failed is not that of the one that runs.
    expect(recording.view.exitStatus).toBeNull();
  });

  it('keeps at most maxBytes, counts the rest, and parses on beyond them', () => {
    const recording = started(100);
    recording.push('stdout', Buffer.from(VMSTAT));
    recording.end('ok', 0, at(2));
    expect(out(recording)).toBe(VMSTAT.slice(0, 100));
    expect(recording.evidence()[0]).toMatchObject({ truncated: true });
    expect(recording.view.bytes).toBe(VMSTAT.length);
  });

  it('bounds standard error on its own', () => {
    const recording = started();
    for (let i = 0; i < 100; i += 1) recording.push('stderr', Buffer.alloc(1_000, 'e'));
    expect(recording.evidence()).toEqual([expect.objectContaining({ stream: 'stderr', truncated: true })]);
    expect(out(recording, 'stderr')?.length).toBe(65_536);
  });

  it('of output that is not the tool’s keeps the evidence, observes nothing, and says why', () => {
    const recording = started();
    recording.push('stdout', Buffer.from('Segmentation fault\nnothing of the kind\n'));
    recording.end('ok', 0, at(2));
    const observed = recording.observe();
    expect(observed?.observations).toEqual([]);
    expect(observed?.issues.at(-1)?.reason).toMatch(/.{10}/);
    expect(recording.unreadable).toMatch(/.{10}/);
    expect(recording.view.issues).toBeGreaterThan(0);
    expect(out(recording)).toContain('Segmentation fault');
  });

  it.each([
    ['timeout', null, 'stopped at its deadline'],
    ['truncated', null, 'output cut at 1000000 bytes'],
    ['cancelled', null, 'cancelled'],
    ['failed', 3, 'exit status 3'],
    ['failed', null, 'exit status unknown'],
  ] as const)('that ended %s (%s) says: %s', (outcome, status, says) => {
    const recording = started();
    recording.end(outcome, status, at(2));
    expect(recording.view).toMatchObject({ state: outcome, exitStatus: status, says });
  });

  it('shows no control characters of a host as its reason', () => {
    const recording = started();
    recording.push('stderr', Buffer.from('\u001b[31mpermission denied\u001b[0m\u0007\n'));
    recording.end('failed', 1, at(2));
    expect(recording.view.says).toMatch(/permission denied/);

    expect(recording.view.says).not.toMatch(/[\u0000-\u001f]/);
  });

  it('that was never reported on is skipped or cancelled, and says so', () => {
    const pending = new StepRecording(STEP, 100);
    pending.abandon('the connection was lost', at(3));
    expect(pending.view).toMatchObject({
      state: 'skipped',
      says: 'the connection was lost',
    });
    const running = started();
    running.abandon('the connection was lost', at(3));
    expect(running.view).toMatchObject({
      state: 'cancelled',
      says: 'the connection was lost',
      endedAt: at(3).toISOString(),
    });
    const ended = started();
    ended.end('ok', 0, at(2));
    ended.abandon('too late', at(3));
    expect(ended.view).toMatchObject({ state: 'ok', says: null });
  });

  it('of an alternative or a parser that this version does not know keeps the evidence', () => {
    for (const alternative of ['unknown', 'from-the-future']) {
      const recording = started(1_000, alternative);
      recording.push('stdout', Buffer.from('x\n'));
      recording.end('ok', 0, at(1));
      expect(recording.observe()).toBeNull();
      expect(out(recording)).toBe('x\n');
    }
  });
});
