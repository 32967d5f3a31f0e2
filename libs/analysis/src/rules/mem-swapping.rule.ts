import { formatValue } from '../format';
import { found } from '../judge';
import { evidenceOf, meanOf, sustainedLevel } from '../reading';
import { defineRule } from '../rule';

export const memSwappingRule = defineRule({
  id: 'mem-swapping',
  version: 1,
  title: 'Swapping',
  headline: 'Memory is swapped',
  resource: 'memory',
  aspect: 'saturation',
  metrics: ['memory.swap_in', 'memory.swap_out'],
  thresholds: {},
  why: 'Anonymous pages go to disk: every access to them waits for a read.',
  next: 'memory-growth',
  evaluate: ({ evidence, outcomesOf }, judge) => {
    const [into, out] = [evidence.reading('memory.swap_in'), evidence.reading('memory.swap_out')];
    if (!into) return [judge.missing('memory.swap_in')];
    if (!out) return [judge.missing('memory.swap_out')];
    const [levelIn, levelOut] = [sustainedLevel(into, 'above'), sustainedLevel(out, 'above')];
    if (levelIn === null) return [judge.unknown(`${into.step} printed too few numbers`, 'memory.swap_in')];
    if (levelOut === null) return [judge.unknown(`${out.step} printed too few numbers`, 'memory.swap_out')];
    const pressed = outcomesOf('mem-pressure');
    const both = levelIn > 0 && levelOut > 0;
    const [si, so] = [formatValue(meanOf(into) ?? 0, 'B/s'), formatValue(meanOf(out) ?? 0, 'B/s')];
    const said = { metric: 'memory.swap_out', value: meanOf(out), threshold: 0, label: `swap out ${so}` } as const;
    if (!both && !(levelOut > 0 && found(pressed)))
      return [judge.ok(said, { evidence: [evidenceOf(into), evidenceOf(out)] })];
    const moved = [into, out].map((reading) =>
      evidenceOf(
        reading,
        reading.samples.filter(({ value }) => value > 0),
      ),
    );
    return [
      judge.finding(said, {
        severity: 'warn',
        text: both
          ? `Memory goes to swap at ${so} and comes back at ${si}, all through the window.`
          : `Memory goes to swap at ${so} all through the window, and threads wait for memory.`,
        evidence: moved,
      }),
    ];
  },
});
