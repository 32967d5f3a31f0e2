import { type MetricId } from '@fleetscope/contracts';

/**
 * Which steps usually tell a metric, by words in their ids: only to say which one is missing ("mpstat was skipped: no
 * sysstat"). A step that isn't named here can tell any metric all the same.
 */
const SOURCES: readonly (readonly [metrics: RegExp, steps: RegExp])[] = [
  [/^fd\.process|^memory\.(rss|oom_score)/, /process-holders/],
  [/^cpu\.numa/, /numa|proc-ends/],
  [/^lock\.|^service\.threads_busy/, /stacks|off-?cpu/],
  [/^service\.threads_total/, /threads/],
  [/^cpu\.load/, /uptime|load|top/],
  [/^cpu\.pressure|^memory\.pressure|^disk\.pressure/, /pressure|psi|proc-ends/],
  [/^cpu\.(runqueue|blocked|context|forks|interrupts)/, /vmstat|proc-stat/],
  [/^cpu\./, /mpstat|cpu|proc-stat/],
  [/^memory\.(swap_(in|out)|scan|major|oom)/, /vmstat|memory/],
  [/^memory\.(dirty|writeback)/, /meminfo|vmstat|memory|proc-ends/],
  [/^memory\./, /free|mem/],
  [/^disk\./, /iostat|disk/],
  [/^filesystem\./, /df|file-?system|inode/],
  [/^network\.softnet/, /softnet|proc-ends/],
  [/^network\.conntrack/, /conntrack|proc-ends/],
  [/^network\./, /dev|net|link/],
  [/^tcp\.(sockets|accept|memory_p)/, /^ss|sock/],
  [/^tcp\./, /tcp|netstat|snmp|proc-ends/],
  [/^udp\./, /udp|netstat|snmp|proc-ends/],
  [/^fd\./, /file-nr|fd|limits|proc-ends/],
  [/^task\./, /task|limits|load/],
  [/^cgroup\./, /cgroup|throttl|proc-ends/],
  [/^bus\./, /edac|bus/],
];

const NONE = /^(?!)/;

const known = new Map<MetricId, RegExp>();

export const sourcesOf = (metric: MetricId): RegExp => {
  let sources = known.get(metric);
  if (!sources) {
    sources = SOURCES.find(([metrics]) => metrics.test(metric))?.[1] ?? NONE;
    known.set(metric, sources);
  }
  return sources;
};
export const KERNEL_LOG_SOURCES = /dmesg|kernel|journal/;
