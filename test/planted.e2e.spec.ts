import { existsSync } from 'node:fs';
import { type Report, type RuleView } from '@fleetscope/contracts';
import { ControlPlane } from './support/control-plane';
import { inBackground, NamespacedFleet } from './support/namespaced-fleet';
import { sleep } from './support/processes';

const WINDOW = '5s';
const GROUP = '/sys/fs/cgroup/cpu/fleetscope-planted';
/** What the hosts share with the machine they are made on, which may be busy with anything. */
const OF_THE_MACHINE = new Set(['cpu', 'memory', 'disk', 'filesystem', 'task', 'bus']);
const STAYS = new Set(['cpu-throttled']);

/** Sends without end, and begins again when it is cut off. */
const sender = (to: string): string => `
import socket, time
while True:
    try:
        s = socket.create_connection(("${to}", 9000), 5)
        while True: s.sendall(b"x" * 16384)
    except OSError: time.sleep(0.2)
`;
const sink = (at: string): string => `
import socket, threading
def drain(c):
    try:
        while c.recv(65536): pass
    except OSError: pass
s = socket.create_server(("${at}", 9000))
while True:
    c, _ = s.accept()
    threading.Thread(target=drain, args=(c,), daemon=True).start()
`;
/** Listens with room for one and accepts nobody. */
const deafServer = (at: string): string => `
import socket, time
s = socket.socket(); s.bind(("${at}", 9001)); s.listen(1)
time.sleep(3600)
`;
const impatientClients = (to: string): string => `
import socket, time
while True:
    held = []
    for _ in range(20):
        c = socket.socket(); c.setblocking(False); c.connect_ex(("${to}", 9001)); held.append(c)
    time.sleep(0.3)
    for c in held: c.close()
`;
/** Accepts, and never closes what its clients have closed. */
const keepingServer = (at: string): string => `
import socket
s = socket.create_server(("${at}", 9002), backlog=512); kept = []
while True: kept.append(s.accept()[0])
`;
const leavingClients = (to: string): string => `
import socket, time
for _ in range(150):
    try: socket.create_connection(("${to}", 9002), 5).close()
    except OSError: time.sleep(0.1)
time.sleep(3600)
`;

describe('faults that are really there', () => {
  const plane = new ControlPlane('planted');
  const fleet = new NamespacedFleet(53);
  const throttles = existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
  let report: Report;

  const silenceTheMachine = async (): Promise<void> => {
    const rules = (await plane.api('GET', '/api/v1/rules')).body as RuleView[];
    for (const { id, resource, thresholds } of rules) {
      if (!OF_THE_MACHINE.has(resource) || STAYS.has(id)) continue;
      const bounds = thresholds.filter(({ name }) => /^(warn|crit|some|full)/i.test(name));
      if (bounds.length === 0) continue;
      // Beyond what can be measured: for falling rules nothing is below 0.
      const falling = id === 'mem-available';
      const values = Object.fromEntries(bounds.map(({ name, min, max }) => [name, falling ? min : max]));
      const { status, body } = await plane.api('PUT', `/api/v1/rules/${id}/thresholds`, {
        scope: 'class',
        name: 'web',
        values,
      });
      if (status !== 200) throw new Error(JSON.stringify(body));
    }
  };

  beforeAll(async () => {
    await plane.up();
    await silenceTheMachine();

    fleet.python(sink(fleet.address(1)));
    // At the receiver's ingress: what the sender's own output drops shows as a local error, not as a retransmission.
    const drop = `INPUT -s ${fleet.address(2)} -p tcp --dport 9000 -m statistic --mode random --probability 0.05 -j DROP`;
    fleet.change(`iptables -w 5 -I ${drop}`, `iptables -w 5 -D ${drop}`);
    await fleet.enrol(plane, 'lossy', 2, await fleet.host(2, 'lossy', [inBackground(sender(fleet.address(1)))]));

    await fleet.enrol(plane, 'deaf', 3, await fleet.host(3, 'deaf', [inBackground(deafServer(fleet.address(3)))]));
    fleet.python(impatientClients(fleet.address(3)));

    await fleet.enrol(
      plane,
      'keeping',
      4,
      await fleet.host(4, 'keeping', [inBackground(keepingServer(fleet.address(4)))]),
    );
    fleet.python(leavingClients(fleet.address(4)));

    const prepare = throttles
      ? [
          'mount -t tmpfs none /sys/fs/cgroup',
          'mkdir /sys/fs/cgroup/cpu',
          'mount -t cgroup -o cpu none /sys/fs/cgroup/cpu',
        ]
      : [];
    if (throttles) {
      fleet.change(
        `mkdir -p ${GROUP}; echo 10000 >${GROUP}/cpu.cfs_quota_us`,
        `for try in 1 2 3 4 5 6 7 8 9; do rmdir ${GROUP} && break; sleep 0.2; done`,
      );
      fleet.python(`
import os
with open("${GROUP}/cgroup.procs", "w") as f: f.write(str(os.getpid()))
while True: pass
`);
    }
    await fleet.enrol(plane, 'throttled', 5, await fleet.host(5, 'throttled', prepare));

    for (const n of [6, 7, 8, 9]) await fleet.enrol(plane, `well-${n}`, n, await fleet.host(n, `well-${n}`));
    await sleep(2_000);
    report = await plane.json<Report>(['triage', '--class', 'web', '--window', WINDOW]);
  });

  afterAll(async () => {
    await plane.down();
    fleet.close();
  });

  const statementOn = (host: string): Report['verdict']['statements'][number] | undefined =>
    report.verdict.statements.find(({ hosts, severity }) => severity !== 'info' && hosts.includes(host));
  const findingsOn = (host: string, severity: string): string[] =>
    report.findings.filter((one) => one.host === host && one.severity === severity).map(({ text }) => text);

  it('every host answers', () => {
    expect(report.coverage).toMatchObject({ targeted: 8, answered: 8 });
  });

  it.each([
    ['lossy', 'tcp-retransmits', 'tcp-retransmits'],
    ['deaf', 'tcp-listen-overflows', 'listen-backlog'],
    ['keeping', 'tcp-close-wait', 'sockets'],
  ])('%s is found by %s, on that host alone, with what to run next', (host, rule, next) => {
    const said = statementOn(host);
    expect(said).toMatchObject({
      rules: expect.arrayContaining([rule]),
      hosts: [host],
      next: { runbook: next, hosts: [host] },
    });
  });

  (throttles ? it : it.skip)('a throttled group is found on its host', () => {
    expect(statementOn('throttled')).toMatchObject({
      rules: expect.arrayContaining(['cpu-throttled']),
      hosts: ['throttled'],
      next: { runbook: 'cgroup-pressure', hosts: ['throttled'] },
    });
  });

  it('alone on its host, each fault is the first or second statement', async () => {
    for (const [host, rule] of [
      ['lossy', 'tcp-retransmits'],
      ['deaf', 'tcp-listen-overflows'],
      ['keeping', 'tcp-close-wait'],
    ] as const) {
      const { verdict } = await plane.json<Report>(['triage', host, 'well-6', 'well-7', 'well-8', '--window', WINDOW]);
      const place = verdict.statements.findIndex(({ rules, hosts }) => rules.includes(rule) && hosts.includes(host));
      expect([host, place, verdict.statements.map(({ text }) => text)]).toEqual([
        host,
        expect.any(Number),
        expect.anything(),
      ]);
      expect([0, 1]).toContain(place);
    }
  });

  it('hosts that are well get nothing critical', () => {
    for (const n of [6, 7, 8, 9]) expect([n, findingsOn(`well-${n}`, 'crit')]).toEqual([n, []]);
  });
});
