import {
  CONNTRACK,
  ECHO_SERVER,
  FULL_BACKLOG,
  HALF_CLOSED,
  HALF_OPEN,
  LOSS,
  PAIR,
  PLAIN_SEGMENTS,
  REFUSED,
  SINK,
  SOURCE,
  UDP_FLOOD,
  both,
  far,
  finds,
  ping,
  python,
} from './pieces.mjs';

/** Faults of TCP, UDP, interfaces, connection tracking and paths. */
export const NETWORK = [
  ...[
    ['a', 1],
    ['b', 8],
    ['c', 64],
  ].map(([letter, backlog]) => ({
    name: `accept-queue-${letter}`,
    title: `A listener with a backlog of ${backlog} that accepts nothing`,
    how: `python listens on 8080 with a backlog of ${backlog} and never accepts; 20 connections a second arrive`,
    setup: PAIR,
    plant: FULL_BACKLOG(backlog),
    warm: backlog === 64 ? 5 : 2,
    finds: [finds('tcp-listen-overflows')],
    open: {
      'tcp-retransmits': 'clients repeat what the queue did not take',
      'tcp-syn-drops': 'the same connections may count there',
      'tcp-resets': 'too few connections to judge',
    },
  })),
  {
    name: 'accept-queue-backlog',
    title: 'The same, seen by listen-backlog',
    how: 'python listens on 8080 with a backlog of 4 and never accepts; 20 connections a second arrive',
    runbook: 'listen-backlog',
    setup: PAIR,
    plant: FULL_BACKLOG(4),
    warm: 2,
    finds: [finds('tcp-listen-overflows')],
    open: { 'tcp-retransmits': 'clients repeat what the queue did not take', 'tcp-syn-drops': 'the same connections' },
  },
  ...['cookies', 'drops'].map((kind) => ({
    name: `syn-queue-${kind}`,
    title: `A SYN queue that is full, ${kind === 'cookies' ? 'with' : 'without'} SYN cookies`,
    how: 'a backlog of 16; the far side sends 200 SYN a second and drops what comes back',
    setup: `${PAIR}sysctl -qw net.ipv4.tcp_syncookies=${kind === 'cookies' ? 1 : 0} net.ipv4.tcp_max_syn_backlog=${kind === 'cookies' ? 16 : 1024}
ip netns exec far iptables -A INPUT -p tcp --sport 8080 -j DROP`,
    plant: both(
      python(`
s = socket.socket(); s.bind(('0.0.0.0', 8080)); s.listen(16); time.sleep(60)
`),
      HALF_OPEN,
    ),
    warm: 2,
    finds: [finds('tcp-syn-drops')],
    open: {
      'tcp-listen-overflows': 'ListenDrops counts what the SYN queue drops, too',
      'tcp-retransmits': 'SYN-ACKs are sent again and again',
      'tcp-resets': 'few connections are opened at all',
    },
  })),
  ...['triage-60s', 'network-stack'].map((runbook) => ({
    name: `tunnel-errors-${runbook}`,
    title: 'A tunnel whose far end has no route',
    how: 'a VXLAN interface to an address without a route; five packets a second are sent into it',
    runbook,
    parameters: runbook === 'network-stack' ? { duration: '5s' } : {},
    setup: `ip link add tunnel0 type vxlan id 5 remote 203.0.113.9 dstport 4789; ip addr add 10.9.9.1/24 dev tunnel0
ip link set tunnel0 up; ip neigh add 10.9.9.2 lladdr 02:00:00:00:00:02 dev tunnel0`,
    plant: 'exec ping -i 0.2 10.9.9.2',
    finds: [finds('net-errors', 'tunnel0')],
    open: { 'net-path': 'nobody answers behind it' },
  })),
  ...[
    ['half-percent', 0.005, 'warn'],
    ['two-percent', 0.02, 'crit'],
    ['five-percent', 0.05, 'crit'],
  ].map(([word, share]) => ({
    name: `loss-${word}`,
    title: `${100 * share} % of the segments are lost on the way`,
    how: `iptables on the far side drops ${100 * share} % of the segments of four streams, segmentation offload off`,
    setup: PAIR + PLAIN_SEGMENTS + LOSS(share),
    plant: both(SINK, SOURCE(4, 0.002)),
    warm: 2,
    finds: [finds('tcp-retransmits')],
  })),
  {
    name: 'loss-stack',
    title: '3 % of the segments are lost on the way, the network stack',
    how: 'iptables on the far side drops 3 % of the segments of four streams, segmentation offload off',
    runbook: 'network-stack',
    setup: PAIR + PLAIN_SEGMENTS + LOSS(0.03),
    plant: both(SINK, SOURCE(4, 0.002)),
    warm: 2,
    finds: [finds('tcp-retransmits')],
  },
  ...['reno', 'bbr'].map((control) => ({
    name: `loss-sockets-${control}`,
    title: `10 % of the segments are lost, socket by socket (${control})`,
    how: `iptables on the far side drops 10 % of the segments of two streams, segmentation offload off, ${control}`,
    runbook: 'sockets',
    setup: `${PAIR + PLAIN_SEGMENTS + LOSS(0.1)}sysctl -qw net.ipv4.tcp_congestion_control=${control}\n`,
    plant: both(SINK, SOURCE(2, 0)),
    warm: 8,
    finds: [finds('tcp-path')],
  })),
  {
    name: 'refused',
    title: 'A client that nobody listens to',
    how: '100 connections a second to a closed port',
    plant: REFUSED(100),
    finds: [finds('tcp-resets')],
  },
  {
    name: 'resets',
    title: 'A client that resets its connections',
    how: '60 connections a second, each closed with a reset (SO_LINGER 0)',
    setup: PAIR,
    plant: both(
      ECHO_SERVER(128),
      far(`
import struct
time.sleep(0.5)
while True:
    c = socket.create_connection(('10.9.0.1', 8080), 2)
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); c.close(); time.sleep(1 / 60)
`),
    ),
    finds: [finds('tcp-resets')],
  },
  ...[
    ['triage-60s', 150],
    ['sockets', 300],
  ].map(([runbook, count]) => ({
    name: `close-wait-${runbook}`,
    title: `${count} connections that the application does not close`,
    how: `a process keeps its half of ${count} connections open after the other side closed`,
    runbook,
    plant: HALF_CLOSED(count),
    warm: 2,
    finds: [finds('tcp-close-wait')],
    open: { 'fd-process': 'the descriptors of the same process' },
  })),
  ...['triage-60s', 'sockets', 'use-method'].map((runbook) => ({
    name: `ports-${runbook}`,
    title: 'A port range that is nearly used up',
    how: '300 ephemeral ports, 270 of them in TIME-WAIT towards one peer',
    runbook,
    setup: `${PAIR}sysctl -qw net.ipv4.ip_local_port_range="40000 40299"`,
    plant: both(
      far(`
s = socket.socket(); s.bind(('10.9.0.2', 5001)); s.listen(512)
while True: c, _ = s.accept(); c.recv(10); c.close()
`),
      python(`
time.sleep(0.5)
for _ in range(270): c = socket.create_connection(('10.9.0.2', 5001)); c.close()
time.sleep(60)
`),
    ),
    warm: 3,
    finds: [finds('tcp-time-wait')],
  })),
  // UDP, interfaces, connection tracking, path.
  ...['triage-60s', 'network-stack'].map((runbook) => ({
    name: `udp-buffer-${runbook}`,
    title: 'A UDP receiver that does not read',
    how: '2,000 datagrams a second to a socket with the smallest buffer, which nobody reads',
    runbook,
    setup: PAIR,
    plant: both(
      python(`
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
s.bind(('0.0.0.0', 9000)); time.sleep(60)
`),
      UDP_FLOOD(2000, far),
    ),
    finds: [finds('udp-errors')],
  })),
  ...['triage-60s', 'network-stack'].map((runbook) => ({
    name: `drops-${runbook}`,
    title: 'Packets that the interface drops',
    how: 'the far end of a veth pair takes frames of 1,000 bytes, and 500 of 1,400 a second are sent to it beside small ones',
    runbook,
    setup: `${PAIR}ip netns exec far ip link set eth0 mtu 1000`,
    plant: python(`
c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    for size in (1300, 100) * 10: c.sendto(b'x' * size, ('10.9.0.2', 9))
    time.sleep(0.02)
`),
    finds: [finds('net-drops', 'eth0')],
    open: { 'udp-errors': 'nobody listens on the far side' },
  })),
  ...[
    ['warn', 0.85],
    ['crit', 0.97],
  ].map(([word, share]) => ({
    name: `conntrack-${word}`,
    title: `A connection-tracking table that is ${100 * share} % full`,
    how: `UDP flows over loopback until ${100 * share} % of nf_conntrack_max entries exist`,
    plant: CONNTRACK(Math.round(262144 * share)),
    warm: 9,
    finds: [finds('net-conntrack')],
  })),
  ...[5, 20].map((percent) => ({
    name: `path-loss-${percent}`,
    ...ping(`A path that loses ${percent} % of the packets`),
    how: `iptables on the far side drops ${percent} % of the echo requests`,
    setup: `${PAIR}ip netns exec far iptables -A INPUT -p icmp -m statistic --mode random --probability ${percent / 100} -j DROP`,
    parameters: { destination: '10.9.0.2' },
    finds: [finds('net-path')],
  })),
];
