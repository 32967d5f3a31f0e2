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
# shellcheck disable=SC2016 # apt's own field
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | sort -u | head -n 1)

unpack() { # release: its tools and all they need, below $work/$1/tree
  mkdir -p "$work/$1/lists/partial" "$work/$1/archives/partial" "$work/$1/tree"
  echo "deb $mirror $1 main" >"$work/$1/sources.list"
  : >"$work/$1/status"
  for step in 'update' 'install --download-only --no-install-recommends -y sysstat procps iproute2'; do
    # shellcheck disable=SC2086 # words
    apt-get -qq -o Dir::Etc::sourcelist="$work/$1/sources.list" -o Dir::Etc::sourceparts=/nonexistent \
      -o Dir::State::lists="$work/$1/lists" -o Dir::State::status="$work/$1/status" -o Dir::Cache="$work/$1" \
      -o Dir::Cache::archives="$work/$1/archives" -o APT::Sandbox::User=root $step >/dev/null
  done
  for package in "$work/$1"/archives/*.deb; do dpkg -x "$package" "$work/$1/tree"; done
}

wrap() { # tree tool: a command of that name that runs the tree's own, with the tree's own libraries
  for path in "$1/usr/bin/$2" "$1/bin/$2" "$1/usr/sbin/$2" "$1/sbin/$2"; do
    [ -x "$path" ] || continue
    libraries=$(find "$1" -type d -name "$(uname -m)-linux-gnu" -path '*lib*' | tr '\n' ':')
    loader=$(find "$1" -name 'ld-linux*.so.*' | head -n 1)
    printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' "$loader" "$libraries" "$path" >"$1/wrapped/$2"
    chmod +x "$1/wrapped/$2"
    return
  done
  echo "no $2 in $1" >&2
}

[ $# -gt 0 ] || set -- bullseye trixie
for release in "$@"; do
  unpack "$release"
  tree=$work/$release/tree
  mkdir -p "$tree/wrapped"
  for tool in mpstat iostat pidstat free vmstat uptime ss nstat ip; do wrap "$tree" "$tool"; done
  (
    PATH=$tree/wrapped:$PATH
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
