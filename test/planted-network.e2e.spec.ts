import { readFileSync } from 'node:fs';
import { type Report } from '@fleetscope/contracts';
import { ControlPlane } from './support/control-plane';
import { inBackground, NamespacedFleet } from './support/namespaced-fleet';
import { silenceTheMachine } from './support/planted-class';
import { sleep } from './support/processes';
import { ReportReader } from './support/report-reader';

const WINDOW = '5s';
const WELL = [6, 7, 8, 9];

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
/** So many flows, one datagram each, remembered until the host is gone. */
const flows = (count: number): string => `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 9))
for i in range(${count}): s.sendto(b"", ("127.0.1.%d" % (i // 60000 + 1), 1024 + i % 60000))
`;
/** The limit is one for the kernel, the entries are counted by namespace; null without connection tracking. */
const conntrackMax = (): number | null => {
  try {
    return Number(readFileSync('/proc/sys/net/netfilter/nf_conntrack_max', 'utf8'));
  } catch {
    return null;
  }
};
/** 320 bytes each: a machine that allows many more would need too much memory for a test. */
const MOST_FLOWS = 600_000;

describe('faults of the network that are really there', () => {
  const plane = new ControlPlane('planted-network');
  const fleet = new NamespacedFleet(53);
  const limit = conntrackMax();
  const tracks = limit !== null && limit <= MOST_FLOWS;
  let report: Report;
  let read: ReportReader;

  beforeAll(async () => {
    await plane.up();
    await silenceTheMachine(plane, 'web');

    fleet.python(sink(fleet.address(1)));
    // At the receiver's ingress: what the sender's own output drops shows as a local error, not as a retransmission.
    const drop = `INPUT -s ${fleet.address(2)} -p tcp --dport 9000 -m statistic --mode random --probability 0.05 -j DROP`;
    fleet.change(`iptables -w 5 -I ${drop}`, `iptables -w 5 -D ${drop}`);
    await fleet.enrol(plane, 'lossy', 2, await fleet.host(2, 'lossy', [inBackground(sender(fleet.address(1)))]));

    await fleet.enrol(plane, 'deaf', 3, await fleet.host(3, 'deaf', [inBackground(deafServer(fleet.address(3)))]));
    fleet.python(impatientClients(fleet.address(3)));

    const keeping = await fleet.host(4, 'keeping', [inBackground(keepingServer(fleet.address(4)))]);
    await fleet.enrol(plane, 'keeping', 4, keeping);
    fleet.python(leavingClients(fleet.address(4)));

    const track = [
      'iptables -w 5 -A INPUT -m conntrack --ctstate INVALID -j ACCEPT',
      'sysctl -qw net.netfilter.nf_conntrack_udp_timeout=600',
      inBackground(flows(Math.floor((limit ?? 0) * 0.97))),
    ];
    await fleet.enrol(plane, 'tracking', 5, await fleet.host(5, 'tracking', tracks ? track : []));

    for (const n of WELL) await fleet.enrol(plane, `well-${n}`, n, await fleet.host(n, `well-${n}`));
    await sleep(2_000);
    report = await plane.json<Report>(['triage', '--class', 'web', '--window', WINDOW]);
    read = new ReportReader(report);
  });

  afterAll(async () => {
    await plane.down();
    fleet.close();
  });

  it('every host answers', () => {
    expect(report.coverage).toMatchObject({ targeted: 8, answered: 8 });
  });

  it.each([
    ['lossy', 'tcp-retransmits', 'tcp-retransmits'],
    ['deaf', 'tcp-listen-overflows', 'listen-backlog'],
    ['keeping', 'tcp-close-wait', 'sockets'],
  ])('%s is found by %s, on that host alone, with what to run next', (host, rule, next) => {
    expect(read.statementOn(host)).toMatchObject({
      rules: expect.arrayContaining([rule]),
      hosts: [host],
      next: { runbook: next, hosts: [host] },
    });
  });

  (tracks ? it : it.skip)(
    'a nearly full table of connections is found on its host; there is nothing to run next',
    () => {
      const said = read.statementOn('tracking');
      expect(said).toMatchObject({ rules: ['net-conntrack'], hosts: ['tracking'], severity: 'crit', next: null });
    },
  );

  const LEADING: (readonly [host: string, rule: string])[] = [
    ['lossy', 'tcp-retransmits'],
    ['deaf', 'tcp-listen-overflows'],
    ['keeping', 'tcp-close-wait'],
  ];
  if (tracks) LEADING.push(['tracking', 'net-conntrack']);

  it.each(LEADING)('among hosts that are well, %s leads by %s', async (host, rule) => {
    const wells = WELL.slice(0, 3).map((n) => `well-${n}`);
    const alone = new ReportReader(await plane.json<Report>(['triage', host, ...wells, '--window', WINDOW]));
    expect(alone.leading(rule, host).hosts).toEqual([host]);
  });

  it('hosts that are well get nothing critical', () => {
    for (const n of WELL) expect([n, read.findingsOn(`well-${n}`, 'crit')]).toEqual([n, []]);
  });
});
