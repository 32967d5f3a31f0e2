import { CLEANUP_FUNCTIONS } from './probe-cleanup';
import { PREFLIGHT_FUNCTIONS } from './probe-preflight';

/**
 * The fixed part of every probe: POSIX sh for dash, bash and busybox ash; no temporary file, no setting changed.
 *
 * Processes, all in one session and process group of their own:
 *   main      preflight, then waits for a signal, ends everything, reports the cost
 *   run       (left side of a pipe) starts the steps lane by lane
 *   watch     (right side) one event loop: deadlines, lifeline, end; events are lines in that pipe
 *   ticker    one `tick` a second; it is the deadman too: without main, or past all deadlines, it kills the group
 *   lifeline  blocks on the probe's stdin: end of file or a line `cancel` ends the probe
 * Descriptors: 3 the lifeline, 4 a step's stdout, 5 a step's status, 6 frames, 7 events.
 * Why these ways: dash's `read` has no -t and background jobs get no stdin, hence a process for the lifeline; only
 * the right side of a pipe can be reached by all without a FIFO on disk, hence run | watch.
 */
export const RUNTIME_FUNCTIONS = `fs_frame() { printf '\\036%s\\n' "$1" >&6; }
fs_up() { read -r fs_now fs_x </proc/uptime; }
# The wall clock beside the uptime, give or take fs_unsure milliseconds. Where date tells no fractions, the second of the
# boot narrows it: neither the wall clock nor the wall clock less the uptime (to hundredths) is off by a second or more.
fs_clock() {
  fs_wall=$(date +%s.%3N)
  fs_up
  fs_unsure=2
  case $\{fs_wall#*.} in [0-9][0-9][0-9]) return ;; esac
  fs_wall=$\{fs_wall%%.*}
  while read -r fs_k fs_v fs_x; do
    if [ "$fs_k" = btime ]; then break; fi
  done </proc/stat
  fs_r=$\{fs_now#*.}
  fs_r=$(((fs_v + $\{fs_now%.*} - fs_wall) * 100 + $\{fs_r#0}))
  fs_a=0
  fs_c=100
  if [ "$fs_r" -gt 0 ]; then fs_a=$fs_r; else fs_c=$((100 + fs_r)); fi
  if [ "$fs_c" -le "$fs_a" ]; then fs_a=0 fs_c=100; fi
  fs_unsure=$(((fs_c - fs_a) * 5 + 15))
  fs_r=00$(((fs_a + fs_c) * 5 % 1000))
  fs_wall=$fs_wall.$\{fs_r#"$\{fs_r%???}"}
}
fs_fact() { printf '\\036F %.120s=%.600s\\n' "$1" "$2" >&6; }
fs_line() { fs_v=; { IFS= read -r fs_v <"$1"; } 2>/dev/null; }

${PREFLIGHT_FUNCTIONS}# Framing. A frame is one write of at most 4,096 bytes. The shell's own loop is live under every shell and drops NUL
# bytes (some sysstat builds print them); awk serves files and cut output, where nobody waits for the single line (mawk
# buffers its input, and its unbuffered mode loses the rest of a line after a NUL).
fs_live() {
  fs_n=0
  fs_cut=0
  while IFS= read -r fs_l || [ -n "$fs_l" ]; do
    fs_n=$((fs_n + $\{#fs_l} + 1))
    if [ "$fs_n" -gt "$3" ]; then fs_cut=1; break; fi
    while [ "$\{#fs_l}" -gt 900 ]; do
      printf '\\036%s %s %.900s\\n' "$2" "$fs_step" "$fs_l" >&6
      # shellcheck disable=SC2295 # a pattern of 900 question marks
      fs_l=$\{fs_l#$fs_q900}
    done
    printf '\\036%s %s %s\\n' "$1" "$fs_step" "$fs_l" >&6
  done
  if [ "$1" = O ]; then echo "b=$fs_n;t=$fs_cut;" >&5; fi
}
fs_bulk() {
  if [ -z "$fs_awk" ]; then fs_live O P "$fs_max"; return; fi
  "$fs_awk" -v id="$fs_step" -v max="$fs_max" -v first="$fs_first" -v last="$fs_last" -v type="$\{1:-O}" '
function out(line, n, i) {
  n = length(line)
  for (i = 1; n - i >= 3900; i += 3900) { printf "%s", "\\036P " id " " substr(line, i, 3900) "\\n"; fflush() }
  printf "%s", "\\036" type " " id " " substr(line, i) "\\n"
  fflush()
}
{
  if (last > 0) { ring[NR % last] = $0; next }
  bytes += length($0) + 1
  if (bytes > max) { cut = 1; exit }
  out($0)
  if (first > 0 && NR >= first) { full = 1; exit }
}
END {
  if (last > 0) for (i = (NR > last ? NR - last + 1 : 1); i <= NR; i++) {
    bytes += length(ring[i % last]) + 1
    if (bytes > max) { cut = 1; break }
    out(ring[i % last])
  }
  printf "b=%d;t=%d;h=%d;\\n", bytes, cut, full > "/dev/stderr"
}' 2>&5 >&6
}
fs_base64() { base64 | fs_bulk B; }
# Nothing stays nothing: an empty gzip file would look like output.
fs_pack() {
  if IFS= read -r fs_l; then { printf '%s\n' "$fs_l"; cat; } | "$1" -1 -c; fi
}

# Snapshots: "@@ path uptime" and the file as it is, or "@@! path reason". One grep and one awk read any number of
# files: a fork per file would cost more than all the rest of the probe. Read errors (EINVAL of a link's speed) end
# mawk, so that grep does the reading.
fs_snap() {
  if [ -n "$fs_awk" ] && [ -n "$fs_grep" ]; then
    "$fs_grep" -aH '' "$@" /dev/null 2>&1 | "$fs_awk" '
function head(path, up) {
  getline up < "/proc/uptime"
  close("/proc/uptime")
  sub(/ .*/, "", up)
  print "@@ " path " " up
}
BEGIN { for (i = 1; i < ARGC; i++) { path[i] = ARGV[i]; ARGV[i] = "" } count = ARGC - 1; at = 0 }
{
  if (at == 0 || index($0, path[at] ":") != 1) {
    for (i = at + 1; i <= count; i++) if (index($0, path[i] ":") == 1) break
    if (i > count) {
      for (i = 1; i <= count; i++) if ((k = index($0, ": " path[i] ": ")) > 0) break
      if (i <= count) { print "@@! " path[i] " " substr($0, k + length(path[i]) + 4); seen[i] = 1 }
      next
    }
    at = i
    seen[at] = 1
    head(path[at])
  }
  print substr($0, length(path[at]) + 2)
}
END {
  for (i = 1; i <= count; i++) if (!(i in seen)) {
    # Empty, or one that busybox grep could not read and says nothing of.
    if ((getline line < path[i]) < 0) print "@@! " path[i] " unreadable"
    else head(path[i])
    close(path[i])
  }
}' "$@"
    return
  fi
  for fs_f in "$@"; do
    if [ ! -e "$fs_f" ]; then echo "@@! $fs_f No such file or directory"; continue; fi
    if [ ! -r "$fs_f" ]; then echo "@@! $fs_f Permission denied"; continue; fi
    fs_up
    # cat: bash seeks after each line that it reads from a file, and /proc makes its text anew then.
    { cat "$fs_f"; } 2>/dev/null | {
      fs_r="@@ $fs_f $fs_now"
      while IFS= read -r fs_l || [ -n "$fs_l" ]; do
        [ -z "$fs_r" ] || printf '%s\\n' "$fs_r"
        fs_r=
        printf '%s\\n' "$fs_l"
      done
      [ -z "$fs_r" ] || echo "@@! $fs_f empty or unreadable"
    }
  done
}
fs_add() {
  fs_m=$1
  fs_g=$2
  fs_c=$(($# - 2))
  shift 2
  for fs_f in "$@"; do
    if [ "$fs_m" -le 0 ]; then echo "@@! $fs_g only a part of $fs_c files is read"; break; fi
    fs_m=$((fs_m - 1))
    case $fs_f in *[[:space:]]*) ;; *) fs_files="$fs_files $fs_f" ;; esac
  done
}

# One step: its alternatives in order; the first that can run here and gives something is it.
fs_begin() {
  read -r fs_self fs_x </proc/self/stat
  fs_step=$1
  fs_deadline=$2
  fs_max=$3
  fs_why=
  fs_rc=
  # The probe is ending: what ends without output now has not failed, and no other way is tried.
  fs_ending=
  trap 'fs_ending=1' URG
}
fs_ok() {
  if [ -n "$1" ]; then return 0; fi
  fs_why="$fs_why$\{fs_why:+, }$2"
  return 1
}
fs_exec() {
  "$1" 3<&- 4>&- 5>&- 6>&- 7>&- &
  fs_pid=$!
  echo "reg $fs_step $fs_pid $fs_self $fs_deadline" >&7
  wait "$fs_pid"
  fs_rc=$?
  echo "exited $fs_step" >&7
  echo "s=$fs_rc;" >&5
}
fs_try() {
  fs_up
  fs_t0=$\{fs_now%.*}
  fs_frame "S $fs_step $1 $fs_now $2"
  fs_first=$5
  fs_last=$6
  # A tool without an end of its own is stopped at the end of the window, and that is its end.
  fs_endless=$7
  [ -z "$fs_endless" ] || fs_deadline=$fs_endless
  fs_st=$({ { fs_exec "$3" 2>&1 >&4 4>&- | fs_live E e 65536 4>&-; } 4>&1 | "$4" O P "$fs_max"; } 5>&1 >&6)
  echo "end $fs_step" >&7
  fs_up
  fs_rc=$\{fs_st##*s=}
  fs_rc=$\{fs_rc%%;*}
  case $fs_st in
    *t=1\\;*) fs_o=truncated ;;
    *h=1\\;*) fs_o=ok ;;
    *)
      if [ "$fs_rc" = 0 ]; then fs_o=ok
      elif [ $(($\{fs_now%.*} - fs_t0)) -ge "$fs_deadline" ]; then
        fs_o=timeout
        [ -z "$fs_endless" ] || fs_o=ok
      else
        fs_o=failed
        case $fs_st in *b=0\\;*)
          [ -z "$fs_ending" ] || exit 0
          fs_why="$fs_why$\{fs_why:+, }$1 failed"
          return 1 ;;
        esac
      fi ;;
  esac
  fs_frame "X $fs_step $fs_o $fs_rc $fs_now"
}
fs_done() {
  fs_up
  if [ -n "$fs_rc" ]; then fs_frame "X $fs_step failed $fs_rc $fs_now"
  else fs_frame "K $fs_step $fs_why"; fi
}
fs_each() {
  for fs_f in "$@"; do
    "$fs_f" &
    wait "$!"
  done
}

fs_ticker() {
  trap '' PIPE
  while sleep 1; do
    { read -r fs_x fs_x fs_r fs_x <"/proc/$$/stat"; } 2>/dev/null || break
    [ "$fs_r" != Z ] || break
    fs_up
    [ "$\{fs_now%.*}" -lt $((fs_stop + 5)) ] || break
    echo tick >&7 || break
  done 2>/dev/null
  trap '' TERM INT
  if [ -n "$fs_soft" ]; then
    kill -s URG 0
    kill -INT 0
    sleep 1
  fi
  kill -TERM 0
  sleep 1
  kill -KILL 0
}
fs_lifeline() {
  while read -r fs_l <&3; do
    if [ "$fs_l" = cancel ]; then echo cancel >&7; return; fi
  done
  echo eof >&7
}

# The event loop. An entry is step:tool pid:shell pid:deadline:state; state 0 runs, 1 got TERM, 2 got KILL or has
# exited and only its pipes are awaited, after which the step is given up (a task in uninterruptible sleep).
fs_check() {
  fs_new=
  for fs_e in $fs_live; do
    IFS=:
    # shellcheck disable=SC2086 # split at the colons
    set -- $fs_e
    IFS=$fs_ifs
    if [ "$fs_sec" -ge "$4" ]; then
      case $5 in
        0) kill -TERM "$2"; fs_e=$1:$2:$3:$((fs_sec + 1)):1 ;;
        1) kill -KILL "$2"; fs_e=$1:$2:$3:$((fs_sec + 2)):2 ;;
        *) kill -KILL "$3"; fs_frame "X $1 timeout - $fs_now"; fs_e= ;;
      esac 2>/dev/null
    fi
    fs_new="$fs_new $fs_e"
  done
  fs_live=$fs_new
}
fs_change() {
  fs_new=
  for fs_e in $fs_live; do
    case $fs_e in
      "$1":*)
        [ "$2" = exited ] || continue
        fs_r=$\{fs_e%:*}
        fs_a=$\{fs_r##*:}
        [ "$fs_a" -ge $((fs_sec + 3)) ] || fs_a=$((fs_sec + 3))
        fs_e=$\{fs_r%:*}:$fs_a:2 ;;
    esac
    fs_new="$fs_new $fs_e"
  done
  fs_live=$fs_new
}
fs_watch() {
  # It outlives the TERM that ends the others: its end of file says that nobody is left who writes frames.
  trap '' TERM INT
  fs_live=
  fs_sig=
  while read -r fs_k fs_s fs_p fs_r fs_d; do
    fs_up
    fs_sec=$\{fs_now%.*}
    case $fs_k in
      reg) fs_live="$fs_live $fs_s:$fs_p:$fs_r:$((fs_sec + fs_d)):0" ;;
      exited|end) fs_change "$fs_s" "$fs_k" ;;
      tick) fs_check; [ "$fs_sec" -lt "$fs_stop" ] || fs_sig=\${fs_sig:-ALRM} ;;
      idle) fs_sig=\${fs_sig:-USR1} ;;
      eof) fs_sig=\${fs_sig:-USR2} ;;
      cancel) fs_sig=\${fs_sig:-HUP} ;;
    esac
    # Sent again at every event: a signal between a test and a wait would be lost on some shells.
    [ -z "$fs_sig" ] || kill -s "$fs_sig" "$$"
  done
}

${CLEANUP_FUNCTIONS}fs_finish() {
  trap '' TERM HUP INT USR1 USR2 PIPE ALRM
  # Ends the wait below; a signal that nothing else sends.
  trap : URG
  # perf cleans up after INT (which the shell has its other children ignore), and leaves a file in /tmp after TERM.
  if [ -n "$fs_soft" ]; then
    kill -s URG 0
    kill -INT 0
  else kill -TERM 0; fi
  # Should this shell hang from now on (nobody reads its frames), everything gets KILL, the keeper included.
  (
    trap '' TERM
    trap 'kill -KILL "$!"; exit 0' URG
    fs_nap() { sleep "$1" & wait "$!"; }
    # On a busy host perf takes more than a second to clean up.
    if [ -n "$fs_soft" ]; then
      fs_nap 2
      kill -TERM 0
    fi
    fs_nap 1
    kill -s URG "$$"
    fs_nap 4
    kill -KILL 0
  ) >/dev/null 2>&1 3<&- 6>&- &
  fs_keeper=$!
  wait "$fs_job" 2>/dev/null # Frames of steps come before the end, or after a second not at all.
  fs_left
  fs_up
  read -r fs_v <"/proc/$$/stat"
  # shellcheck disable=SC2086 # split into the fields of proc(5); 12 to 15 are utime, stime, cutime, cstime
  set -- $\{fs_v##*) }
  fs_frame "C $(($\{12} + $\{13} + $\{14} + $\{15})) $fs_begun $fs_now"
  fs_frame "Z $fs_reason"
  kill -s URG "$fs_keeper" 2>/dev/null
  wait "$fs_keeper" 2>/dev/null
}
`;

/** Before the functions: a neutral environment, the descriptors. */
export const RUNTIME_HEAD = `# shellcheck shell=sh disable=SC1003,SC2016,SC2034,SC2154,SC2317,SC2329
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C S_TIME_FORMAT=ISO S_COLORS=never HOME=/nonexistent TERM=dumb
# Without its cache, bpftrace reads a program's symbols anew for every address.
BPFTRACE_CACHE_USER_SYMBOLS=1 BPFTRACE_MAP_KEYS_MAX=16384 BPFTRACE_PERF_RB_PAGES=256
# BCC's tools are Python: what it holds back when it is stopped is lost.
PYTHONUNBUFFERED=1
export PATH LC_ALL S_TIME_FORMAT S_COLORS HOME TERM BPFTRACE_CACHE_USER_SYMBOLS BPFTRACE_MAP_KEYS_MAX BPFTRACE_PERF_RB_PAGES PYTHONUNBUFFERED
unset ENV BASH_ENV LANGUAGE XDG_CONFIG_HOME XDG_CACHE_HOME COLUMNS LINES POSIXLY_CORRECT GREP_OPTIONS CDPATH
exec 3<&0 </dev/null 6>&1
fs_ifs=$(printf ' \\t\\n.')
fs_ifs=$\{fs_ifs%.}
fs_q900='${'?'.repeat(900)}'
fs_reason=
fs_busy=
fs_free=65536
`;

/** After the plan: preflight, then the two sides, then the end. */
export const RUNTIME_MAIN = `trap 'fs_reason=$\{fs_reason:-complete}' USR1
trap 'fs_reason=$\{fs_reason:-lifeline}' USR2 PIPE
trap 'fs_reason=$\{fs_reason:-deadline}' ALRM
trap 'fs_reason=$\{fs_reason:-cancelled}' HUP INT TERM
fs_clock
fs_begun=$fs_now
fs_stop=$(($\{fs_now%.*} + fs_limit))
fs_frame "H 1 $fs_runbook $fs_now $fs_wall $fs_unsure"
fs_facts
fs_needs
fs_before
fs_frame f
fs_run | fs_watch &
fs_job=$!
while [ -z "$fs_reason" ]; do wait "$fs_job"; done
fs_finish
exit 0
# fleetscope-end
`;
