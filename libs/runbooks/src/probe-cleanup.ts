/**
 * The part of every probe that looks whether anything of it is left on the host: processes of its session, kernel probes
 * and files of tracing tools that were not there before. What ignores TERM gets KILL after a second. Programs that are
 * attached to a tracepoint need no look of their own: the kernel lets go of them with the process that held them.
 */
export const CLEANUP_FUNCTIONS = `fs_attached() {
  fs_e=-
  for fs_f in kprobe_events uprobe_events; do
    if [ -z "$fs_tracing" ] || [ ! -r "$fs_tracing/$fs_f" ]; then continue; fi
    [ "$fs_e" != - ] || fs_e=0
    while read -r fs_x; do fs_e=$((fs_e + 1)); done <"$fs_tracing/$fs_f"
  done 2>/dev/null
}
# A map of a virtual machine's symbols is its own.
fs_strays() {
  fs_o=
  for fs_f in /tmp/perf* /tmp/bpf* /tmp/tcpdump* /var/tmp/perf* /var/tmp/bpf* /dev/shm/perf* /dev/shm/bpf*; do
    case $fs_f in *.map|*[[:space:]]*) continue ;; esac
    if [ -e "$fs_f" ]; then fs_o="$fs_o $fs_f"; fi
  done
}
fs_before() {
  fs_attached
  fs_e0=$fs_e
  fs_strays
  fs_o0=$fs_o
}
# Processes of the probe's session and group, but for this one and the keeper.
fs_scan() {
  fs_c=0
  fs_p=
  fs_w=
  for fs_f in /proc/[0-9]*/stat; do
    { read -r fs_v <"$fs_f"; } 2>/dev/null || continue
    case $fs_v in *" $$ "*) ;; *) continue ;; esac
    # shellcheck disable=SC2086 # the fields of proc(5) after the name: state, parent, group, session
    set -- $\{fs_v##*) }
    case $1 in Z|X) continue ;; esac
    if [ "$3" != "$$" ] && [ "$4" != "$$" ]; then continue; fi
    fs_r=$\{fs_v%% *}
    if [ "$fs_r" = "$$" ] || [ "$fs_r" = "$fs_keeper" ] || [ "$2" = "$fs_keeper" ]; then continue; fi
    fs_c=$((fs_c + 1))
    fs_p="$fs_p $fs_r"
    fs_v=$\{fs_v#*(}
    fs_w="$fs_w $\{fs_v%)*}"
  done
}
fs_hundredths() {
  fs_up
  fs_a=$\{fs_now%.*}$\{fs_now#*.}
}
fs_left() {
  set -- /proc/[0-9]*
  if [ "$#" -gt 20000 ]; then
    fs_c=-
    fs_w=' too many processes to look at'
  else
    fs_killed=
    fs_hundredths
    fs_till=$((fs_a + 100))
    while fs_scan; [ "$fs_c" -gt 0 ]; do
      fs_hundredths
      if [ "$fs_a" -ge "$fs_till" ]; then
        [ -z "$fs_killed" ] || break
        fs_killed=yes
        fs_till=$((fs_a + 100))
        # shellcheck disable=SC2086 # a list of process ids
        kill -KILL $fs_p 2>/dev/null
      fi
      sleep 0.1 2>/dev/null || sleep 1
    done
  fi
  fs_attached
  if [ "$fs_e" != - ] && [ "$fs_e0" != - ]; then
    fs_e=$((fs_e - fs_e0))
    [ "$fs_e" -ge 0 ] || fs_e=0
  else fs_e=-; fi
  fs_strays
  fs_d=0
  for fs_f in $fs_o; do
    case "$fs_o0 " in *" $fs_f "*) continue ;; esac
    fs_d=$((fs_d + 1))
    fs_w="$fs_w $fs_f"
  done
  printf '\\036L %s %s %s%.400s\\n' "$fs_c" "$fs_e" "$fs_d" "$fs_w" >&6
}

`;
