import { compileProbe, FrameDecoder, parseRunbook, resolveParameters } from '@fleetscope/runbooks';
import { type ProbeEvent } from '@fleetscope/contracts';
import { execFileSync, fork, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookupKnownHost, parseKnownHosts } from './known-hosts';
import { LocalTransport } from './local.transport';
import { SSH_LIMITS, SshTransport } from './ssh.transport';
import { childrenOf, type Sshd, startSshd } from '../../../../../test/support/sshd';
import { explainEnd, TransportError, type TransportTarget } from './transport';

jest.setTimeout(60_000);

const runbookOf = (seconds: number) =>
  parseRunbook(
    `id: sample\ntitle: S\nversion: 1\ncost: light\nsteps:\n  - id: one\n    title: One\n    deadline: 50s\n    prefer:\n      - { id: a, run: [sh, -c, 'echo begun; sleep ${seconds}; echo over'], parser: p }\n`,
    null,
  );
const programOf = (seconds: number): string => {
  const runbook = runbookOf(seconds);
  return compileProbe(runbook, resolveParameters(runbook)).program;
};
const MARKER = `TRANSPORT_TEST=${process.pid}-${Date.now()}`;
const survivors = (marker: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^[0-9]+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(marker);
    } catch {
      return false;
    }
  });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const waitUntil = async (holds: () => boolean, ms: number): Promise<boolean> => {
  for (const until = performance.now() + ms; performance.now() < until && !holds();) await pause(50);
  return holds();
};
/** Empty several times in a row: a process is seen by nobody for the moment of its exec. */
const expectGone = async (marker: string): Promise<void> => {
  let empty = 0;
  await waitUntil(() => {
    empty = survivors(marker).length === 0 ? empty + 1 : 0;
    return empty >= 4;
  }, 6000);
  expect(survivors(marker)).toEqual([]);
};

const reader = () => {
  const events: ProbeEvent[] = [];
  const decoder = new FrameDecoder((event) => events.push(event));
  return { events, onBytes: (chunk: Uint8Array): void => decoder.push(chunk) };
};
const begun = (events: ProbeEvent[]) => (): boolean => events.some((event) => event.type === 'data');
const failure = async (run: Promise<unknown>): Promise<TransportError> => {
  const error: unknown = await run.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof TransportError)) throw error;
  return error;
};

describe('SshTransport', () => {
  const transport = new SshTransport(async (path) => readFileSync(path, 'utf8'), { ...SSH_LIMITS, connectMs: 2000 });
  let sshd: Sshd;
  let bastion: Sshd;
  let target: TransportTarget;

  beforeAll(async () => {
    sshd = await startSshd({ address: '127.1.41.1', port: 2201, marker: MARKER });
    bastion = await startSshd({ address: '127.1.41.2', port: 2202, keyTypes: ['ecdsa'] });
    target = sshd.target('db-07');
  });
  afterAll(() => {
    sshd.stop();
    bastion.stop();
  });
  const run = (
    to: TransportTarget,
    seconds = 0,
    onBytes: (chunk: Uint8Array) => void = () => undefined,
    signal?: AbortSignal,
  ) => transport.run(to, programOf(seconds), { onBytes, signal, deadlineMs: 30_000 });

  it('runs a probe', async () => {
    const { events, onBytes } = reader();
    expect(await run(target, 0, onBytes)).toEqual({ exitStatus: 0, signal: null, stderr: '', cancelled: false });
    expect(events.map((event) => event.type)).toEqual([
      'hello',
      'facts',
      'step-start',
      'data',
      'data',
      'step-end',
      'cleanup',
      'cost',
      'end',
    ]);
    await expectGone(MARKER);
  });

  it('reads a key file, and an encrypted one with its passphrase', async () => {
    const file = join(sshd.dir, 'locked');
    execFileSync('cp', ['-p', join(sshd.dir, 'user'), file]);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'secret', '-f', file]);
    expect(
      (await run({ ...target, identities: [{ kind: 'file', path: file, passphrase: 'secret' }] })).exitStatus,
    ).toBe(0);
    const error = await failure(run({ ...target, identities: [{ kind: 'file', path: file }] }));
    expect([error.kind, error.retryable]).toEqual(['auth', false]);
    expect(error.message).toMatch(/passphrase/i);
  });

  it('uses an ssh-agent', async () => {
    const socket = join(sshd.dir, 'agent.sock');
    const said = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' });
    const pid = Number(/SSH_AGENT_PID=([0-9]+)/.exec(said)?.[1]);
    try {
      execFileSync('ssh-add', ['-q', join(sshd.dir, 'user')], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'ignore',
      });
      expect((await run({ ...target, identities: [{ kind: 'agent', socket }] })).exitStatus).toBe(0);
    } finally {
      process.kill(pid);
    }
  });

  it('is not led to another key type than the known one', async () => {
    for (const trusted of sshd.hostKeys) expect((await run({ ...target, trustedKeys: [trusted] })).exitStatus).toBe(0);
  });

  it('stops at an unknown, a changed and a revoked host key, before the login', async () => {
    const unknown = await failure(run({ ...target, trustedKeys: [] }));
    expect([unknown.kind, unknown.probeStarted, unknown.retryable]).toEqual(['host-key-unknown', false, false]);
    const scanned = execFileSync('ssh-keygen', ['-lf', join(sshd.dir, 'host_ed25519.pub')], { encoding: 'utf8' }).split(
      ' ',
    )[1];
    expect(unknown.presentedKey).toEqual({ ...sshd.hostKeys[0], fingerprint: scanned });
    expect((await failure(run({ ...target, trustedKeys: bastion.hostKeys }))).kind).toBe('host-key-changed');
    expect((await failure(run({ ...target, revokedKeys: sshd.hostKeys }))).kind).toBe('host-key-revoked');
  });

  it('looks at a host key without logging in', async () => {
    const key = await transport.presentedHostKey({ ...target, trustedKeys: [], identities: [] });
    expect(key.publicKey).toBe(sshd.hostKeys[0]?.publicKey);
    expect((await failure(transport.presentedHostKey({ ...target, port: 2209 }))).kind).toBe('refused');
  });

  it('says that it was not let in', async () => {
    const error = await failure(run({ ...target, identities: bastion.target('x').identities }));
    expect([error.kind, error.probeStarted, error.retryable]).toEqual(['auth', false, false]);
    expect(error.message).toContain('authorized_keys');
    expect((await failure(run({ ...target, identities: [] }))).kind).toBe('auth');
  });

  it('tells a refused port from an unknown name', async () => {
    const refused = await failure(run({ ...target, port: 2209 }));
    expect([refused.kind, refused.retryable]).toEqual(['refused', true]);
    const unknown = await failure(run({ ...target, address: 'no-such-host.invalid' }));
    expect([unknown.kind, unknown.retryable]).toEqual(['unreachable', false]);
  });

  describe('servers that misbehave', () => {
    let server: Server | null = null;
    const serve = (port: number, greet: (write: (text: string) => void, close: () => void) => void): Promise<void> =>
      new Promise((resolve) => {
        server = createServer((socket) => {
          socket.on('error', () => undefined);
          greet(
            (text) => void socket.write(text),
            () => void socket.end(),
          );
        }).listen(port, '127.1.41.3', resolve);
      });
    afterEach(() => void server?.close());

    it('gives up on a listener that never answers', async () => {
      await serve(2203, () => undefined);
      const error = await failure(run({ ...target, address: '127.1.41.3', port: 2203 }));
      expect([error.kind, error.retryable]).toEqual(['timeout', false]);
    });

    it.each([
      ['closes at once', '', /MaxStartups/, 'dropped', true],
      ['is full', 'Exceeded MaxStartups\r\n', /MaxStartups\): it is tried/, 'dropped', true],
      ['penalises', 'Not allowed at this time\r\n', /PerSourcePenalties/, 'dropped', true],
      ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', /not as an SSH server/, 'unreachable', false],
    ])('recognises one that %s', async (_name, text, words, kind, retryable) => {
      await serve(2204, (write, close) => {
        if (text !== '') write(text);
        setTimeout(close, 50);
      });
      const error = await failure(run({ ...target, address: '127.1.41.3', port: 2204 }));
      expect([error.kind, error.retryable, error.probeStarted]).toEqual([kind, retryable, false]);
      expect(error.message).toMatch(words);
    });
  });

  it('says that the connection was lost while the probe ran, and the probe ends by itself', async () => {
    const { events, onBytes } = reader();
    const running = failure(run(target, 40, onBytes));
    await waitUntil(begun(events), 5000);
    for (const child of childrenOf(sshd.pid)) process.kill(child, 'SIGKILL');
    const error = await running;
    expect([error.kind, error.probeStarted, error.retryable]).toEqual(['dropped', true, false]);
    await expectGone(MARKER);
  });

  it('goes through a jump host and verifies each key on the way', async () => {
    const far = { ...target, jump: [bastion.target('bastion')] };
    const { events, onBytes } = reader();
    expect((await run(far, 0, onBytes)).exitStatus).toBe(0);
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'complete' });
    const untrusted = await failure(run({ ...far, jump: [{ ...bastion.target('bastion'), trustedKeys: [] }] }));
    expect([untrusted.kind, untrusted.message.includes('bastion')]).toEqual(['host-key-unknown', true]);
    const nowhere = await failure(run({ ...far, port: 2209 }));
    expect(nowhere.kind).toBe('unreachable');
    expect(nowhere.message).toContain('The jump host bastion');
    expect((await transport.presentedHostKey({ ...far, trustedKeys: [] })).type).toBe('ssh-ed25519');
  });

  it('is cancelled: the probe says so and nothing stays on the host', async () => {
    const { events, onBytes } = reader();
    const abort = new AbortController();
    const running = run(target, 40, onBytes, abort.signal);
    await waitUntil(begun(events), 5000);
    abort.abort();
    expect(await running).toMatchObject({ cancelled: true, exitStatus: 0 });
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'lifeline' });
    await expectGone(MARKER);
  });

  it('can be cancelled while it connects', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(2205, '127.1.41.3', resolve));
    const abort = new AbortController();
    const running = run({ ...target, address: '127.1.41.3', port: 2205 }, 0, undefined, abort.signal);
    setTimeout(() => abort.abort(), 50);
    expect((await running).cancelled).toBe(true);
    silent.close();
  });

  it('ends at its deadline', async () => {
    const error = await failure(transport.run(target, programOf(40), { onBytes: () => undefined, deadlineMs: 1000 }));
    expect([error.kind, error.probeStarted]).toEqual(['timeout', true]);
    await expectGone(MARKER);
  });

  it('leaves nothing on the host when the client is killed', async () => {
    const script = join(sshd.dir, 'client.cjs');
    writeFileSync(
      script,
      `const { Client } = require(${JSON.stringify(require.resolve('ssh2'))});
       const { bootstrapCommand, program, target } = JSON.parse(process.argv[2]);
       const client = new Client();
       client.on('ready', () => client.exec(bootstrapCommand, (error, stream) => {
         stream.on('data', (chunk) => { if (String(chunk).includes('begun')) process.send('begun'); });
         stream.write(program);
       })).connect({ host: target.address, port: target.port, username: target.user, privateKey: target.identities[0].privateKey });`,
    );
    const { bootstrapCommand } = await import('@fleetscope/runbooks');
    const program = programOf(40);
    const client = fork(script, [
      JSON.stringify({ bootstrapCommand: bootstrapCommand(Buffer.byteLength(program)), program, target }),
    ]);
    await new Promise((resolve) => client.once('message', resolve));
    expect(survivors(MARKER).length).toBeGreaterThan(0);
    client.kill('SIGKILL');
    await expectGone(MARKER);
  });

  it('explains a sudo that is not there', async () => {
    const elevated: TransportTarget = { ...target, become: 'sudo' };
    const end = await transport.run(elevated, programOf(0), { onBytes: () => undefined, deadlineMs: 10_000 });
    if (end.exitStatus !== 0) expect(explainEnd(elevated, end)).toMatch(/sudo/);
  });

  it('reads what ssh-keyscan and ssh-keygen -H write', () => {
    const plain = execFileSync('ssh-keyscan', ['-p', '2201', '127.1.41.1'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const file = join(sshd.dir, 'known_hosts');
    writeFileSync(file, plain);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    const hashed = readFileSync(file, 'utf8');
    expect(hashed).toMatch(/^\|1\|/m);
    const sorted = (keys: readonly { publicKey: string }[]): string[] => keys.map((key) => key.publicKey).sort();
    for (const text of [plain, hashed])
      expect(sorted(lookupKnownHost(parseKnownHosts(text), '127.1.41.1', 2201).trusted)).toEqual(sorted(sshd.hostKeys));
  });
});

describe('LocalTransport', () => {
  const env = { PATH: '/usr/bin:/bin', TRANSPORT_LOCAL: MARKER };
  const local = new LocalTransport(undefined, env);
  const marker = `TRANSPORT_LOCAL=${MARKER}`;
  const target: TransportTarget = {
    name: 'here',
    address: 'localhost',
    port: 22,
    user: 'root',
    become: null,
    identities: [],
    trustedKeys: [],
    revokedKeys: [],
    jump: [],
  };

  it('runs a probe', async () => {
    const { events, onBytes } = reader();
    expect(await local.run(target, programOf(0), { onBytes, deadlineMs: 10_000 })).toEqual({
      exitStatus: 0,
      signal: null,
      stderr: '',
      cancelled: false,
    });
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'complete' });
  });

  it('is cancelled and leaves nothing', async () => {
    const { events, onBytes } = reader();
    const abort = new AbortController();
    const running = local.run(target, programOf(40), { onBytes, signal: abort.signal, deadlineMs: 30_000 });
    await waitUntil(begun(events), 5000);
    abort.abort();
    expect((await running).cancelled).toBe(true);
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'lifeline' });
    await expectGone(marker);
  });

  it('ends at its deadline', async () => {
    const error = await failure(local.run(target, programOf(40), { onBytes: () => undefined, deadlineMs: 500 }));
    expect([error.kind, error.probeStarted]).toEqual(['timeout', true]);
    await expectGone(marker);
  });

  // No real sudo is taken for granted: what matters is that the whole probe goes through it, and that its no is understood.
  it.each([
    ['lets in', '[ "$1" = -n ] && shift; exec "$@"', 0, null],
    ['lets in with a session of its own', '[ "$1" = -n ] && shift; exec setsid -w "$@"', 0, null],
    ['says no', 'echo "sudo: a password is required" >&2; exit 1', 1, /sudo without a password is not allowed/],
  ])('elevates through a sudo that %s', async (_name, script, status, words) => {
    const dir = mkdtempSync(join(tmpdir(), 'sudo-'));
    writeFileSync(join(dir, 'sudo'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const elevated: TransportTarget = { ...target, become: 'sudo' };
    const through = new LocalTransport(undefined, { ...env, PATH: `${dir}:${env.PATH}` });
    const { events, onBytes } = reader();
    const end = await through.run(elevated, programOf(0), { onBytes, deadlineMs: 10_000 });
    rmSync(dir, { recursive: true });
    expect(end.exitStatus).toBe(status);
    if (words) expect(explainEnd(elevated, end)).toMatch(words);
    else expect(events.at(-1)).toEqual({ type: 'end', reason: 'complete' });
  });

  it('leaves nothing when the client is killed', async () => {
    const program = programOf(40);
    const { bootstrapCommand } = await import('@fleetscope/runbooks');
    const code = `const c = require('node:child_process').spawn('/bin/sh', ['-c', ${JSON.stringify(bootstrapCommand(Buffer.byteLength(program)))}], { detached: true, stdio: 'pipe', env: ${JSON.stringify(env)} });
      c.stdin.write(${JSON.stringify(program)}); c.stdout.on('data', (d) => { if (String(d).includes('begun')) process.send('begun'); });`;
    const client = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await new Promise((resolve) => client.once('message', resolve));
    client.kill('SIGKILL');
    await expectGone(marker);
  });
});
