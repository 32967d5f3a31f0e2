import { type InvestigationSnapshot, type InvestigationView, type LiveEvent } from '@fleetscope/contracts';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AgentProcess } from './support/agent-process';
import { ControlPlane } from './support/control-plane';
import { type BareHost, NamespacedFleet } from './support/namespaced-fleet';
import { sleep, until } from './support/processes';
import { run } from './support/shell';
import { TlsFront } from './support/tls-front';

/** A lease lapses after 20 s without a word. */
const LAPSED_WITHIN_MS = 45_000;
/** Of the run that is whole in the end: it has caught up before its window is over. */
const WINDOW_S = 28;
const SHORT_CUT_MS = 7_000;

interface Member {
  readonly host: BareHost;
  readonly agent: AgentProcess;
}

/** Agents on hosts of their own network, PID and mount namespaces, whose cables are pulled for real. */
describe('pull agents behind a network that breaks', () => {
  const plane = new ControlPlane('agent-network');
  const fleet = new NamespacedFleet(58);
  const front = new TlsFront();
  const members: Record<string, Member> = {};

  const member = (name: string): Member => {
    const found = members[name];
    if (!found) throw new Error(`no host ${name}`);
    return found;
  };
  const start = async (hosts: readonly string[], window: string): Promise<string> => {
    const request = { runbook: 'triage-60s', targets: { hosts }, parameters: { window } };
    const { status, body } = await plane.api('POST', '/api/v1/investigations', request);
    if (status >= 300) throw new Error(JSON.stringify(body));
    return (body as InvestigationView).id;
  };
  const snapshot = async (id: string): Promise<InvestigationSnapshot> =>
    (await plane.api('GET', `/api/v1/investigations/${id}`)).body as InvestigationSnapshot;
  const runOf = async (id: string, host: string): Promise<InvestigationSnapshot['runs'][number]> => {
    const found = (await snapshot(id)).runs.find((one) => one.host === host);
    if (!found) throw new Error(`no run of ${host}`);
    return found;
  };
  const ended = (id: string, withinMs: number): Promise<void> =>
    until(`${id} to end`, async () => (await snapshot(id)).investigation.state !== 'running', withinMs);
  const sampling = async (names: readonly string[]): Promise<void> => {
    for (const name of names)
      await until(
        `the probe to sample on ${name} (its agent said: ${member(name).agent.said})`,
        () =>
          member(name)
            .host.processes()
            .some((command) => command.includes('mpstat')),
        15_000,
      );
  };
  const evidence = async (runId: string): Promise<{ step: string; size: number }[]> =>
    (await plane.api('GET', `/api/v1/runs/${runId}/evidence`)).body as { step: string; size: number }[];
  const sizeOf = async (runId: string): Promise<number> =>
    (await evidence(runId)).reduce((sum, { size }) => sum + size, 0);
  /** Every state that a run was said to have, in order. */
  const states = async (id: string, host: string): Promise<string[]> => {
    const { body } = await plane.api('GET', `/api/v1/investigations/${id}/events?since=0&limit=1000`);
    return (body as { events: LiveEvent[] }).events.flatMap((event) =>
      event.type === 'run' && event.host === host ? [event.state] : [],
    );
  };
  const spooled = ({ agent }: Member): string[] => readdirSync(join(agent.stateDir, 'spool'));
  /** Of a host, what is neither its init nor its agent. */
  const probes = ({ host, agent }: Member): string[] =>
    host.processes().filter((command) => !command.includes(agent.stateDir));
  const linesOf = async (runId: string, step: string): Promise<string[]> => {
    const { token, state } = plane;
    const headers = { authorization: `Bearer ${token}` };
    const text = await (await fetch(`${state.url}/api/v1/runs/${runId}/evidence/${step}`, { headers })).text();
    return text.split('\n').filter((line) => line.trim() !== '');
  };

  beforeAll(async () => {
    await plane.up();
    const url = await front.start(fleet.address(1), plane.state.url);
    const names = ['pulled', 'dropping', 'stalled', 'killed'];
    await Promise.all(
      names.map(async (name, at) => {
        const host = await fleet.bare(at + 2, name);
        const agent = new AgentProcess(url, { NODE_EXTRA_CA_CERTS: front.certificate }, [], null, host.under);
        members[name] = { host, agent };
        await agent.enrol(plane, name);
      }),
    );
  });

  afterAll(async () => {
    for (const { agent } of Object.values(members)) agent.close();
    fleet.close();
    front.close();
    await plane.down();
  });

  it('reach it over their own cables, and say which host they are', async () => {
    for (const [name, { host }] of Object.entries(members)) {
      expect(front.callers).toContain(host.address);
      const { body } = await plane.api('GET', `/api/v1/agents/${name}`);
      expect(body).toMatchObject({ host: name, state: 'online' });
    }
  });

  describe('all cut at once in mid-run', () => {
    const CUT_OFF = ['pulled', 'dropping'];
    const ids = { cutOff: '', stalled: '', killed: '' };
    const pids: Record<string, number> = {};
    let mended: Promise<void>;

    const cable = (name: string, state: 'up' | 'down'): void =>
      void run(`ip link set ${member(name).host.link} ${state}`);
    /** As a firewall does that answers nothing. */
    const firewall = (name: string, change: '-A' | '-D'): void => {
      for (const chain of ['INPUT', 'OUTPUT']) member(name).host.inNetwork(`iptables ${change} ${chain} -j DROP`);
    };

    beforeAll(async () => {
      ids.cutOff = await start(CUT_OFF, '45s');
      ids.killed = await start(['killed'], '45s');
      ids.stalled = await start(['stalled'], `${WINDOW_S}s`);
      await sampling(Object.keys(members));
      await sleep(2_000);
      for (const [name, { agent }] of Object.entries(members)) pids[name] = agent.pid;
      cable('pulled', 'down');
      firewall('dropping', '-A');
      cable('stalled', 'down');
      mended = sleep(SHORT_CUT_MS).then(() => cable('stalled', 'up'));
      member('killed').agent.kill('SIGKILL');
    });

    it('killed with -9 instead: no process of the probe stays in its namespace, and the run ends once', async () => {
      const killed = member('killed');
      await until('nothing to run there', () => killed.host.processes().length === 0, 8_000);
      killed.agent.start();
      await ended(ids.killed, 15_000);
      const found = await runOf(ids.killed, 'killed');
      expect(found).toMatchObject({
        state: 'partial',
        attempt: 1,
        reason: expect.stringContaining('agent was stopped'),
      });
      expect(await sizeOf(found.id)).toBeGreaterThan(100);
      expect(probes(killed)).toEqual([]);
    });

    it('back before the lease has lapsed: the run is whole, and nothing in it stands twice', async () => {
      await mended;
      await ended(ids.stalled, 50_000);
      const found = await runOf(ids.stalled, 'stalled');
      expect(found).toMatchObject({ state: expect.stringMatching(/succeeded|partial/), attempt: 1 });
      expect(found.reason ?? '').not.toMatch(/lapsed|stopped/);
      const vmstat = await linesOf(found.id, 'vmstat');
      expect(vmstat.filter((line) => /^\s*[0-9]/.test(line))).toHaveLength(WINDOW_S + 1);
      const times = (await linesOf(found.id, 'mpstat')).flatMap(
        (line) => /^([0-9:]+(?: [AP]M)?)\s+all\s/.exec(line)?.[1] ?? [],
      );
      expect(times).toHaveLength(WINDOW_S);
      expect(new Set(times).size).toBe(WINDOW_S);
    });

    it('for longer than a lease: each run ends partial while its host is away', async () => {
      await ended(ids.cutOff, LAPSED_WITHIN_MS);
      for (const name of CUT_OFF) {
        expect(await runOf(ids.cutOff, name)).toMatchObject({
          ...{ state: 'partial', attempt: 1 },
          reason: expect.stringContaining('lease lapsed'),
        });
        // The probe goes on: it can't know yet.
        expect(probes(member(name))).not.toEqual([]);
      }
    });

    it('and back: what was spooled changes nothing, and the same process takes the next lease', async () => {
      const kept: Record<string, number> = {};
      for (const name of CUT_OFF) kept[name] = await sizeOf((await runOf(ids.cutOff, name)).id);
      cable('pulled', 'up');
      firewall('dropping', '-D');
      for (const name of CUT_OFF) {
        const back = member(name);
        await until('the probe that nobody waits for to end', () => probes(back).length === 0, 20_000);
        await until('the spool to be empty', () => spooled(back).length === 0, 5_000);
      }
      const next = await start(Object.keys(members), '2s');
      await ended(next, 40_000);
      for (const name of CUT_OFF) {
        const { id } = await runOf(ids.cutOff, name);
        expect([kept[name], await sizeOf(id)]).toEqual([expect.any(Number), kept[name]]);
        expect(kept[name]).toBeGreaterThan(100);
      }
      for (const name of Object.keys(members)) {
        const found = await runOf(next, name);
        expect(found).toMatchObject({ state: expect.stringMatching(/succeeded|partial/), attempt: 1 });
        expect(found.reason ?? '').not.toMatch(/lease|lapsed/);
      }
      for (const name of [...CUT_OFF, 'stalled']) {
        expect([member(name).agent.pid, member(name).agent.exitCode]).toEqual([pids[name], undefined]);
      }
    });

    it('the log says of each run that it ended, once', async () => {
      for (const [name, id] of [...CUT_OFF.map((name) => [name, ids.cutOff]), ['killed', ids.killed]] as const) {
        const said = await states(id ?? '', name ?? '');
        expect(said.filter((state) => !['queued', 'leased', 'running'].includes(state))).toEqual(['partial']);
        expect(said.at(-1)).toBe('partial');
      }
    });
  });
});
