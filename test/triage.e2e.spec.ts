import { type InvestigationSnapshot, type InvestigationView, type Report, type RunDetail } from '@fleetscope/contracts';
import { join } from 'node:path';
import { ControlPlane } from './support/control-plane';
import { TestFleet } from './support/fleet';
import { processesMarked, sleep, until } from './support/processes';
import { type Sshd } from './support/sshd';

const WINDOW_S = 4;

describe('a triage of a fleet that is not all well', () => {
  const plane = new ControlPlane('triage');
  const fleet = new TestFleet(50);
  let cutter: Sshd;
  let report: Report;
  let took: number;

  beforeAll(async () => {
    await plane.up();
    for (const n of [1, 2, 3, 4, 5]) await fleet.enrolAndTrust(plane, `web-0${n}`, n, await fleet.healthy(n));
    await fleet.enrolAndTrust(plane, 'no-sysstat', 6, await fleet.withoutSysstat(6));
    await fleet.enrolAndTrust(plane, 'hangs', 7, await fleet.withHangingTool(7));
    cutter = await fleet.healthy(8);
    await fleet.enrolAndTrust(plane, 'cut-off', 8, cutter);
    // The key that was trusted, and then the same address with another one: as after a reinstallation, or with somebody in between.
    const before = await fleet.healthy(9);
    await fleet.enrolAndTrust(plane, 'changed-key', 9, before);
    before.stop();
    const after = await fleet.healthy(9);
    await plane.cli(['hosts', 'set', 'changed-key', '--identity', join(after.dir, 'user')]);
    await fleet.enrol(plane, 'unknown-key', 10, await fleet.healthy(10));
    await fleet.enrol(plane, 'refuses', 11, null);
    await fleet.silent(12);
    await fleet.enrol(plane, 'silent', 12, null);

    const began = Date.now();
    const triage = plane.json<Report>([
      'triage',
      '--class',
      'web',
      '--window',
      `${WINDOW_S}s`,
      '--reason',
      'end to end',
    ]);
    await sleep(1_000 + WINDOW_S * 500);
    expect(fleet.cutConnections(cutter)).toBeGreaterThan(0);
    report = await triage;
    took = (Date.now() - began) / 1000;
  });

  afterAll(async () => {
    await plane.down();
    fleet.close();
  });

  const host = (name: string): Report['hosts'][number] => {
    const found = report.hosts.find((entry) => entry.name === name);
    if (!found) throw new Error(`${name} is not in the report`);
    return found;
  };

  it('ends by itself within its window and 15 seconds', () => {
    expect(report.investigation.state).toBe('succeeded');
    expect(took).toBeLessThan(WINDOW_S + 15);
  });

  it('gives every host a state, and a reason where it did not answer in full', () => {
    expect(report.coverage.targeted).toBe(12);
    expect(report.coverage.pending).toBe(0);
    for (const { name, state, reason } of report.hosts) {
      if (state !== 'succeeded') expect({ name, reason }).toEqual({ name, reason: expect.stringMatching(/.{10}/) });
    }
  });

  it('triages the healthy hosts in full', () => {
    for (const n of [1, 2, 3, 4, 5]) {
      const { state, use, cost } = host(`web-0${n}`);
      expect(state).toBe('succeeded');
      expect(use.find((cell) => cell.resource === 'cpu' && cell.aspect === 'utilization')).toMatchObject({
        state: expect.stringMatching(/ok|warn|crit/),
        value: expect.any(Number),
      });
      expect(cost?.bytes).toBeGreaterThan(1_000);
    }
  });

  it('reads /proc where sysstat is missing, and loses no judgement by it', () => {
    const judged = (name: string): string[] =>
      host(name)
        .use.filter(({ state }) => state !== 'unknown')
        .map(({ resource, aspect }) => `${resource} ${aspect}`)
        .sort();
    expect(host('no-sysstat').state).toMatch(/succeeded|partial/);
    expect(judged('no-sysstat')).toEqual(judged('web-01'));
  });

  it('stops a tool that hangs and keeps the rest', () => {
    const hangs = host('hangs');
    expect(hangs.state).toBe('partial');
    expect(hangs.reason).toContain('vmstat');
    expect(hangs.use.find((cell) => cell.resource === 'disk' && cell.aspect === 'utilization')?.state).not.toBe(
      'unknown',
    );
  });

  it('keeps what arrived from the host that was cut off', async () => {
    const cut = host('cut-off');
    expect(cut.state).toBe('partial');
    const { runs } = (await plane.api('GET', `/api/v1/investigations/${report.investigation.id}`))
      .body as InvestigationSnapshot;
    const run = runs.find((entry) => entry.host === 'cut-off');
    const { body } = await plane.api('GET', `/api/v1/runs/${run?.id ?? ''}/evidence`);
    const kept = (body as { step: string; size: number }[]).filter(({ size }) => size > 0).map(({ step }) => step);
    expect(kept).toEqual(expect.arrayContaining(['uptime', 'mpstat', 'vmstat']));
  });

  it('connects to no host whose key changed or is unknown, and shows the key it saw', () => {
    expect(host('changed-key')).toMatchObject({ state: 'refused', reason: expect.stringMatching(/SHA256:/) });
    expect(host('unknown-key')).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/SHA256:.*hosts trust unknown-key/),
    });
  });

  it('says of hosts that are not reached why', () => {
    expect(host('refuses')).toMatchObject({
      state: 'unreachable',
      reason: expect.stringMatching(/refuses connections/),
    });
    expect(host('silent')).toMatchObject({ state: 'unreachable' });
  });

  it('says in the verdict who did not answer', () => {
    expect(report.verdict.summary).toContain('of 12 answered');
    expect(report.verdict.holds).toBe(false);
  });

  it('cites evidence that exists: every finding points at lines of a step', async () => {
    const { body } = await plane.api('GET', `/api/v1/investigations/${report.investigation.id}`);
    for (const run of (body as InvestigationSnapshot).runs) {
      for (const { evidence } of run.findings) {
        for (const { step, lines } of evidence) {
          const raw = await fetch(`${plane.state.url}/api/v1/runs/${run.id}/evidence/${step}`, {
            headers: { authorization: `Bearer ${plane.token}` },
          });
          expect(raw.status).toBe(200);
          expect(Math.max(0, ...lines)).toBeLessThanOrEqual((await raw.text()).split('\n').length);
        }
      }
    }
  });

  it('leaves no process on any host', async () => {
    await until(
      'every process of the probes to be gone',
      () => processesMarked(fleet.marker).length === 0,
      3_000,
    ).catch(() => undefined);
    expect(processesMarked(fleet.marker)).toEqual([]);
    const { runs } = (await plane.api('GET', `/api/v1/investigations/${report.investigation.id}`))
      .body as InvestigationSnapshot;
    const answered = runs.find((entry) => entry.host === 'web-01');
    const detail = (await plane.api('GET', `/api/v1/runs/${answered?.id ?? ''}`)).body as RunDetail;
    expect(detail.cleanup).toMatchObject({ processes: 0, files: 0, names: '' });
  });

  it('stops a cancelled investigation on the hosts within 3 seconds, and keeps what had arrived', async () => {
    const started = await plane.json<InvestigationView>(['triage', 'web-01', 'web-02', '--window', '30s', '--no-wait']);
    await until(
      'probes to run',
      () => processesMarked(fleet.marker).some((command) => command.includes('mpstat')),
      5_000,
    );
    await sleep(1_500);
    const cancelled = Date.now();
    expect((await plane.cli(['cancel', started.id])).status).toBe(0);
    await until('the probes to be gone', () => processesMarked(fleet.marker).length === 0, 3_000);
    expect(Date.now() - cancelled).toBeLessThan(3_000);
    await until(
      'the investigation to end',
      async () =>
        ((await plane.api('GET', `/api/v1/investigations/${started.id}`)).body as InvestigationSnapshot).investigation
          .state === 'cancelled',
      5_000,
    );
    const { runs } = (await plane.api('GET', `/api/v1/investigations/${started.id}`)).body as InvestigationSnapshot;
    expect(runs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    const detail = (await plane.api('GET', `/api/v1/runs/${runs[0]?.id ?? ''}`)).body as RunDetail;
    expect(detail.cleanup).toMatchObject({ processes: 0 });
    const { body } = await plane.api('GET', `/api/v1/runs/${runs[0]?.id ?? ''}/evidence`);
    expect((body as { step: string }[]).map(({ step }) => step)).toContain('mpstat');
  });
});

describe('kill -9 of the control plane in mid-run', () => {
  const plane = new ControlPlane('kill');
  const fleet = new TestFleet(51);

  beforeAll(async () => {
    await plane.up();
    for (const n of [1, 2, 3]) await fleet.enrolAndTrust(plane, `db-0${n}`, n, await fleet.healthy(n), 'db');
  });

  afterAll(async () => {
    await plane.down();
    fleet.close();
  });

  it('leaves no process on any host, and the next start ends the runs with what had arrived', async () => {
    const { id } = await plane.json<InvestigationView>(['triage', '--class', 'db', '--window', '20s', '--no-wait']);
    const sampling = (): number => processesMarked(fleet.marker).filter((command) => command.includes('mpstat')).length;
    await until('three probes to sample', () => sampling() === 3, 8_000);
    await sleep(2_500);
    process.kill(plane.state.pid, 'SIGKILL');
    await until('every process of the probes to be gone', () => processesMarked(fleet.marker).length === 0, 8_000);

    await plane.up();
    const view = async (): Promise<InvestigationSnapshot> =>
      (await plane.api('GET', `/api/v1/investigations/${id}`)).body as InvestigationSnapshot;
    await until('the investigation to end', async () => (await view()).investigation.state === 'succeeded', 15_000);
    for (const run of (await view()).runs) {
      expect(run).toMatchObject({ state: 'partial', reason: expect.stringContaining('stopped in mid-run') });
      const listed = (await plane.api('GET', `/api/v1/runs/${run.id}/evidence`)).body as {
        step: string;
        size: number;
      }[];
      expect(listed.find(({ step }) => step === 'mpstat')?.size).toBeGreaterThan(100);
      expect(run.use.length).toBeGreaterThan(0);
    }
  });
});
