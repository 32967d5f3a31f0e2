import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostCheck, type HostView, type Report } from '@fleetscope/contracts';
import { startCertifiedSshd } from './support/certified-sshd';
import { ControlPlane } from './support/control-plane';
import { TestFleet } from './support/fleet';
import { type Sshd } from './support/sshd';

describe('ways to reach a host', () => {
  const plane = new ControlPlane('reach');
  const fleet = new TestFleet(52);
  const scratch = mkdtempSync(join(tmpdir(), 'reach-'));
  let bastion: Sshd;
  let behind: Sshd;

  beforeAll(async () => {
    writeFileSync(join(scratch, 'ssh_config'), `UserKnownHostsFile ${join(scratch, 'known_hosts')}\n`);
    process.env.FLEETSCOPE_SSH_CONFIG = join(scratch, 'ssh_config');
    await plane.up();
    bastion = await fleet.healthy(1);
    behind = await fleet.healthy(2);
    await fleet.enrol(plane, 'bastion', 1, bastion);
    await fleet.enrol(plane, 'behind', 2, behind);
    expect((await plane.cli(['hosts', 'set', 'behind', '--jump', 'bastion'])).status).toBe(0);
  });

  afterAll(async () => {
    await plane.down();
    fleet.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  const triage = async (host: string): Promise<Report['hosts'][number]> => {
    const report = await plane.json<Report>(['triage', host, '--window', '1s']);
    const [found] = report.hosts;
    if (!found) throw new Error('the report is empty');
    return found;
  };

  it('shows a key and trusts nothing when nobody is there to agree', async () => {
    const { status, stderr } = await plane.cli(['hosts', 'trust', 'bastion']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/ssh-ed25519 SHA256:/);
    expect(stderr).toContain('nothing was trusted');
    expect((await plane.json<HostView>(['hosts', 'show', 'bastion'])).hostKeys).toEqual([]);
  });

  it('verifies each hop: an unknown bastion is not gone through', async () => {
    expect(await triage('behind')).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/bastion is not known yet: ssh-ed25519 SHA256:/),
    });
  });

  it('verifies the host behind a trusted bastion, too', async () => {
    expect((await plane.cli(['hosts', 'trust', 'bastion', '--yes'])).status).toBe(0);
    expect(await triage('behind')).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/behind is not known yet: ssh-ed25519 SHA256:/),
    });
  });

  it('triages a host through a bastion', async () => {
    expect((await plane.cli(['hosts', 'trust', 'behind', '--yes'])).status).toBe(0);
    expect(await triage('behind')).toMatchObject({ state: 'succeeded' });
  });

  it('refuses to trust a fingerprint that is not the one the host shows', async () => {
    const { status, body } = await plane.api('POST', '/api/v1/hosts/behind/trust', {
      fingerprint: `SHA256:${'A'.repeat(43)}`,
    });
    expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ path: 'fingerprint' }] } });
  });

  it('logs in with a stored secret, which no call gives back', async () => {
    const privateKey = readFileSync(join(behind.dir, 'user'), 'utf8');
    expect((await plane.cli(['secrets', 'put', 'deploy-key', '-'], { input: privateKey })).status).toBe(0);
    expect((await plane.cli(['hosts', 'set', 'behind', '--secret', 'deploy-key'])).status).toBe(0);
    expect(await triage('behind')).toMatchObject({ state: 'succeeded' });
    const everything = JSON.stringify([
      await plane.json(['secrets', 'list']),
      (await plane.api('GET', '/api/v1/hosts')).body,
      (await plane.api('GET', '/api/v1/audit')).body,
    ]);
    const secretPart = privateKey.split('\n')[2] ?? '';
    expect(everything).toContain('deploy-key');
    expect(everything).not.toContain(secretPart);
    expect(readFileSync(join(plane.dataDir, 'logs', 'fleetscope.log'), 'utf8')).not.toContain(secretPart);
  });

  it('runs the whole probe through sudo where the host is set to', async () => {
    await plane.cli(['hosts', 'set', 'behind', '--become', 'sudo']);
    expect(await triage('behind')).toMatchObject({ state: 'succeeded' });
  });

  it('checks what could run where, before the incident', async () => {
    const [check] = await plane.json<HostCheck[]>(['hosts', 'check', 'bastion']);
    expect(check).toMatchObject({
      host: 'bastion',
      state: 'reachable',
      facts: { uid: '0', cpus: expect.stringMatching(/^\d+$/) },
    });
    expect(check?.readiness.find(({ runbook }) => runbook === 'triage-60s')).toMatchObject({ state: 'ready' });
    expect((await plane.json<HostView>(['hosts', 'show', 'bastion'])).reachability).toEqual({
      state: 'reachable',
      reason: null,
    });
  });

  it('finds out by a check that only OpenSSH gets in, by a certificate, and stays with it', async () => {
    const certified = await startCertifiedSshd({ address: fleet.address(9), port: 2222, marker: fleet.marker });
    writeFileSync(join(scratch, 'known_hosts'), certified.knownHosts);
    try {
      const way = ['--address', fleet.address(9), '--port', '2222', '--user', 'root', '--identity', certified.login];
      expect((await plane.cli(['hosts', 'add', 'certified', ...way])).status).toBe(0);
      const [check] = await plane.json<HostCheck[]>(['hosts', 'check', 'certified']);
      expect(check).toMatchObject({ state: 'reachable', switched: { to: 'openssh' } });
      expect(check?.switched?.why).toMatch(/certified is not known yet/);
      expect((await plane.json<HostView>(['hosts', 'show', 'certified'])).transport).toBe('openssh');
      expect(await triage('certified')).toMatchObject({ state: 'succeeded' });
    } finally {
      certified.stop();
    }
  });

  it('keeps a bastion that others are reached through', async () => {
    const { status, stderr } = await plane.cli(['hosts', 'remove', 'bastion']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('behind is reached through bastion'),
    });
  });
});
