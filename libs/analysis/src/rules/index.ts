import { type Rule } from '../rule';
import { busErrorsRule } from './bus-errors.rule';
import { cpuImbalanceRule } from './cpu-imbalance.rule';
import { cpuIowaitRule } from './cpu-iowait.rule';
import { cpuLoadRule } from './cpu-load.rule';
import { cpuPressureRule } from './cpu-pressure.rule';
import { cpuRtStarvationRule } from './cpu-rt-starvation.rule';
import { cpuRunqueueRule } from './cpu-runqueue.rule';
import { cpuSoftirqRule } from './cpu-softirq.rule';
import { cpuStealRule } from './cpu-steal.rule';
import { cpuSwitchesRule } from './cpu-switches.rule';
import { cpuSystemRule } from './cpu-system.rule';
import { cpuThrottledRule } from './cpu-throttled.rule';
import { cpuUtilizationRule } from './cpu-utilization.rule';
import { diskAwaitRule } from './disk-await.rule';
import { diskErrorsRule } from './disk-errors.rule';
import { diskPressureRule } from './disk-pressure.rule';
import { diskQueueRule } from './disk-queue.rule';
import { diskUtilizationRule } from './disk-utilization.rule';
import { fdHostRule } from './fd-host.rule';
import { fsInodesRule } from './fs-inodes.rule';
import { fsSpaceRule } from './fs-space.rule';
import { memAllocFailuresRule } from './mem-alloc-failures.rule';
import { memAvailableRule } from './mem-available.rule';
import { memDirtyRule } from './mem-dirty.rule';
import { memMajorFaultsRule } from './mem-major-faults.rule';
import { memOomRule } from './mem-oom.rule';
import { memPressureRule } from './mem-pressure.rule';
import { memReclaimRule } from './mem-reclaim.rule';
import { memSwappingRule } from './mem-swapping.rule';
import { netConntrackRule } from './net-conntrack.rule';
import { netDropsRule } from './net-drops.rule';
import { netErrorsRule } from './net-errors.rule';
import { netLinkRule } from './net-link.rule';
import { netUtilizationRule } from './net-utilization.rule';
import { recentChangeRule } from './recent-change.rule';
import { taskLimitsRule } from './task-limits.rule';
import { tcpCloseWaitRule } from './tcp-close-wait.rule';
import { tcpListenOverflowsRule } from './tcp-listen-overflows.rule';
import { tcpMemoryRule } from './tcp-memory.rule';
import { tcpResetsRule } from './tcp-resets.rule';
import { tcpRetransmitsRule } from './tcp-retransmits.rule';
import { tcpSynDropsRule } from './tcp-syn-drops.rule';
import { udpErrorsRule } from './udp-errors.rule';
import { writebackBurstRule } from './writeback-burst.rule';

/** Every rule; a new one is its file, its page in docs/findings and a line here. */
export const RULES: readonly Rule[] = [
  busErrorsRule,
  cpuImbalanceRule,
  cpuIowaitRule,
  cpuLoadRule,
  cpuPressureRule,
  cpuRtStarvationRule,
  cpuRunqueueRule,
  cpuSoftirqRule,
  cpuStealRule,
  cpuSwitchesRule,
  cpuSystemRule,
  cpuThrottledRule,
  cpuUtilizationRule,
  diskAwaitRule,
  diskErrorsRule,
  diskPressureRule,
  diskQueueRule,
  diskUtilizationRule,
  fdHostRule,
  fsInodesRule,
  fsSpaceRule,
  memAllocFailuresRule,
  memAvailableRule,
  memDirtyRule,
  memMajorFaultsRule,
  memOomRule,
  memPressureRule,
  memReclaimRule,
  memSwappingRule,
  netConntrackRule,
  netDropsRule,
  netErrorsRule,
  netLinkRule,
  netUtilizationRule,
  recentChangeRule,
  taskLimitsRule,
  tcpCloseWaitRule,
  tcpListenOverflowsRule,
  tcpMemoryRule,
  tcpResetsRule,
  tcpRetransmitsRule,
  tcpSynDropsRule,
  udpErrorsRule,
  writebackBurstRule,
];

const BY_ID: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.id, rule]));

export const ruleOf = (id: string): Rule | null => BY_ID.get(id) ?? null;
