import { type InvestigationSnapshot, type InvestigationView } from '@fleetscope/contracts';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentProcess, RootHalfProcess } from './support/agent-process';
import { ControlPlane } from './support/control-plane';
import { until } from './support/processes';

const NOBODY = 65_534;
const runbook = (id: string, cost: string, needs = ''): string =>
  [
    ...[`id: ${id}`, 'title: Who it is', 'version: 1', `cost: ${cost}`, 'steps:', '  - id: who', '    title: Who'],
    ...['    prefer:', `      - { id: id, ${needs}run: [id, -u], parser: none }`, ''],
  ].join('\n');

/** Runbooks of an installation's own, on hosts that know by which key they must be signed. */
describe('signed runbooks on agents', () => {
  const dir = mkdtempSync(join(tmpdir(), 'fleetscope-signed-'));
  const keyFile = join(dir, 'runbooks.key');
  const plane = new ControlPlane('agent-signed', { FLEETSCOPE_CUSTOM_RUNBOOKS: dir });
  const agents: AgentProcess[] = [];
  const knowing = new RootHalfProcess();
  const ignorant = new RootHalfProcess();
  let signedAsIs: { status: number; stderr: string };

  const file = (id: string): string => join(dir, `${id}.yaml`);
  const write = (id: string, cost: string, needs?: string): void => writeFileSync(file(id), runbook(id, cost, needs));
  const sign = (id: string, key = keyFile): Promise<{ status: number; stderr: string }> =>
    plane.cli(['runbooks', 'sign', file(id), '--key', key]);
  const agent = async (name: string, policy: string, half: RootHalfProcess): Promise<void> => {
    const policyFile = join(dir, `${name}.policy`);
    writeFileSync(policyFile, policy);
    const args = ['--root-socket', half.socket, '--policy', policyFile];
    const made = new AgentProcess(plane.state.url, {}, args, NOBODY);
    agents.push(made);
    await made.enrol(plane, name);
  };
  /** @returns how a run ended, and what it printed. */
  const run = async (id: string, host: string): Promise<{ state: string; reason: string | null; printed: string }> => {
    const { id: made } = await plane.json<InvestigationView>(['run', id, host, '--no-wait']);
    let last: InvestigationSnapshot | undefined;
    await until(
      `${id} on ${host} to end`,
      async () => {
        last = (await plane.api('GET', `/api/v1/investigations/${made}`)).body as InvestigationSnapshot;
        return !['queued', 'running'].includes(last.investigation.state);
      },
      20_000,
    );
    const [only] = last?.runs ?? [];
    if (!only) throw new Error('no run');
    const evidence = await fetch(`${plane.state.url}/api/v1/runs/${only.id}/evidence/who`, {
      headers: { authorization: `Bearer ${plane.token}` },
    });
    return { state: only.state, reason: only.reason, printed: evidence.ok ? (await evidence.text()).trim() : '' };
  };

  beforeAll(async () => {
    chmodSync(dir, 0o755);
    const other = join(dir, 'other.key');
    const { publicKey } = JSON.parse((await plane.cli(['runbooks', 'keygen', '--out', keyFile, '--json'])).stdout) as {
      publicKey: string;
    };
    await plane.cli(['runbooks', 'keygen', '--out', other]);
    write('our-light', 'light');
    write('our-root', 'medium', 'needs: [root], ');
    for (const id of ['our-light', 'our-root']) expect((await sign(id)).status).toBe(0);
    writeFileSync(file('our-whole'), runbook('our-whole', 'light').replace(/^steps:[^]*/m, 'include: [our-light]\n'));
    const { status, stderr } = await sign('our-whole');
    signedAsIs = { status, stderr };
    await plane.cli(['runbooks', 'sign', file('our-whole'), '--key', keyFile, '--inline']);
    write('our-unsigned', 'light');
    write('our-stale', 'light');
    await sign('our-stale');
    writeFileSync(file('our-stale'), runbook('our-stale', 'light').replace('[id, -u]', '[id, -g]'));
    write('our-foreign', 'light');
    await sign('our-foreign', other);
    await plane.up();
    const trusting = `runbookKeys: [${publicKey}]\n`;
    await knowing.start(NOBODY, trusting);
    await ignorant.start(NOBODY, 'forbid: {}\n');
    await agent('trusting', trusting, knowing);
    await agent('alone', trusting, ignorant);
    await agent('wary', 'forbid: {}\n', knowing);
  }, 120_000);

  afterAll(async () => {
    for (const each of agents) each.close();
    knowing.close();
    ignorant.close();
    await plane.down();
    rmSync(dir, { recursive: true, force: true });
  });

  it('run where the key is known: light ones as the agent, what needs root by the root half', async () => {
    expect(await run('our-light', 'trusting')).toEqual({ state: 'succeeded', reason: null, printed: String(NOBODY) });
    expect(await run('our-root', 'trusting')).toEqual({ state: 'succeeded', reason: null, printed: '0' });
  });

  it('that include others run once their steps stand in them', async () => {
    expect(signedAsIs).toEqual({ status: 2, stderr: expect.stringContaining('--inline') });
    expect(readFileSync(file('our-whole'), 'utf8')).not.toContain('include');
    expect(await run('our-whole', 'trusting')).toEqual({ state: 'succeeded', reason: null, printed: String(NOBODY) });
  });

  it('are refused where no key is known, and by a root half that knows none', async () => {
    const refused = {
      state: 'refused',
      reason: expect.stringContaining('lists no key under runbookKeys'),
      printed: '',
    };
    expect(await run('our-light', 'wary')).toEqual(refused);
    expect(await run('our-root', 'alone')).toEqual(refused);
    expect((await run('our-light', 'alone')).state).toBe('succeeded');
  });

  it.each([
    ['unsigned', 'our-unsigned', /our-unsigned, and it is not signed: .*fleetscope runbooks sign/],
    ['changed since they were signed', 'our-stale', /our-stale@1 is not signed, as it is now, by a key/],
    ['signed by somebody else', 'our-foreign', /our-foreign@1 is not signed, as it is now, by a key/],
  ])('are refused when they are %s', async (_, id, reason) => {
    expect(await run(id, 'trusting')).toEqual({
      state: 'refused',
      reason: expect.stringMatching(reason),
      printed: '',
    });
  });

  it('a key is its owner’s alone, is never written over, and signs nothing that breaks the rules', async () => {
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const again = await plane.cli(['runbooks', 'keygen', '--out', keyFile]);
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('is there already')]);
    expect(readFileSync(keyFile, 'utf8')).toContain('PRIVATE KEY');
    const bad = join(dir, 'bad.yml');
    writeFileSync(bad, runbook('bad', 'enormous'));
    const refused = await plane.cli(['runbooks', 'sign', bad, '--key', keyFile]);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('cost')]);
    expect((await plane.cli(['runbooks', 'sign', file('our-light'), '--key', file('our-light')])).status).toBe(2);
  });
});
