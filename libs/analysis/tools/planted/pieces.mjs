// What planted cases are made of: namespaces, servers, clients, floods, limits.

/** A second namespace behind a veth pair: 10.9.0.1 is here, 10.9.0.2 there (`ip netns exec far …`). */
export const PAIR = `
mkdir -p /run/netns; mount -t tmpfs none /run/netns
ip netns add far
ip link add eth0 type veth peer name eth0 netns far
ip addr add 10.9.0.1/24 dev eth0; ip link set eth0 up
ip netns exec far ip addr add 10.9.0.2/24 dev eth0; ip netns exec far ip link set eth0 up; ip netns exec far ip link set lo up
`;

export const python = (code, where = '') =>
  `${where} python3 -u - <<'PYTHON'\nimport socket, time, os, threading, select\n${code}\nPYTHON\n`;
export const far = (code) => python(code, 'ip netns exec far');

/** Takes all that comes, on 10.9.0.2:5001. */
export const SINK = far(`
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('10.9.0.2', 5001)); s.listen(64)
def drain(c):
    while c.recv(65536): pass
while True:
    c, _ = s.accept(); threading.Thread(target=drain, args=(c,), daemon=True).start()
`);
/** Sends for ever, in \`streams\` connections, \`pause\` seconds between writes. */
export const SOURCE = (streams, pause) =>
  python(`
time.sleep(0.5)
def send():
    c = socket.create_connection(('10.9.0.2', 5001)); data = b'x' * 16384
    while True: c.sendall(data); time.sleep(${pause})
for _ in range(${streams}): threading.Thread(target=send, daemon=True).start()
time.sleep(60)
`);
export const LOSS = (share) =>
  `ip netns exec far iptables -A INPUT -p tcp --dport 5001 -m statistic --mode random --probability ${share} -j DROP\n`;
/** Segments as they would be on a wire, so that the loss of a packet is that of one segment. */
export const PLAIN_SEGMENTS = 'ethtool -K eth0 tso off gso off >/dev/null\n';

export const both = (a, b) => `( ${a} ) &\n( ${b} )\n`;

export const ECHO_SERVER = (backlog) =>
  python(`
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('0.0.0.0', 8080)); s.listen(${backlog})
while True:
    c, _ = s.accept()
    try: c.recv(4096); c.sendall(b'HTTP/1.0 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')
    except OSError: pass
    c.close()
`);
export const CLIENTS = (perSecond, where = far) =>
  where(`
time.sleep(0.5)
while True:
    try:
        c = socket.create_connection(('10.9.0.1', 8080), 2); c.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n'); c.recv(4096); c.recv(1); c.close()
    except OSError: pass
    time.sleep(${1 / perSecond})
`);

/** A listener that accepts nothing, and clients that keep coming. */
export const FULL_BACKLOG = (backlog) =>
  both(
    python(`
s = socket.socket(); s.bind(('0.0.0.0', 8080)); s.listen(${backlog}); time.sleep(60)
`),
    far(`
held = []
while True:
    c = socket.socket(); c.setblocking(False)
    try: c.connect(('10.9.0.1', 8080))
    except BlockingIOError: pass
    held.append(c); time.sleep(0.05)
`),
  );

export const HALF_OPEN = far(`
held = []
while True:
    c = socket.socket(); c.setblocking(False)
    try: c.connect(('10.9.0.1', 8080))
    except BlockingIOError: pass
    held.append(c); time.sleep(0.005)
    if len(held) > 900: held.pop(0).close()
`);

export const UDP_FLOOD = (perSecond, where) =>
  where(`
c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); data = b'x' * 512
while True:
    for _ in range(${Math.round(perSecond / 50)}): c.sendto(data, ('10.9.0.1', 9000))
    time.sleep(0.02)
`);

export const REFUSED = (perSecond) =>
  python(`
while True:
    c = socket.socket()
    try: c.connect(('127.0.0.1', 81))
    except OSError: pass
    c.close(); time.sleep(${1 / perSecond})
`);

export const HALF_CLOSED = (count) => `
${python(`
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
s = socket.socket(); s.bind(('0.0.0.0', 8080)); s.listen(1024); held = []
for _ in range(${count}):
    c = socket.create_connection(('127.0.0.1', 8080)); a, _ = s.accept(); held.append(a); c.close()
time.sleep(60)
`)}`;

export const CONNTRACK = (flows) => `
iptables -A OUTPUT -m conntrack --ctstate NEW -j ACCEPT
${python(`
sent = 0; port = 1024
while sent < ${flows}:
    port += 1
    c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c.bind(('127.0.0.1', port))
    for to in range(20000, 26000):
        c.sendto(b'x', ('127.0.0.2', to)); sent += 1
        if sent >= ${flows}: break
    c.close()
print(open('/proc/sys/net/netfilter/nf_conntrack_count').read()); time.sleep(60)
`)}`;

/** A file system on a loop device, filled to a share of its blocks. */
export const LOOP = (options, fill) => `
truncate -s 64M disk.img; mkfs.ext4 -q ${options} disk.img; mkdir -p /srv; mount -t tmpfs none /srv; mkdir /srv/data
mount -o loop disk.img /srv/data
${fill}
`;

export const CGROUP_CPU = (quota) => `
mkdir -p /sys/fs/cgroup/cpu/limited; echo 100000 >/sys/fs/cgroup/cpu/limited/cpu.cfs_period_us
echo ${quota} >/sys/fs/cgroup/cpu/limited/cpu.cfs_quota_us
`;
export const IN_CPU_GROUP = 'sh -c "echo \\$\\$ >/sys/fs/cgroup/cpu/limited/cgroup.procs; exec \\"\\$@\\"" sh';
export const BURN = 'while :; do :; done';

export const finds = (rule, instance) => (instance === undefined ? { rule } : { rule, instance });
export const ping = (title) => ({ runbook: 'network-path', title });
