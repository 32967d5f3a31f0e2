import { type MetricId } from '@fleetscope/contracts';
import { type EvidenceIndex } from '../evidence-index';
import { formatList, formatNumber } from '../format';
import { spanOf } from '../judge';
import { busiestOnCpu } from '../processes';
import { evidenceOf, isSustained, meanOf, mergeEvidence, type Reading, type Sample } from '../reading';
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
  const kinds = KINDS.flatMap(([metric, name]) => {
    const reading = evidence.reading(metric, cpu);
    const value = reading && meanOf(reading);
    return value === null ? [] : [{ name, value }];
  });
  return kinds.sort((a, b) => b.value - a.value)[0] ?? null;
};

interface Busy {
  readonly reading: Reading;
  readonly sample: Sample;
}

/** Per sample of the window: every CPU's value. CPUs that went off-line have none. */
const byPosition = (readings: readonly Reading[]): Busy[][] => {
  const length = Math.max(0, ...readings.map((reading) => reading.samples.length));
  return Array.from({ length }, (_, i) =>
    readings.flatMap((reading) => {
      const sample = reading.samples[i];
      return sample ? [{ reading, sample }] : [];
    }),
  );
};

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
    const readings = evidence
      .instances('cpu.utilization')
      .filter((cpu) => /^\d+$/.test(cpu))
      .flatMap((cpu) => evidence.reading('cpu.utilization', cpu) ?? []);
    if (evidence.cpus() === 1) return [judge.ok({ metric: 'cpu.utilization', label: 'one CPU' })];
    if (readings.length < 2)
      return [
        judge.unknown(`no values of the single CPUs: ${evidence.missing('cpu.utilization', '0')}`, 'cpu.utilization'),
      ];
    const rows = byPosition(readings);
    const crossings = rows.map((row) => {
      const middle = lowerMedian(row.map(({ sample }) => sample.value)) ?? 0;
      return row.filter(({ sample }) => sample.value >= limits.busy && sample.value - middle >= limits.over);
    });
    const middleOf = median(rows.map((row) => lowerMedian(row.map(({ sample }) => sample.value)) ?? 0)) ?? 0;
    const threshold = Math.max(limits.busy, middleOf + limits.over);
    const full = readings.flatMap((reading) => {
      const crossed = crossings.flatMap((row) => row.filter((busy) => busy.reading === reading));
      if (!isSustained(crossed.length, rows.length)) return [];
      const value = median(crossed.map(({ sample }) => sample.value)) ?? 0;
      const cpu = reading.instance ?? '';
      const kind = pinnedBy(evidence, cpu);
      const top = busiestOnCpu(evidence, cpu);
      const does = kind ? `, mostly ${kind.name} (${formatNumber(kind.value)} %)` : '';
      const who = top ? `; ${top.text} is the top of it` : '';
      return [
        judge.finding({
          severity: 'warn',
          instance: cpu,
          metric: 'cpu.utilization',
          value,
          threshold,
          label: `cpu${cpu} ${formatNumber(value)} %${kind ? ` ${kind.name}` : ''}`,
          text: `cpu${cpu} is ${formatNumber(value)} % busy ${spanOf(crossed.length, rows.length)}${does} while the median CPU is at ${formatNumber(middleOf)} %${who}.`,
          evidence: [
            evidenceOf(
              reading,
              crossed.map(({ sample }) => sample),
            ),
            ...(top ? [top.evidence] : []),
          ],
          next: kind?.name === 'soft' || kind?.name === 'irq' ? 'network-stack' : undefined,
        }),
      ];
    });
    if (full.length > 0) return full;
    const moving = crossings.filter((row) => row.length > 0);
    const busiest = median(rows.map((row) => Math.max(...row.map(({ sample }) => sample.value)))) ?? 0;
    const said = { metric: 'cpu.utilization', value: busiest, threshold } as const;
    if (!isSustained(moving.length, rows.length))
      return [
        judge.ok({
          ...said,
          label: `busiest ${formatNumber(busiest)} %`,
          evidence: readings.map((r) => evidenceOf(r)),
        }),
      ];
    const names = [...new Set(moving.flat().map(({ reading }) => `cpu${reading.instance ?? ''}`))];
    return [
      judge.finding({
        ...said,
        severity: 'warn',
        label: `one CPU ${formatNumber(busiest)} %`,
        text: `One CPU at a time is ${formatNumber(busiest)} % busy ${spanOf(moving.length, rows.length)}, moving between ${formatList(names)}, while the median CPU is at ${formatNumber(middleOf)} %: a single thread is the limit.`,
        evidence: mergeEvidence(moving.flat().map(({ reading, sample }) => evidenceOf(reading, [sample]))),
      }),
    ];
  },
});
