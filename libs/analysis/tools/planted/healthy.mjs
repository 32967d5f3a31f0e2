import {
  CGROUP_CPU,
  CLIENTS,
  CONNTRACK,
  ECHO_SERVER,
  IN_CPU_GROUP,
  LOOP,
  PAIR,
  SINK,
  SOURCE,
  UDP_FLOOD,
  both,
  far,
  ping,
  python,
} from './pieces.mjs';

/** Healthy hosts under different conditions. */
export const HEALTHY = [
  { name: 'healthy-idle-1', title: 'An idle host', how: 'nothing' },
  { name: 'healthy-idle-2', title: 'An idle host, again', how: 'nothing' },
  { name: 'healthy-quiet-1', title: 'An idle machine', how: 'nothing, and nothing else ran', quiet: true },
  { name: 'healthy-quiet-2', title: 'An idle machine, again', how: 'nothing, and nothing else ran', quiet: true },
  {
    name: 'healthy-quiet-half',
    title: 'One of two CPUs half busy, and nothing else',
    how: 'stress-ng at a load of 50 % on one CPU',
    plant: 'exec stress-ng --quiet --cpu 1 --cpu-load 50 --timeout 60',
    quiet: true,
  },
  { name: 'healthy-idle-use', title: 'An idle host, the whole checklist', how: 'nothing', runbook: 'use-method' },
  {
    name: 'healthy-http',
    title: 'A web server with 100 short connections a second',
    how: 'a server and a client that opens a connection for each request, over a veth pair',
    setup: PAIR,
    plant: both(ECHO_SERVER(128), CLIENTS(100)),
  },
  {
    name: 'healthy-http-use',
    title: 'The same web server, the whole checklist',
    how: 'a server and a client that opens a connection for each request, over a veth pair',
    runbook: 'use-method',
    setup: PAIR,
    plant: both(ECHO_SERVER(128), CLIENTS(100)),
  },
  {
    name: 'healthy-stream',
    title: 'Steady TCP streams without loss',
    how: 'four streams of 16 KiB writes, 5 ms apart, over a veth pair',
    setup: PAIR,
    plant: both(SINK, SOURCE(4, 0.005)),
  },
  {
    name: 'healthy-stream-stack',
    title: 'Steady TCP streams without loss, the network stack',
    how: 'four streams of 16 KiB writes, 5 ms apart, over a veth pair',
    runbook: 'network-stack',
    setup: PAIR,
    plant: both(SINK, SOURCE(4, 0.005)),
  },
  {
    name: 'healthy-udp',
    title: 'A UDP receiver that keeps up',
    how: '500 datagrams a second to a reader that reads them',
    setup: PAIR,
    plant: both(
      python(`
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('0.0.0.0', 9000))
while True: s.recv(2048)
`),
      UDP_FLOOD(500, far),
    ),
  },
  {
    name: 'healthy-sockets',
    title: 'Forty connections that are open and quiet',
    how: 'connections within one process, closed by both sides when they are done',
    runbook: 'sockets',
    plant: python(`
s = socket.socket(); s.bind(('0.0.0.0', 8080)); s.listen(64); held = []
for _ in range(40):
    c = socket.create_connection(('127.0.0.1', 8080)); held += [c, s.accept()[0]]
time.sleep(60)
`),
  },
  {
    name: 'healthy-half-load',
    title: 'One of two CPUs half busy',
    how: 'stress-ng at a load of 50 % on one CPU',
    plant: 'exec stress-ng --quiet --cpu 1 --cpu-load 50 --timeout 60',
  },
  {
    name: 'healthy-disk-reads',
    title: 'A file that is read again and again from the page cache',
    how: 'a file of 64 MiB read with dd',
    setup: 'dd if=/dev/zero of=file bs=1M count=64 2>/dev/null',
    plant: 'while :; do dd if=file of=/dev/null bs=1M 2>/dev/null; sleep 0.5; done',
  },
  {
    name: 'healthy-file-system',
    title: 'A file system half full',
    how: 'a loop device with ext4, half of it taken',
    setup: LOOP('-m 0', 'dd if=/dev/zero of=/srv/data/file bs=1M count=28 2>/dev/null'),
  },
  {
    name: 'healthy-quota',
    title: 'A group well below its CPU quota',
    how: 'cgroup with 0.5 CPU of quota, its process at 20 % of one CPU',
    setup: CGROUP_CPU(50000),
    runbook: 'cgroup-pressure',
    parameters: { duration: '5s' },
    plant: `exec ${IN_CPU_GROUP} python3 -c "
import time
while True:
    end = time.time() + 0.002
    while time.time() < end: pass
    time.sleep(0.008)"`,
  },
  {
    name: 'healthy-path',
    ...ping('A path without loss'),
    how: 'a veth pair',
    setup: PAIR,
    parameters: { destination: '10.9.0.2' },
  },
  {
    name: 'healthy-conntrack',
    title: 'A connection-tracking table with some entries',
    how: '2,000 UDP flows over loopback',
    plant: CONNTRACK(2000),
    warm: 2,
  },
];
