import { FINAL_RUN_STATES, type RunStepView } from '@fleetscope/contracts';
import { PARSERS } from '@fleetscope/parsers';
import { PROFILE_READERS } from '@fleetscope/profiles';
import {
  bootstrapCommand,
  compileProbe,
  loadCatalogue,
  resolveParameters,
  type CompiledProbe,
} from '@fleetscope/runbooks';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { RunRecorder, type RecorderHooks, type Recording } from './run-recorder';

const CATALOGUE = join(__dirname, '..', '..', '..', '..', 'libs', 'runbooks', 'catalog');
const QUIET: RecorderHooks = { onStarted: () => undefined, onStep: () => undefined, onBytes: () => undefined };
const START = 1_700_000_000_000;

/** Runs a probe here, as the local transport does. @returns every byte it wrote. */
const record = (probe: CompiledProbe): Promise<Buffer> =>
  new Promise((done, failed) => {
    const child = spawn('/bin/sh', ['-c', `exec ${bootstrapCommand(probe.byteLength)}`], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      cwd: '/',
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', failed);
    child.once('close', () => done(Buffer.concat(chunks)));
    child.stdin.write(probe.program);
  });

describe('the record of a real probe', () => {
  const runbook = loadCatalogue(CATALOGUE, { parsers: new Set([...PARSERS.keys(), ...PROFILE_READERS.keys()]) }).get(
    'triage-60s',
  );
  if (!runbook) throw new Error('the catalogue has no triage');
  const probe = compileProbe(runbook, resolveParameters(runbook, { window: '1s' }));
  const bounds = new Map(runbook.steps.map((step) => [step.id, step.maxBytes]));
  let bytes: Buffer;
  let whole: Recording;

  const recorder = (hooks: RecorderHooks = QUIET, max: ReadonlyMap<string, number> = bounds): RunRecorder =>
    new RunRecorder('web-01', probe, max, hooks, () => START);
  const recordingOf = (given: Uint8Array, interruption: Parameters<RunRecorder['finish']>[0] = null): Recording => {
    const made = recorder();
    made.push(given);
    return made.finish(interruption);
  };
  const bytesOf = (recording: Recording, step: string, stream: string): Buffer =>
    Buffer.from(recording.evidence.find((item) => item.step === step && item.stream === stream)?.bytes ?? []);
  const inOrder = (observations: Recording['observations']): unknown =>
    observations.map(({ step, observations: found }) => [step, found.length]);

  beforeAll(async () => {
    bytes = await record(probe);
    whole = recordingOf(bytes);
  });

  it('is complete: every step has ended, facts and cost are there, each stream of output is kept', () => {
    expect(whole.state).toMatch(/succeeded|partial/);
    expect(whole.steps.map(({ step }) => step)).toEqual(runbook.steps.map(({ id }) => id));
    expect(whole.steps.filter(({ state }) => state === 'pending' || state === 'running')).toEqual([]);
    expect(whole.steps.filter(({ state }) => state === 'ok').length).toBeGreaterThan(5);
    expect(Number(whole.facts?.['cpus'])).toBeGreaterThan(0);
    expect(whole.cost).toMatchObject({ cpuSeconds: expect.any(Number), bytes: expect.any(Number) });
    expect(whole.startedAt?.getTime()).toBe(START);
    for (const { step, bytes: size, state } of whole.steps)
      if (state !== 'skipped')
        expect([step, bytesOf(whole, step, 'stdout').length + bytesOf(whole, step, 'stderr').length]).toEqual([
          step,
          size,
        ]);
    expect(whole.observations.length).toBeGreaterThan(5);
  });

  it('proves that nothing is left, and is partial where something is', () => {
    expect(whole.cleanup).toMatchObject({ processes: 0, files: 0, names: '' });
    const proof = bytes.subarray(bytes.indexOf('\u001eL '), bytes.indexOf('\u001eC '));
    const left = Buffer.from(
      bytes.toString('latin1').replace(proof.toString('latin1'), '\u001eL 2 0 0 sh mpstat\n'),
      'latin1',
    );
    const recording = recordingOf(left);
    expect(recording).toMatchObject({ state: 'partial', cleanup: { processes: 2, names: 'sh mpstat' } });
    expect(recording.reason).toBe('2 of its processes are left on the host: sh mpstat');
    // A connection that is lost before it proves nothing.
    expect(recordingOf(bytes.subarray(0, bytes.indexOf('\u001eL '))).cleanup).toBeNull();
  });

  it('gives every ended step its times, in order, on our clock', () => {
    for (const { step, state, startedAt, endedAt } of whole.steps) {
      if (state === 'skipped') continue;
      const [began, ended] = [Date.parse(startedAt ?? ''), Date.parse(endedAt ?? '')];
      expect([step, began >= START - 1_000, ended >= began, ended <= START + 30_000]).toEqual([step, true, true, true]);
    }
  });

  it('is the same however the bytes were cut on the way', () => {
    for (const size of [1, 7, 4_095, 65_536]) {
      const made = recorder();
      for (let at = 0; at < bytes.length; at += size) made.push(bytes.subarray(at, at + size));
      const again = made.finish(null);
      expect({ ...again, hostEvidence: null }).toEqual({ ...whole, hostEvidence: null });
    }
  });

  it('of every prefix is a prefix: it ends, it says why, and it keeps what had arrived', () => {
    const cut = { state: 'partial', reason: 'the connection was lost' } as const;
    const step = Math.max(1, Math.floor(bytes.length / 400));
    let kept = -1;
    for (let at = 0; at < bytes.length; at += step) {
      const part = recordingOf(bytes.subarray(0, at), cut);
      expect(FINAL_RUN_STATES.has(part.state)).toBe(true);
      expect(part.steps.filter(({ state }) => state === 'pending' || state === 'running')).toEqual([]);
      const total = part.evidence.reduce((sum, item) => sum + item.bytes.length, 0);
      expect(total).toBeGreaterThanOrEqual(kept);
      kept = total;
      for (const item of part.evidence) {
        const all = bytesOf(whole, item.step, item.stream);
        expect(all.subarray(0, item.bytes.length).equals(Buffer.from(item.bytes))).toBe(true);
      }
      if (!bytes.subarray(0, at).includes('\u001eZ ')) {
        expect(part.state).toBe(part.evidence.some(({ stream }) => stream === 'stdout') ? 'partial' : 'failed');
        expect(part.reason).toBe('the connection was lost');
      }
    }
    expect(kept).toBeGreaterThan(1_000);
  });

  it('of nothing is failed, and says so', () => {
    expect(recordingOf(new Uint8Array())).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/closed before the probe had ended/),
      startedAt: null,
      facts: null,
      evidence: [],
      observations: [],
    });
  });

  it('of a cancelled run is cancelled, with what had arrived', () => {
    const half = bytes.subarray(0, Math.floor(bytes.length / 2));
    const cancelled = recordingOf(half, { state: 'cancelled', reason: 'cancelled while it ran' });
    expect(cancelled).toMatchObject({ state: 'cancelled', reason: 'cancelled while it ran' });
    expect(cancelled.evidence.length).toBeGreaterThan(0);
  });

  it('is what the probe says once it has ended: a cancellation that came too late counts for nothing', () => {
    expect(recordingOf(bytes, { state: 'cancelled', reason: 'too late' }).state).toBe(whole.state);
  });

  it.each<[string, (given: Buffer) => Buffer[]]>([
    [
      'a banner before it',
      (given) => [Buffer.from('Welcome to web-01!\r\n\u001b[1mAuthorised use only\u001b[0m\n'), given],
    ],
    ['bytes that are no text before it', (given) => [Buffer.from([0xff, 0xfe, 0, 0x0a]), given]],
    ['lines after it', (given) => [given, Buffer.from('logout\nConnection closed.\n')]],
    ['a half frame after it', (given) => [given, Buffer.from('\u001eO mpstat half')]],
    [
      'lines between its frames',
      (given) =>
        given
          .toString('latin1')
          .split('\n')
          .flatMap((line, i) => [
            Buffer.from(`${line}${i === given.toString('latin1').split('\n').length - 1 ? '' : '\n'}`, 'latin1'),
            Buffer.from(i % 50 === 25 ? 'wall: going down for reboot\n' : ''),
          ]),
    ],
    [
      'frames of an unknown kind between its own',
      (given) => [
        given.subarray(0, given.indexOf('\n') + 1),
        Buffer.from('\u001eQ future frame\n\u001eO no-such-step text\n'),
        given.subarray(given.indexOf('\n') + 1),
      ],
    ],
  ])('loses nothing by %s', (_, disturb) => {
    const made = recorder();
    for (const piece of disturb(bytes)) made.push(piece);
    const disturbed = made.finish(null);
    expect(disturbed.state).toBe(whole.state);
    expect(inOrder(disturbed.observations)).toEqual(inOrder(whole.observations));
    expect(disturbed.evidence.map(({ step, stream, bytes: { length } }) => [step, stream, length])).toEqual(
      whole.evidence.map(({ step, stream, bytes: { length } }) => [step, stream, length]),
    );
  });

  it('shows what a shell said that never became a probe', () => {
    const made = recorder();
    made.push(Buffer.from('This account is currently not available.\n'));
    expect(made.started).toBe(false);
    expect(made.said).toBe('This account is currently not available.');
    expect(made.finish(null).state).toBe('failed');
  });

  it('survives every single damaged byte of its head, and random damage further on', () => {
    const head = bytes.subarray(0, 600);
    for (let at = 0; at < head.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0x15;
      expect(FINAL_RUN_STATES.has(recordingOf(damaged.subarray(0, 4_000)).state)).toBe(true);
    }
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    for (let round = 0; round < 60; round += 1) {
      const damaged = Buffer.from(bytes);
      for (let hits = 0; hits < 50; hits += 1) damaged[random(damaged.length)] = random(256);
      const made = recordingOf(damaged);
      expect(FINAL_RUN_STATES.has(made.state)).toBe(true);
      expect(made.steps).toHaveLength(whole.steps.length);
    }
  });

  it('keeps at most maxBytes of a step, and says that it was cut', () => {
    const [largest] = [...whole.evidence]
      .filter(({ stream }) => stream === 'stdout')
      .sort((a, b) => b.bytes.length - a.bytes.length);
    const step = largest?.step ?? '';
    const made = recorder(QUIET, new Map([...bounds, [step, 100]]));
    made.push(bytes);
    const item = made.finish(null).evidence.find((entry) => entry.step === step && entry.stream === 'stdout');
    expect(item).toMatchObject({ truncated: true });
    expect(Buffer.from(item?.bytes ?? []).equals(bytesOf(whole, step, 'stdout').subarray(0, 100))).toBe(true);
    expect(whole.evidence.every(({ truncated }) => !truncated)).toBe(true);
  });

  it('tells its hooks of the start once, of each step in order, and of all output', () => {
    const seen: RunStepView[] = [];
    let starts = 0;
    let total = 0;
    const made = recorder({
      onStarted: () => (starts += 1),
      onStep: (step) => seen.push(step),
      onBytes: (_step, _stream, { length }) => (total += length),
    });
    made.push(bytes);
    expect(starts).toBe(1);
    expect(total).toBe(whole.evidence.reduce((sum, { bytes: { length } }) => sum + length, 0));
    for (const { step } of whole.steps.filter(({ state }) => state === 'ok')) {
      const states = seen.filter((view) => view.step === step).map(({ state }) => state);
      expect([states[0], states.at(-1)]).toEqual(['running', 'ok']);
    }
  });
});
