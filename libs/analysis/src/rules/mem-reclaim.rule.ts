import { formatValue } from '../format';
import { found } from '../judge';
import { evidenceOf, meanOf, sustainedLevel, type Reading } from '../reading';
import { defineRule } from '../rule';
import { count } from '../thresholds';

export const memReclaimRule = defineRule({
  id: 'mem-reclaim',
  version: 1,
  title: 'Page reclaim',
  headline: 'Memory has to be reclaimed',
  resource: 'memory',
  aspect: 'saturation',
  metrics: ['memory.scan_direct', 'memory.scan_kswapd'],
  thresholds: { minSamples: count(3) },
  why: 'Direct reclaim stalls the allocating thread; kswapd alone is normal.',
  next: 'memory-growth',
  evaluate: ({ evidence, limits, outcomesOf }, judge) => {
    const direct = evidence.reading('memory.scan_direct');
    const kswapd = evidence.reading('memory.scan_kswapd');
    if (!direct) return [judge.missing('memory.scan_direct')];
    const sustained = (reading: Reading | null): boolean =>
      reading !== null && (sustainedLevel(reading, 'above') ?? 0) > 0;
    const pressed = found(outcomesOf('mem-pressure'));
    const rate = formatValue(meanOf(direct) ?? 0, '1/s');
    const positive = (reading: Reading) =>
      evidenceOf(
        reading,
        reading.samples.filter(({ value }) => value > 0),
      );
    const said = { metric: 'memory.scan_direct', value: meanOf(direct), threshold: 0 } as const;
    if (sustained(direct)) {
      // One sum over the window can't tell a stall all through it from a burst: pressure has to agree.
      const told = direct.total >= limits.minSamples || pressed;
      return [
        judge.finding(said, {
          severity: told ? 'crit' : 'warn',
          label: `direct reclaim ${rate}`,
          text: `Allocating threads scan ${rate} pages for memory themselves (direct reclaim)${told ? '' : '; one sum over the window does not tell how long'}.`,
          evidence: [positive(direct)],
        }),
      ];
    }
    if (kswapd && sustained(kswapd) && pressed) {
      const scan = formatValue(meanOf(kswapd) ?? 0, '1/s');
      return [
        judge.finding({
          metric: 'memory.scan_kswapd',
          value: meanOf(kswapd),
          threshold: 0,
          severity: 'warn',
          label: `kswapd ${scan}`,
          text: `kswapd scans ${scan} pages all through the window while threads wait for memory.`,
          evidence: [positive(kswapd)],
        }),
      ];
    }
    if (sustainedLevel(direct, 'above') === null)
      return [judge.unknown(`${direct.step} printed too few numbers`, 'memory.scan_direct')];
    return [judge.ok(said, { label: `direct reclaim ${rate}`, evidence: [evidenceOf(direct)] })];
  },
});
