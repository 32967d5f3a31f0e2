import { type MetricId } from '@fleetscope/contracts';
import { collect } from '../collect';
import { type EvidenceIndex } from '../evidence-index';
import { formatList, formatNumber } from '../format';
import { spanOf } from '../judge';
import { busiestOnCpu } from '../processes';
import { evidenceOf, isSustained, meanOf, type Reading, type Sample } from '../reading';
import { defineRule } from '../rule';
import { lowerMedian, median } from '../statistics';
import { percent } from '../thresholds';

const KINDS: readonly (readonly [MetricId, string])[] = [
  ['cpu.user', 'usr'],
  ['cpu.system', 'sys'],
  ['cpu.softirq', 'soft'],
  ['cpu.irq', 'irq'],
];

/** What the CPU does most of the time: user code, the kernel, software or hardware interrupts. */
const pinnedBy = (evidence: EvidenceIndex, cpu: string): { name: string; value: number } | null => {
  const kinds = collect(KINDS, ([metric, name]) => {
    const reading = evidence.reading(metric, cpu);
    const value = reading && meanOf(reading);
    return value === null ? null : { name, value };
  });
  return kinds.sort((a, b) => b.value - a.value)[0] ?? null;
};

/** One sample of the window over all CPUs. */
interface Row {
  /** The median CPU, one that was measured. */
  readonly middle: number;
  readonly busiest: number;
  /** CPUs that are full while the median one is not: positions in the readings. */
  readonly full: readonly number[];
}

/** CPUs that went off-line have no value in a row. */
const rowsOf = (readings: readonly Reading[], { busy, over }: { busy: number; over: number }): Row[] => {
  const length = Math.max(0, ...readings.map(({ values }) => values.length));
  return Array.from({ length }, (_, at) => {
    const values = collect(readings, (reading) => reading.values[at]);
    const middle = lowerMedian(values) ?? 0;
    const full: number[] = [];
    readings.forEach((reading, cpu) => {
      const value = reading.values[at];
      if (value !== undefined && value >= busy && value - middle >= over) full.push(cpu);
    });
    return { middle, busiest: Math.max(...values), full };
  });
};

/** The samples of one CPU in which it was full. */
const samplesOf = (rows: readonly Row[], reading: Reading, cpu: number): Sample[] =>
  collect(rows, ({ full }, at) => (full.includes(cpu) ? reading.samples[at] : null));

export const cpuImbalanceRule = defineRule({
  id: 'cpu-imbalance',
  version: 1,
  title: 'One CPU busy while the others idle',
  headline: 'One CPU is full while others idle',
  resource: 'cpu',
  aspect: 'saturation',
  metrics: ['cpu.utilization', 'cpu.user', 'cpu.system', 'cpu.softirq', 'cpu.irq'],
  thresholds: { busy: percent(95), over: percent(50) },
  why: 'One thread or one interrupt is the limit: more cores will not help.',
  next: 'cpu-profile',
  evaluate: ({ evidence, limits }, judge) => {
    const readings = collect(evidence.instances('cpu.utilization'), (cpu) =>
      /^\d+$/.test(cpu) ? evidence.reading('cpu.utilization', cpu) : null,
    );
    if (evidence.cpus() === 1) return [judge.ok({ metric: 'cpu.utilization', label: 'one CPU' })];
    if (readings.length < 2)
      return [
        judge.unknown(`no values of the single CPUs: ${evidence.missing('cpu.utilization', '0')}`, 'cpu.utilization'),
      ];
    const rows = rowsOf(readings, limits);
    const middleOf = median(rows.map(({ middle }) => middle)) ?? 0;
    const threshold = Math.max(limits.busy, middleOf + limits.over);
    const full = collect(readings, (reading, at) => {
      const crossed = samplesOf(rows, reading, at);
      if (!isSustained(crossed.length, rows.length)) return null;
      const value = median(crossed.map((sample) => sample.value)) ?? 0;
      const cpu = reading.instance ?? '';
      const kind = pinnedBy(evidence, cpu);
      const top = busiestOnCpu(evidence, cpu);
      const does = kind ? `, mostly ${kind.name} (${formatNumber(kind.value)} %)` : '';
      const who = top ? `; ${top.text} is the top of it` : '';
      return judge.finding({
        severity: 'warn',
        instance: cpu,
        metric: 'cpu.utilization',
        value,
        threshold,
        label: `cpu${cpu} ${formatNumber(value)} %${kind ? ` ${kind.name}` : ''}`,
        text: `cpu${cpu} is ${formatNumber(value)} % busy ${spanOf(crossed.length, rows.length)}${does} while the median CPU is at ${formatNumber(middleOf)} %${who}.`,
        evidence: [evidenceOf(reading, crossed), ...(top ? [top.evidence] : [])],
        next: kind?.name === 'soft' || kind?.name === 'irq' ? 'network-stack' : undefined,
      });
    });
    if (full.length > 0) return full;
    const moving = rows.filter((row) => row.full.length > 0);
    const busiest = median(rows.map((row) => row.busiest)) ?? 0;
    const said = { metric: 'cpu.utilization', value: busiest, threshold } as const;
    if (!isSustained(moving.length, rows.length))
      return [
        judge.ok(said, { label: `busiest ${formatNumber(busiest)} %`, evidence: readings.map((r) => evidenceOf(r)) }),
      ];
    const names = [...new Set(moving.flatMap((row) => row.full))].map((cpu) => `cpu${readings[cpu]?.instance ?? ''}`);
    return [
      judge.finding(said, {
        severity: 'warn',
        label: `one CPU ${formatNumber(busiest)} %`,
        text: `One CPU at a time is ${formatNumber(busiest)} % busy ${spanOf(moving.length, rows.length)}, moving between ${formatList(names)}, while the median CPU is at ${formatNumber(middleOf)} %: a single thread is the limit.`,
        evidence: readings.map((reading, cpu) => evidenceOf(reading, samplesOf(rows, reading, cpu))),
      }),
    ];
  },
});
