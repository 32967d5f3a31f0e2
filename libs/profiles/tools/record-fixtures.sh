#!/bin/sh
# Records perf's text of a small program that reads and computes: fixtures/perf-script/perf--<version>--<case>.txt
# Usage: record-fixtures.sh [directory]   Needs perf, cc, and the right to record (kernel.perf_event_paranoid, or root).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=${1:-$here/../fixtures/perf-script}
mkdir -p "$out"
LC_ALL=C
export LC_ALL
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
cat >busy.c <<'C'
#include <fcntl.h>
#include <unistd.h>
static volatile double sink;
static volatile int size = 100000; /* or the compiler computes it once */
static inline __attribute__((always_inline)) double step(double x) {
  for (int i = 0; i < 50; i++) x = x * 1.0001 + i;
  return x;
}
static __attribute__((noinline)) double leaf(int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += step(i);
  return sum;
}
static __attribute__((noinline)) double middle(int n) { return leaf(n) + 1; }
int main(void) {
  static char buffer[65536];
  int zero = open("/dev/zero", O_RDONLY);
  for (int round = 0; round < 40; round++) {
    sink += middle(size);
    for (int i = 0; i < 200; i++)
      if (read(zero, buffer, sizeof buffer) < 0) return 1;
  }
  return 0;
}
C
cc -O1 -g -fno-omit-frame-pointer -o busy busy.c
cp busy 'busy loop'
version=$(perf --version | awk '{ split($3, part, "."); print part[1] "." part[2] }')
samples() { # record's options…
  perf record -q -o data "$@" 2>/dev/null
}
text() { # case, script's options…
  name=$1
  shift
  perf script -i data "$@" 2>/dev/null >"$out/perf--$version--$name.txt"
}
samples -F 99 -g ./busy
text call-graph
text fields-comm-tid -F comm,tid,ip,sym,dso
text fields-no-time -F comm,pid,tid,event,ip,sym,dso
text fields-no-dso -F comm,tid,time,event,ip,sym
text ns-pid --ns -F +pid
text header --header
text mmap-events --show-mmap-events
text srcline -F +srcline
samples -F 99 -g './busy loop'
text blank-in-comm
samples -F 99 ./busy
text one-line
samples -F 99 --call-graph dwarf,4096 ./busy
text dwarf-inlined
samples -F 99 -g -e cpu-clock -e task-clock ./busy
text two-events
samples -F 99 -g -a ./busy
text cpu --comm busy -F +pid
