import { type InvestigationSnapshot } from '@fleetscope/contracts';
import { until } from '../../../test/support/processes';
import { type Answer, TestPostgres, TestServer } from '../../../test/support/server';

type Change = { name: string; action: string; changes: Record<string, [unknown, unknown]> };
type Result = { format: string; dryRun: boolean; hosts: Change[]; problems: { line: number | null; reason: string }[] };

describe('hosts', () => {
  let postgres: TestPostgres;
  let server: TestServer;

  beforeAll(async () => {
    postgres = await TestPostgres.start('hosts');
    server = await TestServer.start(await postgres.createDatabase('hosts'), { FLEETSCOPE_LOG_LEVEL: 'error' });
    await server.sql('DELETE FROM host');
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  const add = (host: object): Promise<Answer> => server.call('POST', '/api/v1/hosts', host);
  const names = async (query = ''): Promise<string[]> =>
    ((await server.ok('GET', `/api/v1/hosts${query}`)) as { name: string }[]).map(({ name }) => name);

  it('a host is added with what was not said filled in, and found by name, class and label', async () => {
    const added = await add({ name: 'db-07', class: 'db', labels: { env: 'prod', 'team/owner': 'a=b' } });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      name: 'db-07',
      address: 'db-07',
      port: 22,
      user: null,
      transport: 'ssh',
      jump: [],
      reachability: null,
      hostKeys: [],
      facts: null,
    });
    await add({ name: 'web-01', class: 'web', labels: { env: 'test' } });
    expect(await names()).toEqual(['db-07', 'web-01']);
    expect(await names('?class=db')).toEqual(['db-07']);
    expect(await names('?label=env=test')).toEqual(['web-01']);
    expect(await names('?label=team/owner=a=b')).toEqual(['db-07']);
    expect(await names('?label=env=none')).toEqual([]);
  });

  it('a second one of the same name is refused, and of ten at once one is added', async () => {
    const twice = await add({ name: 'db-07' });
    expect(twice.status).toBe(409);
    expect(twice.body).toMatchObject({ detail: expect.stringContaining('db-07'), hint: expect.any(String) });
    const answers = await Promise.all(Array.from({ length: 10 }, () => add({ name: 'raced' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
    await server.ok('DELETE', '/api/v1/hosts/raced');
  });

  it('a change changes what it names and nothing else', async () => {
    const before = (await server.ok('GET', '/api/v1/hosts/db-07')) as Record<string, unknown>;
    const after = (await server.ok('PATCH', '/api/v1/hosts/db-07', { port: 2222, user: 'ops' })) as Record<
      string,
      unknown
    >;
    expect(after).toEqual({ ...before, port: 2222, user: 'ops', updatedAt: expect.any(String) });
    expect(
      (await server.ok('PATCH', '/api/v1/hosts/db-07', { user: null, labels: {} })) as Record<string, unknown>,
    ).toMatchObject({ user: null, labels: {}, port: 2222 });
  });

  it('many are changed at once, all or none, and the audit log says which', async () => {
    await add({ name: 'bulk-1', class: 'web', labels: { env: 'prod', rack: 'r1' } });
    await add({ name: 'bulk-2', class: 'db', labels: { env: 'test' } });
    const hosts = ['bulk-1', 'bulk-2', 'bulk-1'];
    const bulk = (change: object): Promise<Answer> => server.call('PATCH', '/api/v1/hosts', change);
    const labelsOf = async (name: string): Promise<unknown> =>
      ((await server.ok('GET', `/api/v1/hosts/${name}`)) as { labels: unknown }).labels;

    const change = { hosts, class: 'web', set: { env: 'test', zone: 'z1' }, drop: ['rack'] };
    expect((await bulk(change)).body).toEqual({ changed: 2, same: 0 });
    expect(await names('?class=web')).toEqual(expect.arrayContaining(['bulk-1', 'bulk-2']));
    for (const name of ['bulk-1', 'bulk-2']) expect(await labelsOf(name)).toEqual({ env: 'test', zone: 'z1' });
    expect((await bulk(change)).body).toEqual({ changed: 0, same: 2 });
    // What is not named stays: the class, and the other labels.
    expect((await bulk({ hosts: ['bulk-1'], set: { zone: 'z2' } })).body).toEqual({ changed: 1, same: 0 });
    expect(await labelsOf('bulk-1')).toEqual({ env: 'test', zone: 'z2' });
    const [entry] = (await server.ok('GET', '/api/v1/audit?limit=1')) as { action: string; detail: object }[];
    expect(entry).toMatchObject({
      action: 'host.change',
      subject: 'bulk-1',
      detail: { set: { zone: 'z2' }, hosts: ['bulk-1'] },
    });

    const stranger = await bulk({ hosts: ['bulk-1', 'nobody'], class: 'db' });
    expect([stranger.status, stranger.type.split(';')[0]]).toEqual([404, 'application/problem+json']);
    expect(await names('?class=db')).not.toContain('bulk-1');
    expect((await bulk({ hosts })).status).toBe(400);
    expect((await bulk({ hosts, set: { 'no label': 'x' } })).status).toBe(400);
    for (const name of ['bulk-1', 'bulk-2']) await server.ok('DELETE', `/api/v1/hosts/${name}`);
  });

  it('hops must be known, are not removed while somebody goes through them, and never lead in a circle', async () => {
    await add({ name: 'bastion' });
    expect((await add({ name: 'inner', jump: ['bastion'] })).status).toBe(201);
    const remove = await server.call('DELETE', '/api/v1/hosts/bastion');
    expect(remove.status).toBe(409);
    expect(remove.body.detail).toContain('inner');
    expect((await server.call('PATCH', '/api/v1/hosts/bastion', { jump: ['bastion'] })).status).toBe(400);
    expect((await server.call('PATCH', '/api/v1/hosts/inner', { jump: ['bastion', 'nobody'] })).status).toBe(400);
    expect((await server.call('PATCH', '/api/v1/hosts/inner', { jump: [] })).status).toBe(200);
    expect((await server.call('DELETE', '/api/v1/hosts/bastion')).status).toBe(204);
    expect((await server.call('DELETE', '/api/v1/hosts/bastion')).status).toBe(404);
  });

  it('a local host is reached, and its check says what could run there', async () => {
    await server.addLocalHosts(['here']);
    const check = (await server.ok('POST', '/api/v1/hosts/here/check')) as Record<string, unknown>;
    expect(check).toMatchObject({
      host: 'here',
      state: 'reachable',
      reason: null,
      facts: { cpus: expect.stringMatching(/^[0-9]+$/) },
    });
    expect(check['readiness']).toContainEqual(
      expect.objectContaining({ runbook: 'triage-60s', state: expect.stringMatching(/ready|degraded/) }),
    );
    expect(await server.ok('GET', '/api/v1/hosts/here')).toMatchObject({
      reachability: { state: 'reachable', reason: null },
      facts: expect.objectContaining({ kernel: expect.any(String) }),
      checkedAt: expect.any(String),
    });
  });

  it('a host that is not reached says why, in the check and afterwards', async () => {
    await add({ name: 'gone', address: '127.0.0.1', port: 1 });
    // This process was started without an ssh-agent.
    const refused = { state: 'refused', reason: expect.stringMatching(/no key to log in to gone/) };
    expect(await server.ok('POST', '/api/v1/hosts/gone/check')).toMatchObject({
      ...refused,
      facts: null,
      readiness: [],
    });
    expect(await server.ok('GET', '/api/v1/hosts/gone')).toMatchObject({ reachability: refused });
    const key = await server.call('GET', '/api/v1/hosts/gone/presented-key');
    expect([key.status, key.type.split(';')[0]]).toEqual([expect.any(Number), 'application/problem+json']);
    expect(key.status).toBeLessThan(500);
    expect(key.body.detail).toMatch(/refuses connections/);
  });

  describe.each<[string, string, string]>([
    [
      'ansible-ini',
      'hosts.ini',
      '[app]\napp-ini-[1:2] ansible_host=10.1.0.1 ansible_user=ops\nbroken ansible_port=x\n[app:vars]\nansible_port=2200\n',
    ],
    [
      'ansible-yaml',
      'hosts.yml',
      'app:\n  vars: {ansible_port: 2200, ansible_user: ops}\n  hosts:\n    app-yaml-[1:2]: {ansible_host: 10.1.0.1}\n    broken: {ansible_port: x}\n',
    ],
    [
      'ssh-config',
      'ssh_config',
      'Host app-ssh-1 app-ssh-2\n  HostName 10.1.0.1\nHost broken\n  Port x\nHost *\n  Port 2200\n  User ops\n',
    ],
    [
      'csv',
      'hosts.csv',
      'name,address,port,user,class\napp-csv-1,10.1.0.1,2200,ops,app\napp-csv-2,10.1.0.1,2200,ops,app\nbroken,,x,,\n',
    ],
  ])('an import of %s', (format, fileName, text) => {
    const send = async (more: object = {}): Promise<Result> =>
      (await server.ok('POST', '/api/v1/hosts/import', { text, fileName, ...more })) as Result;

    it('changes nothing as a dry run, and says what it would', async () => {
      const before = await names();
      const result = await send({ dryRun: true });
      expect(result).toMatchObject({ format, dryRun: true });
      expect(result.hosts.map(({ action }) => action)).toEqual(['add', 'add']);
      expect(await names()).toEqual(before);
    });

    it('adds the hosts, and reports the bad one by its line', async () => {
      const result = await send();
      expect(result.hosts.map(({ action }) => action)).toEqual(['add', 'add']);
      expect(result.problems).toEqual([
        expect.objectContaining({
          line: text.split('\n').findIndex((line) => line.includes('broken')) + 1,
          reason: expect.stringMatching(/port/i),
        }),
      ]);
      for (const { name } of result.hosts) {
        expect(await server.ok('GET', `/api/v1/hosts/${name}`)).toMatchObject({
          address: '10.1.0.1',
          port: 2200,
          user: 'ops',
        });
      }
      expect(await names()).not.toContain('broken');
    });

    it('finds everything the same when it comes again', async () => {
      const result = await send();
      expect(result.hosts.map(({ action, changes }) => [action, changes])).toEqual([
        ['same', {}],
        ['same', {}],
      ]);
    });

    it('changes what it states, shows before and after, and leaves alone what it does not state', async () => {
      const [{ name } = { name: '' }] = (await send()).hosts;
      await server.ok('PATCH', `/api/v1/hosts/${name}`, { port: 1, become: 'sudo' });
      const again = (await send()).hosts[0];
      expect(again).toEqual({ name, action: 'change', changes: { port: [1, 2200] } });
      expect(await server.ok('GET', `/api/v1/hosts/${name}`)).toMatchObject({ port: 2200, become: 'sudo' });
    });

    it('is in the audit log with its counts; a dry run is not', async () => {
      const rows = (await server.ok('GET', '/api/v1/audit')) as { action: string; subject: string; detail: unknown }[];
      const mine = rows
        .filter(({ action, subject }) => action === 'host.import' && subject === fileName)
        .map(({ detail }) => detail);
      const address = '127.0.0.1';
      expect(mine).toEqual([
        { added: 0, changed: 1, address },
        { added: 0, changed: 0, address },
        { added: 0, changed: 0, address },
        { added: 2, changed: 0, address },
      ]);
    });
  });

  it('an import lets through hosts whose hop stands in it, and drops a hop nobody knows, with a word', async () => {
    const result = (await server.ok('POST', '/api/v1/hosts/import', {
      fileName: 'ssh_config',
      text: 'Host hop-1\nHost behind\n  ProxyJump hop-1\nHost lost\n  ProxyJump nowhere\n',
    })) as Result;
    expect(result.hosts.map(({ name }) => name)).toEqual(['hop-1', 'behind', 'lost']);
    expect(result.problems).toEqual([expect.objectContaining({ reason: expect.stringContaining('nowhere') })]);
    expect(await server.ok('GET', '/api/v1/hosts/behind')).toMatchObject({ jump: ['hop-1'] });
    expect(await server.ok('GET', '/api/v1/hosts/lost')).toMatchObject({ jump: [] });
  });

  it('an import gives defaults to hosts that state none, and labels to all of them', async () => {
    await server.ok('POST', '/api/v1/hosts/import', {
      format: 'csv',
      text: 'name,user,class\nd-1,,\nd-2,own,own\n',
      defaults: { user: 'given', class: 'given', labels: { from: 'cmdb' } },
    });
    expect(await server.ok('GET', '/api/v1/hosts/d-1')).toMatchObject({
      user: 'given',
      class: 'given',
      labels: { from: 'cmdb' },
    });
    expect(await server.ok('GET', '/api/v1/hosts/d-2')).toMatchObject({
      user: 'own',
      class: 'own',
      labels: { from: 'cmdb' },
    });
  });

  it('an import reports names that stand twice and names that cannot be', async () => {
    const result = (await server.ok('POST', '/api/v1/hosts/import', {
      format: 'csv',
      text: 'name,address\nt-1,10.0.0.1\nt-1,10.0.0.2\n$(id),10.0.0.3\nt-2,-oProxyCommand=id\n',
    })) as Result;
    expect(result.hosts.map(({ name }) => name)).toEqual(['t-1']);
    expect(result.problems.map(({ line, reason }) => [line, reason])).toEqual([
      [3, expect.stringContaining('stands above already')],
      [4, expect.stringMatching(/^name: .*got \$\(id\)/)],
      [5, expect.stringMatching(/^address: .*got -oProxyCommand=id/)],
    ]);
    expect(await server.ok('GET', '/api/v1/hosts/t-1')).toMatchObject({ address: '10.0.0.1' });
  });

  describe('a host that is not to be touched', () => {
    const runs = async (): Promise<Record<string, [string, string | null]>> => {
      const { id } = await server.ok('POST', '/api/v1/investigations', {
        ...{ runbook: 'triage-60s', targets: { classes: ['held'] }, parameters: { window: '1s' } },
      });
      const snapshot = async (): Promise<InvestigationSnapshot> => server.ok('GET', `/api/v1/investigations/${id}`);
      await until('it to end', async () => (await snapshot()).investigation.state === 'succeeded', 30_000);
      return Object.fromEntries((await snapshot()).runs.map(({ host, state, reason }) => [host, [state, reason]]));
    };
    const hold = (body: object): Promise<Answer> => server.call('PUT', '/api/v1/hosts/held-1/hold', body);

    it('is connected to by nobody, who reads why, and again when it is released', async () => {
      for (const name of ['held-1', 'held-2'])
        await add({ name, class: 'held', address: '127.0.0.1', transport: 'local' });
      const soon = new Date(Date.now() + 3_600_000).toISOString();
      expect((await hold({ until: soon, why: 'RAID rebuild' })).body).toMatchObject({
        hold: { until: soon, why: 'RAID rebuild', by: 'admin' },
      });
      const said = `not to be touched until ${soon}, says admin: RAID rebuild`;
      const held = await runs();
      expect(held['held-1']).toEqual(['refused', said]);
      expect(held['held-2']?.[0]).toBe('succeeded');
      expect((await server.call('POST', '/api/v1/hosts/held-1/check')).body).toMatchObject({
        state: 'refused',
        reason: said,
      });
      // How it is reached is as it was known before.
      expect(await server.ok('GET', '/api/v1/hosts/held-1')).toMatchObject({ reachability: null });
      expect((await server.call('DELETE', '/api/v1/hosts/held-1/hold')).status).toBe(204);
      expect((await runs())['held-1']?.[0]).toBe('succeeded');
      const actions = (await server.ok('GET', '/api/v1/audit?limit=20')).map(
        ({ action }: { action: string }) => action,
      );
      expect(actions).toEqual(expect.arrayContaining(['host.hold', 'host.release']));
    });

    it('may be touched when its time is over', async () => {
      await hold({ why: 'for as long as it takes' });
      await server.sql(
        "UPDATE host SET hold = jsonb_set(hold, '{until}', '\"2020-01-01T00:00:00.000Z\"') WHERE name = 'held-1'",
      );
      expect(await server.ok('GET', '/api/v1/hosts/held-1')).toMatchObject({ hold: null });
      expect((await runs())['held-1']?.[0]).toBe('succeeded');
    });

    it.each([
      [{ why: '' }, 400],
      [{ until: '2020-01-01T00:00:00.000Z', why: 'x' }, 400],
      [{ until: 'soon', why: 'x' }, 400],
    ])('%j is refused', async (body, status) => expect((await hold(body)).status).toBe(status));
  });

  it('the same import twice at once adds every host once', async () => {
    const text = Array.from({ length: 200 }, (_, i) => `par-${i}`).join('\n');
    const both = await Promise.all(
      [1, 2].map(() => server.call('POST', '/api/v1/hosts/import', { text, format: 'ansible-ini' })),
    );
    expect(both.map(({ status }) => status).sort()[0]).toBe(200);
    for (const { status } of both) expect([200, 409]).toContain(status);
    expect((await names()).filter((name) => name.startsWith('par-'))).toHaveLength(200);
  });

  it('2,000 hosts are imported in seconds', async () => {
    const began = Date.now();
    const result = (await server.ok('POST', '/api/v1/hosts/import', {
      text: '[big]\nbig-[0001:2000]\n',
      format: 'ansible-ini',
    })) as Result;
    expect(result.hosts).toHaveLength(2_000);
    expect(Date.now() - began).toBeLessThan(8_000);
  });
});
