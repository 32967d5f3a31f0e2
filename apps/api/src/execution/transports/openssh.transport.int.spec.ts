import { compileProbe, FrameDecoder, parseRunbook, resolveParameters } from '@fleetscope/runbooks';
import { type ProbeEvent } from '@fleetscope/contracts';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CertifiedSshd, startCertifiedSshd } from '../../../../../test/support/certified-sshd';
import { type Sshd, startSshd } from '../../../../../test/support/sshd';
import { OpenSshTransport } from './openssh.transport';
import { TransportError, type TransportTarget } from './transport';

jest.setTimeout(60_000);

const programOf = (seconds: number): string => {
  const runbook = parseRunbook(
    `id: sample\ntitle: S\nversion: 1\ncost: light\nsteps:\n  - id: one\n    title: One\n    deadline: 50s\n    prefer:\n      - { id: a, run: [sh, -c, 'echo begun; sleep ${seconds}; echo over'], parser: p }\n`,
    null,
  );
  return compileProbe(runbook, resolveParameters(runbook)).program;
};
const MARKER = `OPENSSH_TEST=${process.pid}-${Date.now()}`;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const survivors = (): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^[0-9]+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(MARKER);
    } catch {
      return false;
    }
  });
const until = async (holds: () => boolean): Promise<boolean> => {
  for (const end = performance.now() + 8000; performance.now() < end && !holds();) await pause(50);
  return holds();
};
const failure = async (run: Promise<unknown>): Promise<TransportError> => {
  const error: unknown = await run.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof TransportError)) throw error;
  return error;
};

describe('OpenSshTransport', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'openssh-'));
  const config = join(scratch, 'ssh_config');
  const transport = new OpenSshTransport({
    configs: [config],
    limits: { graceMs: 4000, stderrBytes: 65_536, connectSeconds: 3 },
  });
  let plain: Sshd;
  let certified: CertifiedSshd;
  /** The certified host: no key of it is known, and no key of ours is; both sides trust one authority. */
  const target = (changes: Partial<TransportTarget> = {}): TransportTarget => ({
    ...certified.sshd.target('db-1'),
    identities: [{ kind: 'file', path: certified.login }],
    trustedKeys: [],
    ...changes,
  });
  /** The plain host: its key is trusted here, and its login is a key's file. */
  const known = (name: string): TransportTarget => ({
    ...plain.target(name),
    identities: [{ kind: 'file', path: join(plain.dir, 'user') }],
  });
  const run = async (to: TransportTarget, seconds = 0, signal?: AbortSignal) => {
    const events: ProbeEvent[] = [];
    const decoder = new FrameDecoder((event) => events.push(event));
    const asked = jest.fn();
    const end = await transport.run(to, programOf(seconds), {
      onBytes: (chunk) => decoder.push(chunk),
      onAsk: asked,
      deadlineMs: 20_000,
      ...(signal ? { signal } : {}),
    });
    return { end, events, asked: asked.mock.calls.length };
  };

  beforeAll(async () => {
    plain = await startSshd({ address: '127.1.47.1', port: 2247, marker: MARKER });
    certified = await startCertifiedSshd({ address: '127.1.47.2', port: 2247, marker: MARKER });
    writeFileSync(config, `UserKnownHostsFile ${join(scratch, 'known_hosts')}\n`);
    writeFileSync(join(scratch, 'known_hosts'), certified.knownHosts);
  });

  afterAll(() => {
    plain.stop();
    certified.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('logs in with a certificate to a host that shows one, by an authority in known_hosts', async () => {
    const { end, events, asked } = await run(target());
    expect([end.exitStatus, end.stderr, asked]).toEqual([0, '', 1]);
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'complete' });
  });

  it('trusts keys that are trusted here, as they are', async () => {
    const { end } = await run(known('web-1'));
    expect(end.exitStatus).toBe(0);
  });

  it('knows nobody whose key or authority is unknown, whatever the operator’s configuration says', async () => {
    appendFileSync(config, 'StrictHostKeyChecking no\n');
    const error = await failure(run({ ...known('web-1'), trustedKeys: [] }));
    expect([error.kind, error.probeStarted]).toEqual(['host-key-unknown', false]);
    const other = await failure(run({ ...known('web-1'), trustedKeys: certified.sshd.hostKeys }));
    expect(other.kind).toBe('host-key-changed');
    const revoked = await failure(run({ ...known('web-1'), revokedKeys: plain.hostKeys }));
    expect(revoked.kind).toBe('host-key-revoked');
  });

  it('says who is not let in, and who is not there', async () => {
    const stranger = await failure(run(target({ identities: [{ kind: 'file', path: join(plain.dir, 'user') }] })));
    expect([stranger.kind, stranger.message]).toEqual(['auth', expect.stringContaining('certificate')]);
    const nobody = await failure(run({ ...known('web-9'), port: 2299 }));
    expect([nobody.kind, nobody.retryable]).toEqual(['refused', true]);
    const stored = await failure(run(target({ identities: [{ kind: 'key', privateKey: 'x' }] })));
    expect(stored.message).toMatch(/stored secret/);
  });

  it('goes through jump hosts, which are verified, too', async () => {
    const { end } = await run(target({ jump: [known('bastion')] }));
    expect(end.exitStatus).toBe(0);
  });

  it('trusts no jump host whose key is another', async () => {
    const jump = [{ ...known('bastion'), trustedKeys: certified.sshd.hostKeys }];
    // A transport of its own: the login of the test before still stands, with the key that was right then.
    const fresh = new OpenSshTransport({ configs: [config] });
    const error = await failure(
      fresh.run(target({ jump }), programOf(0), { onBytes: () => undefined, deadlineMs: 20_000 }),
    );
    expect(error.kind).toBe('host-key-changed');
  });

  it('does what ssh_config says: another name, a command to reach it', async () => {
    writeFileSync(
      join(scratch, 'relay.py'),
      `import os, socket, sys, threading
peer = socket.create_connection((sys.argv[1], int(sys.argv[2])))
def copy():
    while data := peer.recv(65536): os.write(1, data)
    os._exit(0)
threading.Thread(target=copy, daemon=True).start()
while data := os.read(0, 65536): peer.sendall(data)
`,
    );
    appendFileSync(
      config,
      `Host alias.example
  HostName 127.1.47.2
  Port 2247
  ProxyCommand python3 ${join(scratch, 'relay.py')} %h %p
`,
    );
    const { end } = await run(target({ address: 'alias.example', port: 22, userIsDefault: true }));
    expect(end.exitStatus).toBe(0);
  });

  it('is cancelled, and leaves nothing on the host', async () => {
    const abort = new AbortController();
    const running = run(target(), 40, abort.signal);
    await until(() => survivors().length > 0);
    await pause(1000);
    abort.abort();
    const { end, events } = await running;
    expect([end.cancelled, events.at(-1)]).toEqual([true, { type: 'end', reason: 'lifeline' }]);
    expect(await until(() => survivors().length === 0)).toBe(true);
  });

  it('tells a connection that is lost from one that was never made', async () => {
    const running = failure(run(target(), 40));
    await until(() => survivors().length > 0);
    await pause(1000);
    // sshd's own processes of the login, not the listener.
    for (const pid of execFileSync('pgrep', ['-P', String(certified.sshd.pid)], { encoding: 'utf8' })
      .trim()
      .split('\n'))
      process.kill(Number(pid), 'SIGKILL');
    const error = await running;
    expect([error.kind, error.probeStarted]).toEqual(['dropped', true]);
    expect(await until(() => survivors().length === 0)).toBe(true);
  });
});
