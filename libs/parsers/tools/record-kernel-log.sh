#!/bin/sh
# Records what the kernel says of faults that can be planted on any machine: `sudo sh libs/parsers/tools/record-kernel-log.sh`.
# A device whose file shrinks under it, an ext4 on it, a program that follows a null pointer, a listen queue that floods, a
# connection table that fills, an interface that is renamed. Each is gone afterwards, but for its lines in the kernel's log,
# which a triage of this machine reports for an hour (`dmesg -C` clears it).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../fixtures
. "$here/record.sh"

scratch=$(mktemp -d)
space=kernel-log-$$
clean() {
  umount "$scratch/mnt" 2>/dev/null || true
  [ -z "${device:-}" ] || losetup -d "$device" 2>/dev/null || true
  ip netns del "$space" 2>/dev/null || true
  rm -rf "$scratch"
}
trap clean EXIT
from=$(dmesg | wc -l)

truncate -s 16M "$scratch/disk"
mkfs.ext4 -q -O ^has_journal "$scratch/disk"
device=$(losetup --show -f "$scratch/disk")
mkdir "$scratch/mnt"
mount -o errors=remount-ro "$device" "$scratch/mnt"
mkdir "$scratch/mnt/lost"
sync
truncate -s 64K "$scratch/disk"
echo 3 >/proc/sys/vm/drop_caches
dd if="$device" of=/dev/null bs=4k count=1 skip=2000 status=none 2>/dev/null || true
ls -R "$scratch/mnt" >/dev/null 2>&1 || true
mkdir "$scratch/mnt/more" 2>/dev/null || true
sync -f "$scratch/mnt" 2>/dev/null || true

printf 'int main(void){return *(volatile int*)0;}' >"$scratch/null.c"
cc -o "$scratch/null" "$scratch/null.c"
"$scratch/null" 2>/dev/null || true

ip netns add "$space"
inside() { ip netns exec "$space" "$@"; }
inside ip link set lo up
inside ip link add veth-first type veth peer name veth-second
inside ip link set veth-first name eth0
# No answer of the listener arrives: half-open connections fill its queue, and further SYNs count as a flood.
inside iptables -A OUTPUT -p tcp --sport 8080 -j DROP
inside sysctl -q net.ipv4.tcp_syncookies=1
inside python3 - <<'END'
import socket, time
server = socket.socket()
server.bind(('127.0.0.1', 8080))
server.listen(4)
clients = []
for _ in range(20):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(('127.0.0.1', 8080))
    clients.append(client)
time.sleep(1)
END
inside iptables -A INPUT -m conntrack --ctstate NEW -j ACCEPT
was=$(cat /proc/sys/net/netfilter/nf_conntrack_max)
used=$(cat /proc/sys/net/netfilter/nf_conntrack_count)
sysctl -q net.netfilter.nf_conntrack_max=$((used + 10))
inside python3 - <<'END'
import socket
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in range(20000, 20200):
    try:
        sender.sendto(b'x', ('127.0.0.1', port))
    except OSError:
        pass
END
sysctl -q net.netfilter.nf_conntrack_max="$was"
sleep 1

linux=$(uname -r | cut -d- -f1)
since() { dmesg -x | tail -n +$((from + 1)); }
record dmesg "dmesg--$(version dmesg --version)--faults-x" since
echo "of Linux $linux"
