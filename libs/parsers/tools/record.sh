# shellcheck shell=sh
# For the recorders beside it: `out` is the folder of the fixtures.
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
