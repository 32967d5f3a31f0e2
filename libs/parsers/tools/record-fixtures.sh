#!/bin/sh
# Records fixtures with the tools of this machine: fixtures/<parser>/<tool>--<version>--<case>.txt
# Usage: record-fixtures.sh [directory]   (default: ../fixtures beside this script)
# Read what it recorded before you commit it: command lines and mount points may say more than they should. Lines that match
# the extended regular expression in FIXTURE_DROP are left out.
# Put the machine under some load first (a compiler, dd, a download), or the recordings are rows of zeros.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=${1:-$here/../fixtures}
# shellcheck source=record.sh
. "$here/record.sh"

sysstat=$(version sar -V)
procps=$(version free -V)
iproute=$(version ip -V)
busybox=$(version busybox)
toybox=$(version toybox --version)
util=$(version dmesg -V)
perf=$(version perf --version)
linux=$(uname -r | cut -d- -f1)

(
  for style in plain ISO; do
    [ "$style" = ISO ] && export S_TIME_FORMAT=ISO
    case=C; [ "$style" = ISO ] && case=iso
    record mpstat "mpstat--$sysstat--all-cpus-$case" mpstat -P ALL 1 3 &
    record iostat "iostat--$sysstat--xzt-$case" iostat -xzt 1 3 &
    record iostat "iostat--$sysstat--xyz-$case" iostat -xyz 1 2 &
    record pidstat "pidstat--$sysstat--urd-$case" pidstat -urd 1 3 &
    record sar "sar--$sysstat--net-$case" sar -n DEV,EDEV,TCP,ETCP,UDP,SOFT,SOCK 1 2 &
    wait
  done
)
record iostat "iostat--$sysstat--partitions" iostat -xp ALL 1 2 &
record iostat "iostat--$sysstat--json" iostat -x -o JSON 1 2 &
record mpstat "mpstat--$sysstat--json" mpstat -P ALL -o JSON 1 2 &
record sar "sar--$sysstat--everything" sar -A 1 2 &
record sar "sar--$sysstat--cpu-all" sar -u ALL -P ALL 1 2 &
archive=$(mktemp)
rm -f "$archive"
sar -o "$archive" -u -d -r -q -n DEV,TCP,ETCP 1 2 >/dev/null 2>&1
record sadf "sadf--$sysstat--utc" sadf -d "$archive" -- -u ALL -P ALL -d -n DEV,TCP,ETCP -r -b -q
record sadf "sadf--$sysstat--beside-json" sadf -d "$archive" -- -u ALL -P ALL -d -n DEV,TCP,ETCP -r -b -q
record sadf "sadf--$sysstat--json" sadf -j "$archive" -- -u ALL -P ALL -d -n DEV,TCP,ETCP -r -b -q
rm -f "$archive"
record sar "sar--$sysstat--mounts" sar -F MOUNT 1 1 &
record pidstat "pidstat--$sysstat--threads" pidstat -wt 1 1 &
record vmstat "vmstat--$procps--wide-time" vmstat -wt 1 3 &
record vmstat "vmstat--$procps--plain" vmstat 1 3 &
record vmstat "vmstat--toybox-$toybox--plain" toybox vmstat 1 3 &
wait
record free "free--$procps--mebi" free -m
record free "free--$procps--wide-total" free -wt
record free "free--busybox-$busybox--plain" busybox free
record free "free--toybox-$toybox--plain" toybox free
record uptime "uptime--$procps--plain" uptime
record uptime "uptime--busybox-$busybox--plain" busybox uptime
record uptime "uptime--toybox-$toybox--plain" toybox uptime
record top "top--$procps--two" top -b -n 2 -d 1 -w 200
record top "top--busybox-$busybox--one" busybox top -b -n 1
record top "top--toybox-$toybox--one" toybox top -b -n 1
for style in T x iso raw json; do
  case $style in
    iso) record dmesg "dmesg--$util--iso" dmesg --time-format iso ;;
    raw) record dmesg "dmesg--$util--raw" dmesg -r ;;
    json) record dmesg "dmesg--$util--json" dmesg -J ;;
    *) record dmesg "dmesg--$util--$style" dmesg "-$style" ;;
  esac
done
record ss-s "ss--$iproute--summary" ss -s
record ss-lnt "ss--$iproute--listening" ss -lntp
record ss "ss--$iproute--info" ss -tinp
record ss "ss--$iproute--all" ss -tan
record nstat "nstat--$iproute--absolute" nstat -asz
record nstat "nstat--$iproute--json" nstat -aszj
record ip-link "ip--$iproute--link" ip -s -s link
record ip-link "ip--$iproute--link-json" ip -s -j link
record df "df--coreutils--posix" df -P
record df "df--coreutils--type" df -T
record df "df--busybox-$busybox--plain" busybox df
record df-i "df--coreutils--inodes" df -i
record netstat-s "netstat--net-tools--statistics" netstat -s
record slabtop "slabtop--$procps--once" slabtop -o
record ps "ps--$procps--threads" ps -eLo pid,tid,psr,pcpu,pmem,rss,vsz,nlwp,stat,wchan:24,etime,time,comm
record ps "ps--busybox-$busybox--plain" apart busybox ps -o pid,user,vsz,stat,comm
record w "w--$procps--plain" w
for file in meminfo vmstat stat loadavg diskstats uptime net/dev net/snmp net/netstat net/softnet_stat net/sockstat pressure/cpu pressure/memory pressure/io zoneinfo; do
  record "proc-$(echo $file | tr '/_' '--')" "linux--$(uname -r | cut -d- -f1)--$(basename $file)" cat /proc/$file
done

# Of a process: cat itself.
for file in status io schedstat smaps_rollup limits; do
  record "proc-pid-$(echo $file | tr '_' '-')" "linux--$(uname -r | cut -d- -f1)--$file" cat /proc/self/$file
done
record proc-sys-fs-file-nr "linux--$(uname -r | cut -d- -f1)--file-nr" cat /proc/sys/fs/file-nr
for file in cpu.stat memory.stat memory.events io.stat; do
  for version in v2 v1; do
    case $version in
      v2) found=$(find /sys/fs/cgroup -name $file -size -64k 2>/dev/null | grep -v -e /cpu/ -e /cpuacct/ -e /memory/ | head -n 1) ;;
      v1) found=$(find /sys/fs/cgroup/cpu /sys/fs/cgroup/memory -name $file 2>/dev/null | head -n 1) ;;
    esac
    [ -n "$found" ] && record "cgroup-$(echo $file | tr '.' '-')" "linux--$(uname -r | cut -d- -f1)--$version-$file" cat "$found"
  done
done

# Kept to what a fixture needs: the first lines of long lists.
short() { "$@" | head -n 40; }
# A process table of its own: what else runs on the machine is nobody's business.
names=$(mktemp -d)
cp "$(command -v sleep)" "$names/idle (1) x"
apart() {
  unshare -p -f --mount-proc sh -c '"$0" 30 & (while :; do :; done) & sleep 0.3; "$@"; kill $(jobs -p)' "$names/idle (1) x" "$@"
}

record vmstat "vmstat--$procps--active" vmstat -a 1 2
record vmstat-d "vmstat--$procps--disks" vmstat -d
record vmstat-p "vmstat--$procps--partition" vmstat -p "$(lsblk -dno NAME 2>/dev/null | grep -v -e loop -e zram | head -n 1)"
record vmstat-s "vmstat--$procps--summary" vmstat -s
record vmstat-s "vmstat--$procps--disk-summary" vmstat -D
record vmstat-s "vmstat--$procps--forks" vmstat -f
record vmstat-m "vmstat--$procps--slabs" short vmstat -m
record free "free--$procps--human-wide" free -h -w
record free "free--$procps--every-second" free -t -s 1 -c 2
record iostat "iostat--$sysstat--mt" iostat -m -t -y 1 2
record iostat "iostat--$sysstat--Nx" iostat -N -x -y 1 1
record mpstat "mpstat--$sysstat--interrupts" mpstat -I ALL 1 1
record pidstat "pidstat--$sysstat--everything-h" apart pidstat -h -H -v -t -u -r -d -w 1 1
record pidstat "pidstat--$sysstat--several" apart pidstat -v -w -r 1 1
record top "top--$procps--threads" apart top -b -H -n 1 -w 200
record top "top--$procps--gibi" apart top -b -n 1 -E g -e m -w 200
record ps "ps--$procps--aux" apart ps aux
record ps "ps--$procps--full" apart ps -ef
record ps "ps--toybox-$toybox--plain" apart toybox ps -A
record ps "ps--busybox-$busybox--default" apart busybox ps
record w "w--busybox-$busybox--plain" busybox w
record w "w--toybox-$toybox--plain" toybox w
record dmesg "dmesg--busybox-$busybox--plain" short busybox dmesg
record dmesg "dmesg--toybox-$toybox--plain" short toybox dmesg
record dmesg "dmesg--toybox-$toybox--T" short toybox dmesg -T
# A journal of its own, kept in memory, for machines whose init is another one.
systemd=$(version journalctl --version)
[ -n "$systemd" ] || systemd=$(journalctl --version 2>/dev/null | sed -n 's/^systemd \([0-9]*\).*/\1/p')
journal() {
  unshare -m sh -c 'for dir in /run/systemd /run/log /var/log/journal; do mkdir -p $dir && mount -t tmpfs none $dir; done
    mkdir -p /run/systemd/journal
    timeout 4 /lib/systemd/systemd-journald >/dev/null 2>&1 & sleep 2; journalctl -k --no-pager -n 30 "$@"; wait' sh "$@"
  return 0
}
record dmesg "journalctl--$systemd--short" journal
record dmesg "journalctl--$systemd--iso" journal -o short-iso
record dmesg "journalctl--$systemd--precise" journal -o short-precise
record dmesg "journalctl--$systemd--monotonic" journal -o short-monotonic
record df "df--toybox-$toybox--plain" toybox df
record df "df--busybox-$busybox--human" busybox df -h
record df-i "df--busybox-$busybox--inodes" busybox df -i
record df-i "df--toybox-$toybox--inodes" toybox df -i
record ping "ping--busybox-$busybox--three" busybox ping -c 3 127.0.0.1
record ip-link "ip--busybox-$busybox--addr" busybox ip addr

record ip-link "ip--$iproute--addr" ip addr
record ip-link "ip--$iproute--addr-json" ip -j addr
record ip-route "ip--$iproute--get" ip route get 192.0.2.1
record ip-route "ip--$iproute--get-json" ip -j route get 192.0.2.1
record ip-route "ip--$iproute--table" ip route
record ip-rule "ip--$iproute--rules" ip rule
record ip-rule "ip--$iproute--rules-json" ip -j rule
# Rules, routes and connections as they are seen on routers: in a network namespace of its own.
router() {
  unshare -n sh -c "
    ip link set lo up
    ip link add d0 type veth peer name d1 && ip link set d1 up && ip addr add 198.51.100.1/24 dev d0 && ip link set d0 up
    ip route add 203.0.113.0/24 nexthop via 198.51.100.2 dev d0 weight 1 nexthop via 198.51.100.3 dev d0 weight 2
    ip route add blackhole 192.0.2.128/25
    ip route add 192.0.2.0/25 via 198.51.100.2 dev d0 metric 50 mtu 1400 advmss 1360 table 100
    ip rule add fwmark 0x1/0xff table 100 priority 100
    ip rule add from 198.51.100.0/24 to 192.0.2.0/24 iif d0 ipproto tcp dport 80-90 lookup 100 priority 200
    ip rule add not from 10.0.0.0/8 unreachable priority 300
    $1"
}
# A host that nobody answers.
lonely() {
  unshare -n sh -c "ip link set lo up; ip link add d0 type veth peer name d1 && ip link set d1 up
    ip addr add 198.51.100.1/24 dev d0 && ip link set d0 up; sleep 2; $1"
}
record ip-rule "ip--$iproute--router" router 'ip rule'
record ip-rule "ip--$iproute--router-json" router 'ip -j rule'
record ip-route "ip--$iproute--router" router 'ip route show table all'
record ip-route "ip--$iproute--router-json" router 'ip -j route show table all'
record ip-route "ip--$iproute--get-mark" lonely 'ip route get 198.51.100.7 mark 1'
tracked='iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT; ping -c 1 127.0.0.1 >/dev/null
  python3 -c "
import socket
l = socket.create_server((\"127.0.0.1\", 8080)); c = socket.create_connection((\"127.0.0.1\", 8080)); a, _ = l.accept(); c.send(b\"x\")
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.sendto(b\"x\", (\"127.0.0.1\", 5353))
print(open(\"/proc/net/FILE\").read(), end=\"\")"'
record nf-conntrack "linux--$linux--nf_conntrack" router "$(echo "$tracked" | sed 's|FILE|nf_conntrack|')"
record proc-net-stat-nf-conntrack "linux--$linux--nf_conntrack-stat" router "$(echo "$tracked" | sed 's|FILE|stat/nf_conntrack|')"
mtr=$(version mtr --version)
record mtr "mtr--$mtr--report" mtr --report -c 5 -n 127.0.0.1
record mtr "mtr--$mtr--wide" mtr --report-wide -z -c 3 localhost
record mtr "mtr--$mtr--json" mtr --json -c 3 -n 127.0.0.1
record mtr "mtr--$mtr--no-answer" lonely 'timeout 20 mtr --report -c 3 -n 198.51.100.9'
ping=$(ping -V | tr ' ' '\n' | grep '[0-9]' | tail -n 1)
record ping "ping--$ping--three" ping -c 3 -i 0.2 127.0.0.1
record ping "ping--$ping--stamped" ping -D -c 2 -i 0.2 ::1
record ping "ping--$ping--quiet" ping -q -c 3 -i 0.2 localhost
record ping "ping--$ping--unreachable" lonely 'ping -c 2 -O -W 1 198.51.100.9'
tcpdump=$(tcpdump --version 2>&1 | sed -n 's/^tcpdump version //p')
captured() { # tcpdump's options, while a ping, a connection and a datagram pass
  unshare -n sh -c "ip link set lo up; timeout 4 tcpdump $1 2>&1 & sleep 1; ping -q -c 2 -i 0.2 127.0.0.1 >/dev/null; ping -q -c 1 ::1 >/dev/null
    python3 -c 'import socket
l = socket.create_server((\"127.0.0.1\", 8080)); c = socket.create_connection((\"127.0.0.1\", 8080)); a, _ = l.accept(); c.send(b\"GET / HTTP/1.0\"); a.recv(9); c.close(); a.close()
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.sendto(b\"x\", (\"127.0.0.1\", 5353))'
    wait"
  return 0
}
record tcpdump "tcpdump--$tcpdump--numeric" captured '-l -n -i lo'
record tcpdump "tcpdump--$tcpdump--dated-any" captured '-l -n -tttt -i any'
record tcpdump "tcpdump--$tcpdump--verbose" captured '-l -n -v -i lo tcp or icmp'
record tcpdump "tcpdump--$tcpdump--epoch-quiet" captured '-l -n -tt -q -i lo'

numactl=$(dpkg-query -W -f '${Version}' numactl 2>/dev/null | cut -d- -f1)
record numastat "numastat--$numactl--plain" numastat
record numastat "numastat--$numactl--meminfo" numastat -m
record numastat "numastat--$numactl--compact" numastat -c
record numastat "numastat--$numactl--process" numastat -p $$
vmtouch=$(dpkg-query -W -f '${Version}' vmtouch 2>/dev/null | cut -d- -f1)
record vmtouch "vmtouch--$vmtouch--files" vmtouch /usr/bin/env /usr/bin/awk /bin/sh
record vmtouch "vmtouch--$vmtouch--verbose" vmtouch -v /usr/bin/env /bin/dash

record perf-stat "perf--$perf--interval" perf stat -I 500 -o /dev/stdout -e task-clock,context-switches,page-faults sleep 1.2
record perf-stat "perf--$perf--interval-x" perf stat -I 500 -x , -o /dev/stdout -e task-clock,context-switches,page-faults sleep 1.2
record perf-stat "perf--$perf--per-core" perf stat -a --per-core -o /dev/stdout -e cpu-clock,context-switches sleep 0.5
record perf-stat "perf--$perf--r3" perf stat -r 3 -o /dev/stdout -e task-clock,page-faults,cycles true
data=$(mktemp)
if perf record -q -F 199 -g --sample-cpu -o "$data" -- sh -c 'i=0; while [ $i -lt 150000 ]; do i=$((i + 1)); done' 2>/dev/null; then
  record perf-script "perf--$perf--loop" perf script -i "$data"
  record perf-script "perf--$perf--fields" perf script -i "$data" -F comm,pid,tid,cpu,time,period,event,ip,sym,dso
fi
perf record -q -e sched:sched_switch -o "$data" -- sh -c 'sleep 0.01; sleep 0.01' 2>/dev/null && record perf-script "perf--$perf--tracepoint" short perf script -i "$data"
rm -f "$data"

# A program that loses memory, and one that keeps it.
work=$(mktemp -d)
cat >"$work/leak.c" <<'END'
#include <stdlib.h>
struct node { struct node *next; char pad[56]; };
static void *kept;
static void lose(int bytes) { char *p = malloc(bytes); p[0] = 1; }
static void chain(void) { struct node *a = malloc(sizeof *a); a->next = malloc(sizeof *a); a->next->next = 0; }
int main(void) { for (int i = 0; i < 3; i++) lose(100); chain(); kept = malloc(512); return 0; }
END
valgrind=$(version valgrind --version | sed 's/^algrind//')
in_work() { (cd "$work" && "$@" 2>&1); }
if command -v cc >/dev/null && (cd "$work" && cc -g -O0 -o leak leak.c) && command -v valgrind >/dev/null; then
  record valgrind "valgrind--$valgrind--full" in_work valgrind --leak-check=full --show-leak-kinds=all ./leak
  record valgrind "valgrind--$valgrind--summary" in_work valgrind ./leak
  record valgrind "valgrind--$valgrind--xml" in_work valgrind --leak-check=full --xml=yes --xml-fd=1 ./leak
fi
cat >"$work/app.py" <<'END'
import sys
import tracemalloc

tracemalloc.start(5)


def grow(blocks):
    return [bytes(1000) for _ in range(blocks)]


first = grow(500)
before = tracemalloc.take_snapshot()
table = {str(i): i for i in range(2000)}
first += grow(300)
after = tracemalloc.take_snapshot()
mode = sys.argv[1]
for entry in (after.compare_to(before, "lineno") if mode == "compare" else after.statistics(mode))[:8]:
    print(entry)
    if mode == "traceback":
        print("\n".join(entry.traceback.format()))
END
python=$(version python3 --version)
for mode in lineno filename traceback compare; do
  record tracemalloc "tracemalloc--python-$python--$mode" in_work python3 app.py $mode
done
rm -rf "$work"

for file in stat oom_score; do
  record "proc-pid-$(echo $file | tr '_' '-')" "linux--$linux--$file" cat /proc/self/$file
done
record proc-pid-smaps "linux--$linux--smaps" cat /proc/self/smaps
record proc-pid-stat "linux--$linux--several" apart sh -c 'cat /proc/[0-9]/stat'
for pair in memory-current:memory.usage_in_bytes memory-max:memory.limit_in_bytes memory-high:memory.soft_limit_in_bytes \
  memory-peak:memory.max_usage_in_bytes memory-failcnt:memory.failcnt; do
  file=/sys/fs/cgroup/memory/${pair#*:}
  [ -e "$file" ] && record "cgroup-${pair%%:*}" "linux--$linux--v1-${pair#*:}" cat "$file"
done
for file in cpu memory io; do
  for group in /sys/fs/cgroup/unified /sys/fs/cgroup; do
    [ -e "$group/$file.pressure" ] && record cgroup-pressure "linux--$linux--v2-$file.pressure" cat "$group/$file.pressure"
  done
done
record cgroup-blkio "linux--$linux--v1-io_service_bytes" cat /sys/fs/cgroup/blkio/blkio.throttle.io_service_bytes

# The probe's own text: three readings a second apart, settings once.
snapshots() {
  round=0
  while [ $round -lt 3 ]; do
    [ $round -gt 0 ] && sleep 1
    round=$((round + 1))
    for file in stat loadavg meminfo vmstat diskstats net/dev net/snmp net/netstat net/softnet_stat net/sockstat \
      pressure/cpu pressure/memory pressure/io sys/fs/file-nr; do
      reading /proc/$file
    done
    for file in /sys/fs/cgroup/cpu.stat /sys/fs/cgroup/cpu/cpu.stat; do [ -e $file ] && reading $file; done
  done
  for file in /proc/uptime /proc/sys/kernel/pid_max /proc/sys/kernel/threads-max /proc/sys/net/ipv4/tcp_mem \
    /proc/sys/net/core/somaxconn /proc/sys/net/netfilter/nf_conntrack_max /proc/sys/no/such/file \
    /sys/block/*/queue/rotational /sys/block/*/queue/scheduler /sys/block/*/queue/nr_requests \
    /sys/class/net/*/speed /sys/class/net/*/duplex; do
    reading "$file"
  done
}
reading() {
  read -r up _ </proc/uptime
  if content=$(cat "$1" 2>/dev/null); then printf '@@ %s %s\n%s\n' "$1" "$up" "$content"; else echo "@@! $1 cannot be read"; fi
}
mkdir -p "$out/proc-snapshots"
snapshots >"$out/proc-snapshots/probe--linux-$(uname -r | cut -d- -f1)--three.txt"

# A connection to a port that nobody listens on.
refused() { python3 -c 'import socket, sys; socket.create_connection((sys.argv[1], 9))' "$1"; }

# Our own programs, with a little of what they look for going on meanwhile. Needs root and a mounted tracefs.
if [ "$(id -u)" = 0 ] && command -v bpftrace >/dev/null 2>&1; then
  bpftrace_version=$(bpftrace --version | sed 's/[^0-9.]//g')
  mkdir -p "$out/trace"
  for program in block-io-latency runq-latency fsync-latency syscall-counts file-opens process-starts tcp-connections tcp-resets page-cache; do
    only=
    [ "$program" = file-opens ] && only=ls
    sed -E "s/\{window\}/5/g;s/\{pid\|0\}/0/g;s/\{command\|\}/$only/g;s/\{max-events\}/12/g;s/\{slow\}/1/g" \
      "$(dirname "$0")/../../runbooks/catalog/$program.bt" >program.bt
    (
      sleep 3
      dd if=/dev/zero of=direct bs=64k count=30 oflag=direct conv=fsync
      ls / /nonexistent
      refused 127.0.0.1
      refused ::1
    ) >/dev/null 2>&1 &
    BPFTRACE_PERF_RB_PAGES=256 bpftrace -B line program.bt 2>/dev/null >"$out/trace/bpftrace--$bpftrace_version--$program.txt"
    wait
  done
fi
