import type { MetricId } from '@fleetscope/contracts';
import { tidy } from '../core/numbers';
import type { Place, Sink } from '../core/sink';

/** Shares of CPU time as a tool prints them; null or left out where it doesn't. */
export interface CpuPercent {
  readonly user?: number | null;
  readonly nice?: number | null;
  readonly system?: number | null;
  readonly iowait?: number | null;
  readonly steal?: number | null;
  readonly irq?: number | null;
  readonly softirq?: number | null;
  readonly guest?: number | null;
  readonly guestNice?: number | null;
  readonly idle?: number | null;
}

const plus = (a: number | null | undefined, b: number | null | undefined): number | null =>
  a === null || a === undefined ? null : tidy(a + (b ?? 0));

/**
 * Emits the cpu.* metrics of one CPU. Utilization is what is neither idle nor waiting for I/O nor stolen. An offline CPU is
 * printed as a row of zeros: all its values are unknown, not 0 (its "utilization" would be 100).
 */
export const sampleCpu = (sink: Sink, instance: string, cpu: CpuPercent, place: Place): void => {
  const values = Object.values(cpu) as (number | null | undefined)[];
  const offline = !values.some((value) => typeof value === 'number' && value !== 0);
  const emit = (metric: MetricId, value: number | null | undefined): void => {
    if (value !== undefined) sink.sample(metric, instance, offline ? null : value, place);
  };
  const { idle, iowait, steal } = cpu;
  const known = typeof idle === 'number';
  emit('cpu.utilization', known ? Math.max(0, tidy(100 - idle - (iowait ?? 0) - (steal ?? 0))) : null);
  emit('cpu.user', plus(cpu.user, cpu.nice));
  emit('cpu.system', cpu.system);
  emit('cpu.iowait', iowait);
  emit('cpu.steal', steal);
  emit('cpu.irq', cpu.irq);
  emit('cpu.softirq', cpu.softirq);
  emit('cpu.guest', cpu.guest === undefined ? undefined : plus(cpu.guest, cpu.guestNice));
  emit('cpu.idle', idle);
};
