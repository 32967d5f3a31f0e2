import { formatList } from '../format';
import { isFinding } from '../judge';
import { defineRule } from '../rule';

export const writebackBurstRule = defineRule({
  id: 'writeback-burst',
  version: 1,
  title: 'Burst of writeback',
  headline: 'A flush of dirty pages stalls the disk',
  resource: 'disk',
  aspect: 'saturation',
  metrics: ['memory.dirty', 'disk.await'],
  thresholds: {},
  why: 'Many dirty pages are written at once on a disk that cannot take them: fsync waits behind them ("p99 rises every 5 minutes").',
  next: 'fsync-latency',
  evaluate: ({ outcomesOf }, judge) => {
    const [dirty, slow] = [outcomesOf('mem-dirty'), outcomesOf('disk-await')];
    const [pages, disks] = [dirty.filter(isFinding), slow.filter(isFinding)];
    const [page, disk] = [pages[0], disks[0]];
    if (page && disk)
      return [
        judge.finding({
          severity: 'warn',
          instance: disk.instance,
          metric: disk.metric,
          value: disk.value,
          threshold: disk.threshold,
          label: `${page.label}, ${disk.label}`,
          text: `Dirty pages pile up (${page.label}) while ${formatList(disks.map((d) => `${d.instance ?? 'the disk'} has ${d.label}`))}: a flush stalls the disk.`,
          evidence: [...page.evidence, ...disk.evidence],
        }),
      ];
    // One of the two that is known to be fine rules the burst out.
    const fine = [dirty, slow].some((outcomes) => outcomes.length > 0 && outcomes.every((o) => o.outcome === 'ok'));
    const unknown = [...dirty, ...slow].find((o) => o.outcome === 'unknown');
    if (!fine && unknown?.outcome === 'unknown') return [judge.unknown(unknown.reason, unknown.metric)];
    return [judge.ok({ label: 'no burst' })];
  },
});
