#!/bin/sh
# Records fixtures with sysstat, procps and iproute2 of other releases of Debian. Their packages are unpacked in a folder of
# their own, which goes away; nothing is installed, and no setting of apt is touched.
# Usage: record-releases.sh [directory] [release ...]   (default: ../fixtures beside this script, bullseye and trixie)
# Put the machine under some load first, and read what was recorded before you commit it.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=${1:-$here/../fixtures}
[ $# -eq 0 ] || shift
# shellcheck source=record.sh
. "$here/record.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- bullseye trixie
for release in "$@"; do
  sh "$here/../../../tools/debian/unpack-release.sh" "$release" "$work/$release" sysstat procps iproute2
  (
    PATH=$work/$release/run:$PATH
    sysstat=$(version iostat -V) procps=$(version free -V) iproute=$(version ip -V)
    # Of iproute2 some releases tell their last number alone when it is not 0.
    case $iproute in *.*.*) ;; *) iproute=$iproute.0 ;; esac
    record mpstat "mpstat--$sysstat--all-cpus-C" mpstat -P ALL 1 3 &
    record iostat "iostat--$sysstat--xzt-C" iostat -xzt 1 3 &
    record pidstat "pidstat--$sysstat--urd-C" pidstat -urd -p 1 1 3 &
    wait
    record mpstat "mpstat--$sysstat--json" mpstat -P ALL -o JSON 1 2 &
    record iostat "iostat--$sysstat--json" iostat -x -o JSON 1 2 &
    record iostat "iostat--$sysstat--partitions" iostat -xp ALL 1 2 &
    record vmstat "vmstat--$procps--plain" vmstat 1 3 &
    record vmstat "vmstat--$procps--active" vmstat -a 1 2 &
    record vmstat "vmstat--$procps--wide-time" vmstat -wt 1 3 &
    wait
    record vmstat-d "vmstat--$procps--disks" vmstat -d
    record vmstat-s "vmstat--$procps--summary" vmstat -s
    record vmstat-s "vmstat--$procps--disk-summary" vmstat -D
    record free "free--$procps--wide-total" free -w -t
    record free "free--$procps--mebi" free --mebi
    record free "free--$procps--human-wide" free -h -w
    record uptime "uptime--$procps--plain" uptime
    record ss-s "ss--$iproute--summary" ss -s
    record nstat "nstat--$iproute--json" nstat -asz -j
  )
done
