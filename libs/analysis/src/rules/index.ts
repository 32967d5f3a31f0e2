import { type Rule } from '../rule';
import { busErrorsRule } from './bus-errors.rule';
import { cgroupCpuRule } from './cgroup-cpu.rule';
import { cgroupIoRule } from './cgroup-io.rule';
import { cgroupMemoryRule } from './cgroup-memory.rule';
import { cpuImbalanceRule } from './cpu-imbalance.rule';
import { cpuIowaitRule } from './cpu-iowait.rule';
import { cpuIpcRule } from './cpu-ipc.rule';
import { cpuLoadRule } from './cpu-load.rule';
import { cpuMigrationsRule } from './cpu-migrations.rule';
import { cpuMissesRule } from './cpu-misses.rule';
import { cpuPressureRule } from './cpu-pressure.rule';
import { cpuRtStarvationRule } from './cpu-rt-starvation.rule';
import { cpuRunqLatencyRule } from './cpu-runq-latency.rule';
import { cpuRunqueueRule } from './cpu-runqueue.rule';
import { cpuSoftirqRule } from './cpu-softirq.rule';
import { cpuStealRule } from './cpu-steal.rule';
import { cpuSwitchesRule } from './cpu-switches.rule';
import { cpuSystemRule } from './cpu-system.rule';
import { cpuThrottledRule } from './cpu-throttled.rule';
import { cpuUtilizationRule } from './cpu-utilization.rule';
import { diskAwaitRule } from './disk-await.rule';
import { diskErrorsRule } from './disk-errors.rule';
import { diskIopsRule } from './disk-iops.rule';
import { diskLatencyModesRule } from './disk-latency-modes.rule';
import { diskLatencySplitRule } from './disk-latency-split.rule';
import { diskPressureRule } from './disk-pressure.rule';
import { diskQueueRule } from './disk-queue.rule';
import { diskUtilizationRule } from './disk-utilization.rule';
import { fdHostRule } from './fd-host.rule';
import { fdProcessRule } from './fd-process.rule';
import { fsInodesRule } from './fs-inodes.rule';
import { fsMountsRule } from './fs-mounts.rule';
import { fsSpaceRule } from './fs-space.rule';
import { fsyncLatencyRule } from './fsync-latency.rule';
import { hostToolingRule } from './host-tooling.rule';
import { lockContentionRule } from './lock-contention.rule';
import { memAllocFailuresRule } from './mem-alloc-failures.rule';
import { memAvailableRule } from './mem-available.rule';
import { memCacheHitRule } from './mem-cache-hit.rule';
import { memDirtyRule } from './mem-dirty.rule';
import { memGrowthRule } from './mem-growth.rule';
import { memMajorFaultsRule } from './mem-major-faults.rule';
import { memOomRule } from './mem-oom.rule';
import { memOomCandidatesRule } from './mem-oom-candidates.rule';
import { memPressureRule } from './mem-pressure.rule';
import { memReclaimRule } from './mem-reclaim.rule';
import { memSlabRule } from './mem-slab.rule';
import { memSwappingRule } from './mem-swapping.rule';
import { memWatermarksRule } from './mem-watermarks.rule';
import { netConntrackRule } from './net-conntrack.rule';
import { netDropsRule } from './net-drops.rule';
import { netErrorsRule } from './net-errors.rule';
import { netLinkRule } from './net-link.rule';
import { netPathRule } from './net-path.rule';
import { netSysctlRule } from './net-sysctl.rule';
import { netUtilizationRule } from './net-utilization.rule';
import { numaLocalityRule } from './numa-locality.rule';
import { recentChangeRule } from './recent-change.rule';
import { redDurationRule } from './red-duration.rule';
import { redErrorsRule } from './red-errors.rule';
import { redRateRule } from './red-rate.rule';
import { taskLimitsRule } from './task-limits.rule';
import { tcpCloseWaitRule } from './tcp-close-wait.rule';
import { tcpListenOverflowsRule } from './tcp-listen-overflows.rule';
import { tcpMemoryRule } from './tcp-memory.rule';
import { tcpPathRule } from './tcp-path.rule';
import { tcpResetsRule } from './tcp-resets.rule';
import { tcpRetransmitsRule } from './tcp-retransmits.rule';
import { tcpSynDropsRule } from './tcp-syn-drops.rule';
import { tcpTimeWaitRule } from './tcp-time-wait.rule';
import { threadPoolRule } from './thread-pool.rule';
import { udpErrorsRule } from './udp-errors.rule';
import { writebackBurstRule } from './writeback-burst.rule';

/** Every rule; a new one is its file, its page in docs/findings and a line here. */
export const RULES: readonly Rule[] = [
  busErrorsRule,
  cgroupCpuRule,
  cgroupIoRule,
  cgroupMemoryRule,
  cpuImbalanceRule,
  cpuIowaitRule,
  cpuIpcRule,
  cpuLoadRule,
  cpuMigrationsRule,
  cpuMissesRule,
  cpuPressureRule,
  cpuRtStarvationRule,
  cpuRunqLatencyRule,
  cpuRunqueueRule,
  cpuSoftirqRule,
  cpuStealRule,
  cpuSwitchesRule,
  cpuSystemRule,
  cpuThrottledRule,
  cpuUtilizationRule,
  diskAwaitRule,
  diskErrorsRule,
  diskIopsRule,
  diskLatencyModesRule,
  diskLatencySplitRule,
  diskPressureRule,
  diskQueueRule,
  diskUtilizationRule,
  fdHostRule,
  fdProcessRule,
  fsInodesRule,
  fsMountsRule,
  fsSpaceRule,
  fsyncLatencyRule,
  hostToolingRule,
  lockContentionRule,
  memAllocFailuresRule,
  memAvailableRule,
  memCacheHitRule,
  memDirtyRule,
  memGrowthRule,
  memMajorFaultsRule,
  memOomRule,
  memOomCandidatesRule,
  memPressureRule,
  memReclaimRule,
  memSlabRule,
  memSwappingRule,
  memWatermarksRule,
  netConntrackRule,
  netDropsRule,
  netErrorsRule,
  netLinkRule,
  netPathRule,
  netSysctlRule,
  netUtilizationRule,
  numaLocalityRule,
  recentChangeRule,
  redDurationRule,
  redErrorsRule,
  redRateRule,
  taskLimitsRule,
  tcpCloseWaitRule,
  tcpListenOverflowsRule,
  tcpMemoryRule,
  tcpPathRule,
  tcpResetsRule,
  tcpRetransmitsRule,
  tcpSynDropsRule,
  tcpTimeWaitRule,
  threadPoolRule,
  udpErrorsRule,
  writebackBurstRule,
];

const BY_ID: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.id, rule]));

export const ruleOf = (id: string): Rule | null => BY_ID.get(id) ?? null;
