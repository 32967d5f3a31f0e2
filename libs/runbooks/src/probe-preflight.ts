/** The part of every probe that says what the host is and what can run there. */
export const PREFLIGHT_FUNCTIONS = `# One variable and one fact per need: empty means missing.
fs_find() {
  for fs_d in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
    if [ -f "$fs_d/$2" ] && [ -x "$fs_d/$2" ]; then
      eval "$1=\\$fs_d/\\$2"
      fs_fact "tool:$2" "$fs_d/$2"
      return
    fi
  done
  eval "$1="
  fs_fact "tool:$2" ''
}
fs_test() {
  fs_r=$1
  fs_k=$2
  shift 2
  if test "$@"; then fs_v=yes; else fs_v=; fi
  eval "$fs_r=\\$fs_v"
  fs_fact "$fs_k" "$\{fs_v:-no}"
}
# Fewer than 100,000 context switches a second and CPU, counted over one second.
fs_switches() {
  fs_count() {
    while read -r fs_k fs_v fs_x; do
      if [ "$fs_k" = ctxt ]; then return; fi
    done </proc/stat
    fs_v=0
  }
  fs_count
  fs_d=$fs_v
  sleep 1
  fs_count
  fs_fact switches "$((fs_v - fs_d))"
  fs_test "$1" few-switches "$((fs_v - fs_d))" -lt $((fs_n * 100000))
}

fs_facts() {
  fs_line /proc/sys/kernel/osrelease
  fs_kernel=$fs_v
  fs_fact kernel "$fs_v"
  fs_line /proc/sys/kernel/arch # since Linux 6.1
  fs_fact arch "\${fs_v:-$(uname -m 2>/dev/null)}"
  fs_line /proc/sys/kernel/hostname
  fs_fact hostname "$fs_v"
  fs_line /sys/devices/system/cpu/online
  fs_n=0
  IFS=,
  for fs_r in $fs_v; do fs_n=$((fs_n + $\{fs_r#*-} - $\{fs_r%-*} + 1)); done
  IFS=$fs_ifs
  fs_fact cpus "$fs_n"
  while read -r fs_k fs_v fs_x; do
    case $fs_k in
      MemTotal:) fs_fact mem_total_kb "$fs_v" ;;
      MemAvailable:) fs_free=$fs_v ;;
      SwapTotal:) fs_fact swap_total_kb "$fs_v"; break ;;
    esac
  done </proc/meminfo
  for fs_r in /etc/os-release /usr/lib/os-release; do
    [ -r "$fs_r" ] || continue
    while IFS='=' read -r fs_k fs_v; do
      fs_v=$\{fs_v#[\\"\\']}
      fs_v=$\{fs_v%[\\"\\']}
      case $fs_k in
        PRETTY_NAME) fs_fact distro "$fs_v" ;;
        ID) fs_fact distro_id "$fs_v" ;;
        VERSION_ID) fs_fact distro_version "$fs_v" ;;
      esac
    done <"$fs_r"
    break
  done
  fs_a=no
  if [ -e /.dockerenv ]; then fs_a=docker
  elif [ -e /run/.containerenv ]; then fs_a=podman
  elif [ -r /run/systemd/container ]; then fs_line /run/systemd/container; fs_a=$fs_v
  else
    fs_line /proc/1/cgroup
    case $fs_v in *docker*|*kubepods*|*lxc*|*containerd*) fs_a=yes ;; esac
  fi
  fs_fact container "$fs_a"
  fs_line /sys/class/dmi/id/sys_vendor
  fs_a=$fs_v
  fs_line /sys/class/dmi/id/product_name
  fs_fact machine "$fs_a $fs_v"
  fs_line /sys/hypervisor/type
  fs_fact hypervisor "$fs_v"
  while read -r fs_k fs_v fs_x; do
    case $fs_k in Uid:) break ;; esac
  done </proc/self/status
  fs_uid=$fs_x
  fs_uid=$\{fs_uid%%[!0-9]*}
  fs_fact uid "$fs_uid"
  fs_line /proc/sys/kernel/perf_event_paranoid
  fs_fact perf_event_paranoid "$fs_v"
  fs_line /sys/kernel/security/lockdown
  fs_fact lockdown "$fs_v"
  fs_tracing=
  for fs_r in /sys/kernel/tracing /sys/kernel/debug/tracing; do
    if [ -d "$fs_r/events" ] && [ -r "$fs_r/events" ]; then fs_tracing=$fs_r; break; fi
  done
  fs_fact tracefs "$fs_tracing"
  # Heavy steps are refused on a host that is too busy for them (one that waits most of its time, or has no memory).
  read -r fs_v fs_x </proc/loadavg
  fs_calm=yes
  if [ "$\{fs_v%.*}" -ge $((fs_n * 4)) ]; then
    fs_calm=
    fs_busy="the host is too busy for it (load $fs_v on $fs_n CPUs)"
  fi
  if [ "$fs_free" -lt 65536 ]; then
    fs_calm=
    fs_busy="the host has too little memory for it ($fs_free kB available)"
  fi
  fs_fact busy "$fs_busy"
  fs_find fs_awk awk
  fs_find fs_grep grep
}

`;
