#!/bin/sh
# Records fixtures with the tools of this machine: fixtures/<parser>/<tool>--<version>--<case>.txt
# Usage: record-fixtures.sh [directory]   (default: ../fixtures beside this script)
# Read what it recorded before you commit it: command lines and mount points may say more than they should. Lines that match
# the extended regular expression in FIXTURE_DROP are left out.
# Put the machine under some load first (a compiler, dd, a download), or the recordings are rows of zeros.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=${1:-$here/../fixtures}
LC_ALL=C
HOME=/nonexistent
export LC_ALL HOME

version() { # the first word with a digit and a dot in what `$@` prints
  "$@" 2>&1 | tr ' ,-' '\n\n\n' | grep '[0-9]\.[0-9]' | head -n 1 | tr -d 'v()'
}
record() { # parser file-name command…
  parser=$1 name=$2
  shift 2
  command -v "$1" >/dev/null 2>&1 || { echo "skipped $name: no $1" >&2; return; }
  mkdir -p "$out/$parser"
  "$@" >"$out/$parser/$name.txt" 2>/dev/null </dev/null || echo "$name: exit status $?" >&2
  if [ -n "${FIXTURE_DROP:-}" ]; then
    grep -Ev "$FIXTURE_DROP" "$out/$parser/$name.txt" >"$out/$parser/$name.tmp"
    mv "$out/$parser/$name.tmp" "$out/$parser/$name.txt"
  fi
  [ -s "$out/$parser/$name.txt" ] || rm -f "$out/$parser/$name.txt"
}

sysstat=$(version sar -V)
procps=$(version free -V)
iproute=$(version ip -V)
busybox=$(version busybox)
toybox=$(version toybox --version)
util=$(version dmesg -V)

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
record ps "ps--busybox-$busybox--plain" busybox ps -o pid,user,vsz,stat,comm
record w "w--$procps--plain" w
for file in meminfo vmstat stat loadavg diskstats uptime net/dev net/snmp net/netstat net/softnet_stat net/sockstat pressure/cpu pressure/io zoneinfo; do
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
