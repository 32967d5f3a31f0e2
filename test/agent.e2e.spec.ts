import { spawnSync } from 'node:child_process';
import {
  AGENT_CONTENT_TYPE,
  AGENT_HEADERS,
  SERVER_TIME_HEADER,
  signedText,
  type AgentView,
  type HostView,
  type InvestigationSnapshot,
  type InvestigationView,
  type Report,
} from '@fleetscope/contracts';
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { AGENT_PROGRAM, AgentProcess, CuttableProxy, isAlive, RootHalfProcess } from './support/agent-process';
import { ControlPlane } from './support/control-plane';
import { sleep, until } from './support/processes';

describe('pull agents', () => {
  const plane = new ControlPlane('agent');
  const proxy = new CuttableProxy();
  const agents: AgentProcess[] = [];
  let url: string;

  const agent = async (
    name: string,
    env: Record<string, string> = {},
    args: string[] = [],
    hostClass = 'web',
  ): Promise<AgentProcess> => {
    const made = new AgentProcess(url, env, args);
    agents.push(made);
    await made.enrol(plane, name, hostClass);
    return made;
  };
  const snapshot = async (id: string): Promise<InvestigationSnapshot> =>
    (await plane.api('GET', `/api/v1/investigations/${id}`)).body as InvestigationSnapshot;
  const start = async (host: string, window: string): Promise<string> =>
    (await plane.json<InvestigationView>(['triage', host, '--window', window, '--no-wait'])).id;
  const ended = async (id: string, withinMs: number): Promise<InvestigationSnapshot['runs'][number]> => {
    await until(
      'the investigation to end',
      async () => (await snapshot(id)).investigation.state !== 'running',
      withinMs,
    );
    const { runs } = await snapshot(id);
    expect(runs).toHaveLength(1);
    const [run] = runs;
    if (!run) throw new Error('no run');
    return run;
  };
  const sampling = async (process: AgentProcess): Promise<number[]> => {
    await until('the probe to sample', () => process.probes.some(({ command }) => /mpstat/.test(command)), 10_000);
    return process.probes.map(({ pid }) => pid);
  };
  const evidenceSize = async (runId: string): Promise<number> => {
    const { body } = await plane.api('GET', `/api/v1/runs/${runId}/evidence`);
    return (body as { size: number }[]).reduce((sum, { size }) => sum + size, 0);
  };
  const spooled = (process: AgentProcess): string[] => {
    try {
      return readdirSync(join(process.stateDir, 'spool'));
    } catch {
      return [];
    }
  };

  beforeAll(async () => {
    await plane.up();
    url = await proxy.start(() => plane.state.url);
  });

  afterAll(async () => {
    for (const each of agents) each.close();
    proxy.close();
    await plane.down();
  });

  it('prints one line that installs and starts an agent, with the token in the environment', async () => {
    const { stdout, status } = await plane.cli(['agents', 'enrol', '--class', 'web', '-l', 'env=prod']);
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stdout).toMatch(/^curl .*sha256sum -c.*FLEETSCOPE_ENROL_TOKEN=fa_\S+ node fleetscope-agent\.cjs --server/);
    const sha256 = /echo '([0-9a-f]{64})/.exec(stdout)?.[1];
    const program = await fetch(`${plane.state.url}/api/v1/agent/program`);
    expect(
      createHash('sha256')
        .update(Buffer.from(await program.arrayBuffer()))
        .digest('hex'),
    ).toBe(sha256);
  });

  describe('a healthy one', () => {
    let healthy: AgentProcess;

    beforeAll(async () => {
      healthy = await agent('web-01');
    });

    it('triages its host as SSH would: report, evidence, measurements, cost', async () => {
      const report = await plane.json<Report>(['triage', 'web-01', '--window', '3s', '--reason', 'by its agent']);
      expect(report.coverage).toMatchObject({ targeted: 1, answered: 1 });
      const host = report.hosts[0];
      expect(host?.state).toMatch(/succeeded|partial/);
      expect(host?.cost?.bytes).toBeGreaterThan(1_000);
      const judged = host?.use.find(({ resource, aspect }) => resource === 'cpu' && aspect === 'utilization');
      expect(judged).toMatchObject({ state: expect.stringMatching(/ok|warn|crit/), value: expect.any(Number) });
      const { runs } = await snapshot(report.investigation.id);
      expect(await evidenceSize(runs[0]?.id ?? '')).toBeGreaterThan(1_000);
      expect(healthy.probes).toEqual([]);
      await until('its spool to be empty', () => spooled(healthy).length === 0, 3_000);
    });

    it('says which runbooks could run there', async () => {
      const { status, stdout } = await plane.cli(['hosts', 'check', 'web-01', '--json']);
      expect(status).toBe(0);
      expect(stdout).toContain('"reachable"');
    });

    it('ends a cancelled run within 3 seconds, and what had arrived is kept', async () => {
      const id = await start('web-01', '30s');
      const pids = await sampling(healthy);
      await sleep(1_500);
      const cancelled = Date.now();
      expect((await plane.cli(['cancel', id])).status).toBe(0);
      await until('the probe to be gone', () => healthy.probes.length === 0, 3_000);
      expect(Date.now() - cancelled).toBeLessThan(3_000);
      expect(pids.filter(isAlive)).toEqual([]);
      const run = await ended(id, 6_000);
      expect(run).toMatchObject({ state: 'cancelled', attempt: 1 });
      expect(await evidenceSize(run.id)).toBeGreaterThan(100);
    });

    it('is listed with its version, when it was seen, and its clock', async () => {
      const shown = await plane.json<AgentView>(['agents', 'show', 'web-01']);
      expect(shown).toMatchObject({ host: 'web-01', class: 'web', state: 'online', version: '0.1.0', refused: [] });
      expect(Math.abs(shown.skewMs ?? Infinity)).toBeLessThan(2_000);
      expect((await plane.cli(['agents', 'list'])).stdout).toContain('web-01');
    });

    it('goes on through kill -9 of the control plane: the run is one, and whole', async () => {
      const id = await start('web-01', '12s');
      await sampling(healthy);
      await sleep(1_500);
      process.kill(plane.state.pid, 'SIGKILL');
      await sleep(1_000);
      expect(healthy.probes.length).toBeGreaterThan(0);
      await plane.up();
      const run = await ended(id, 40_000);
      expect(run.attempt).toBe(1);
      expect(run.state).toMatch(/succeeded|partial/);
      expect(run.reason ?? '').not.toMatch(/stopped|lapsed|time of the investigation/);
      expect(run.steps.filter(({ state }) => state === 'ok').length).toBeGreaterThan(8);
      await until('its spool to be empty', () => spooled(healthy).length === 0, 3_000);
    });
  });

  it('killed in mid-run: nothing stays on the host, and the run ends with what had arrived', async () => {
    const killed = await agent('web-02');
    const id = await start('web-02', '20s');
    const pids = await sampling(killed);
    await sleep(2_000);
    killed.kill('SIGKILL');
    await until('the probe to be gone', () => !pids.some(isAlive), 6_000);
    killed.start();
    const run = await ended(id, 15_000);
    expect(run).toMatchObject({ state: 'partial', attempt: 1, reason: expect.stringContaining('agent was stopped') });
    expect(await evidenceSize(run.id)).toBeGreaterThan(100);
    await until('its spool to be empty', () => spooled(killed).length === 0, 5_000);
    expect(killed.probes).toEqual([]);
  });

  it('killed for good in mid-run: its lease lapses, and the run ends with what had arrived', async () => {
    const killed = await agent('web-03');
    const id = await start('web-03', '40s');
    await sampling(killed);
    await sleep(2_000);
    killed.kill('SIGKILL');
    const run = await ended(id, 30_000);
    expect(run).toMatchObject({ state: 'partial', attempt: 1, reason: expect.stringContaining('lease lapsed') });
    expect(await evidenceSize(run.id)).toBeGreaterThan(100);
    // Nobody comes for the next one.
    const next = await ended(await start('web-03', '2s'), 20_000);
    expect(next).toMatchObject({ state: 'unreachable', reason: expect.stringContaining('did not come') });
  });

  it('cut off for longer than a lease: one run, partial; later bytes change nothing, and the next run is whole', async () => {
    const cut = await agent('web-04');
    const id = await start('web-04', '40s');
    await sampling(cut);
    await sleep(2_000);
    proxy.breakNetwork();
    const run = await ended(id, 30_000);
    expect(run).toMatchObject({ state: 'partial', attempt: 1, reason: expect.stringContaining('lease lapsed') });
    const kept = await evidenceSize(run.id);
    expect(kept).toBeGreaterThan(100);
    proxy.mend();
    await until('the agent to end the probe nobody waits for', () => cut.probes.length === 0, 15_000);
    await until('its spool to be empty', () => spooled(cut).length === 0, 5_000);
    expect(await evidenceSize(run.id)).toBe(kept);
    expect((await snapshot(id)).runs[0]).toMatchObject({ state: 'partial', attempt: 1 });
    const next = await ended(await start('web-04', '2s'), 25_000);
    expect(next.state).toMatch(/succeeded|partial/);
    expect(next.reason ?? '').not.toContain('lease');
  });

  it('a spool without room ends the probe and says so; the run is partial', async () => {
    const full = await agent('web-05', { FLEETSCOPE_AGENT_SPOOL_BYTES: '10' });
    const id = await start('web-05', '15s');
    await sampling(full);
    await sleep(1_000);
    proxy.breakNetwork();
    await until('the probe to be ended', () => full.probes.length === 0, 14_000);
    proxy.mend();
    const run = await ended(id, 15_000);
    expect(run).toMatchObject({ state: 'partial', attempt: 1, reason: expect.stringContaining('spool was full') });
    expect(await evidenceSize(run.id)).toBeGreaterThan(100);
  });

  it('whose clock is an hour off signs with the server’s time, says so, and works', async () => {
    const skewed = await agent('web-06', { FLEETSCOPE_AGENT_CLOCK_SKEW_MS: '3600000' });
    skewed.kill('SIGTERM');
    await until('it to end', () => skewed.exitCode !== undefined, 5_000);
    // Without the enrolment's answer it learns the time from a refusal.
    skewed.start();
    const run = await ended(await start('web-06', '2s'), 20_000);
    expect(run.state).toMatch(/succeeded|partial/);
    expect(skewed.said).toContain("clock is 3600 s ahead of the control plane's");
    const { skewMs } = await plane.json<AgentView>(['agents', 'show', 'web-06']);
    expect(Math.abs((skewMs ?? 0) - 3_600_000)).toBeLessThan(5_000);
  });

  it('refuses what its own policy forbids, and the refusal is shown beforehand', async () => {
    const policy = join(plane.dataDir, 'policy.yaml');
    writeFileSync(policy, 'forbid:\n  runbooks: [triage-60s]\n  cost: [heavy]\n');
    await agent('web-07', {}, ['--policy', policy]);
    const { refused } = await plane.json<AgentView>(['agents', 'show', 'web-07']);
    expect(refused).toContainEqual({ runbook: 'triage-60s', reason: 'forbidden by the policy of this host' });
    expect(refused.some(({ reason }) => /forbids heavy/.test(reason))).toBe(true);
    const run = await ended(await start('web-07', '2s'), 15_000);
    expect(run).toMatchObject({ state: 'refused', reason: expect.stringContaining('forbidden by the policy') });
  });

  it.each([
    ['forbid: { cost: [dear] }', /is not valid: forbid\.cost\.0: .*\(expected, for example/],
    ['forbid: [', /can't be read: /],
    ['runbookKeys: [AAAA]', /is not valid: runbookKeys\.0: expected an Ed25519 public key/],
  ])('does not start with the policy %s, and says why', (text, said) => {
    const policy = join(plane.dataDir, 'wrong.yaml');
    writeFileSync(policy, text);
    const args = ['--server', plane.state.url, '--state', join(plane.dataDir, 'no-agent'), '--policy', policy];
    const { status, stderr } = spawnSync(process.execPath, [AGENT_PROGRAM, ...args], { encoding: 'utf8', env: {} });
    expect([status, stderr]).toEqual([2, expect.stringMatching(said)]);
  });

  describe('signatures', () => {
    let known: AgentProcess;
    let id: string;
    let key: KeyObject;

    interface Forgery {
      key?: KeyObject;
      agent?: string;
      time?: number;
      nonce?: string;
      signedBody?: string;
    }
    const body = JSON.stringify({ version: '0.1.0', holding: [], room: 0, waitMs: 0, skewMs: null, refused: [] });
    const call = async (
      forgery: Forgery = {},
    ): Promise<{ status: number; detail: string; serverTime: string | null }> => {
      const path = '/api/v1/agent/lease';
      const time = String(forgery.time ?? Date.now());
      const nonce = forgery.nonce ?? randomBytes(18).toString('base64url');
      const bodyHash = createHash('sha256')
        .update(forgery.signedBody ?? body)
        .digest('hex');
      const text = signedText({ method: 'POST', path, bodyHash, time, nonce });
      const response = await fetch(`${plane.state.url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': AGENT_CONTENT_TYPE,
          [AGENT_HEADERS.agent]: forgery.agent ?? id,
          [AGENT_HEADERS.time]: time,
          [AGENT_HEADERS.nonce]: nonce,
          [AGENT_HEADERS.signature]: sign(null, Buffer.from(text), forgery.key ?? key).toString('base64'),
        },
        body,
      });
      const { detail = '' } = (await response.json()) as { detail?: string };
      return { status: response.status, detail, serverTime: response.headers.get(SERVER_TIME_HEADER) };
    };

    beforeAll(async () => {
      known = await agent('web-08');
      ({ agent: id } = JSON.parse(readFileSync(join(known.stateDir, 'agent.json'), 'utf8')) as { agent: string });
      key = createPrivateKey(readFileSync(join(known.stateDir, 'key.pem')));
    });

    it('a request that is signed passes', async () => {
      expect(await call()).toMatchObject({ status: 200 });
    });

    it('the same request again is refused', async () => {
      const replay = { nonce: randomBytes(18).toString('base64url'), time: Date.now() };
      expect((await call(replay)).status).toBe(200);
      expect(await call(replay)).toMatchObject({ status: 401, detail: expect.stringContaining('received before') });
    });

    it.each<[string, () => Forgery]>([
      ['another key', () => ({ key: generateKeyPairSync('ed25519').privateKey })],
      ['another body', () => ({ signedBody: '{}' })],
      ['an agent nobody knows', () => ({ agent: '00000000-0000-4000-8000-000000000000' })],
      ['no agent at all', () => ({ agent: 'x' })],
    ])('a request with %s is refused', async (_, forgery) => {
      expect(await call(forgery())).toMatchObject({ status: 401, detail: expect.stringContaining('not signed') });
    });

    it('a time more than five minutes off is refused, and answered with the server’s', async () => {
      for (const off of [-3_600_000, 301_000]) {
        const answer = await call({ time: Date.now() + off });
        expect(answer).toMatchObject({ status: 401, detail: expect.stringContaining('clock is off') });
        expect(Math.abs(Number(answer.serverTime) - Date.now())).toBeLessThan(2_000);
      }
    });

    it('an enrolment token enrols one agent, once', async () => {
      const { token } = await plane.json<{ token: string }>(['agents', 'enrol', '--name', 'web-09']);
      const request = (publicKey: string): Promise<{ status: number }> =>
        fetch(`${plane.state.url}/api/v1/agent/enrol`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ token, publicKey, hostname: 'x', version: '0.1.0' }),
        });
      const fresh = (): string =>
        generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
      const first = fresh();
      expect((await request(first)).status).toBe(201);
      expect((await request(first)).status).toBe(201); // the answer was lost
      expect((await request(fresh())).status).toBe(401);
    });

    it('a revoked agent gets nothing: the poll that waits, the next request, a run of its host', async () => {
      expect((await plane.cli(['agents', 'revoke', 'web-08'])).status).toBe(0);
      await until('the agent to end', () => known.exitCode !== undefined, 3_000);
      expect(known.exitCode).toBe(77);
      expect(known.said).toContain('revoked');
      expect(await call()).toMatchObject({ status: 403, detail: expect.stringContaining('revoked') });
      const run = await ended(await start('web-08', '2s'), 20_000);
      expect(run.state).toBe('unreachable');
      const audit = (await plane.api('GET', '/api/v1/audit?limit=200')).body as { action: string; subject: string }[];
      expect(audit.map(({ action, subject }) => `${action} ${subject}`)).toEqual(
        expect.arrayContaining(['agent.enrolment web-08', 'agent.enrol web-08', 'agent.revoke web-08']),
      );
    });
  });

  describe('one without root, with a root half', () => {
    const NOBODY = 65_534;
    const half = new RootHalfProcess();
    let plain: AgentProcess;
    const uidOfHost = async (): Promise<string | undefined> =>
      (await plane.json<HostView>(['hosts', 'show', 'web-09'])).facts?.uid;
    const capture = (runbook: string, seconds: number): Promise<InvestigationView> =>
      plane.json<InvestigationView>(['run', runbook, 'web-09', '-p', `duration=${seconds}s`, '--no-wait']);

    beforeAll(async () => {
      await half.start(NOBODY, 'forbid: { runbooks: [offcpu-profile] }\n');
      plain = new AgentProcess(url, {}, ['--root-socket', half.socket], NOBODY);
      agents.push(plain);
      await plain.enrol(plane, 'web-09');
    });

    afterAll(() => half.close());

    it('runs a capture as root, and a triage as itself', async () => {
      const report = await plane.json<Report>(['run', 'process-starts', 'web-09', '-p', 'duration=2s']);
      expect(report.hosts[0]).toMatchObject({ state: 'succeeded', reason: null });
      expect(await uidOfHost()).toBe('0');
      const triage = await plane.json<Report>(['triage', 'web-09', '--window', '1s']);
      expect(triage.coverage.answered).toBe(1);
      expect(await uidOfHost()).toBe(String(NOBODY));
    });

    it('runs nothing that its own policy forbids', async () => {
      const { id } = await capture('offcpu-profile', 2);
      expect(await ended(id, 15_000)).toMatchObject({
        state: 'refused',
        reason: expect.stringContaining('forbidden by the policy of this host'),
      });
    });

    it('takes no program, and no garbage', async () => {
      const answer = (text: string): Promise<string> =>
        new Promise((done) => {
          const socket = connect(half.socket, () => socket.write(text));
          let all = '';
          socket.on('data', (bytes) => (all += bytes.toString('latin1')));
          socket.once('close', () => done(all));
        });
      expect(await answer('sh -c id\n')).toContain('is no JSON');
      expect(await answer('{"runbook":"triage-60s","program":"id"}\n')).toContain('is no errand');
      expect(half.probes).toEqual([]);
    });

    it('ends a probe as root when its run is cancelled, and when the agent is killed', async () => {
      const tracing = (): boolean => half.probes.some(({ command }) => command.includes('bpftrace'));
      const { id } = await capture('process-starts', 60);
      await until('it to trace', tracing, 20_000);
      await plane.cli(['cancel', id]);
      await ended(id, 15_000);
      await until('nothing of it to be left', () => half.probes.length === 0, 8_000);
      await capture('process-starts', 60);
      await until('it to trace', tracing, 20_000);
      plain.kill('SIGKILL');
      await until('nothing of it to be left', () => half.probes.length === 0, 8_000);
    });
  });
});
