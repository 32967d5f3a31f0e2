import { type EvidenceRef } from '@fleetscope/contracts';
import { formatNumber, formatValue } from '../format';
import { found } from '../judge';
import { combineReadings, evidenceOf, lastOf, sustainedLevel, type Reading } from '../reading';
import { defineRule } from '../rule';
import { theilSen } from '../statistics';
import { count, percent } from '../thresholds';

/** Rising by Theil–Sen's slope and in most of the steps from sample to sample. */
const isGrowing = ({ samples }: Reading, minSamples: number): boolean => {
  if (samples.length < minSamples) return false;
  const slope = theilSen(samples.map(({ value }, i) => [i, value] as const))?.slope ?? 0;
  const rises = samples.filter(({ value }, i) => i > 0 && value > (samples[i - 1]?.value ?? value)).length;
  return slope > 0 && rises >= (samples.length - 1) * 0.6;
};

export const memDirtyRule = defineRule({
  id: 'mem-dirty',
  version: 1,
  title: 'Dirty pages',
  headline: 'Dirty pages pile up',
  resource: 'memory',
  aspect: 'saturation',
  metrics: ['memory.dirty', 'memory.writeback', 'memory.dirty_threshold', 'memory.dirty_background_threshold'],
  thresholds: { warn: percent(50), crit: percent(80), minSamples: count(3) },
  why: 'A flush will stall writers and fsync.',
  next: 'fsync-latency',
  evaluate: ({ evidence, limits, outcomesOf }, judge) => {
    const dirty = evidence.reading('memory.dirty');
    const bounds = (['memory.dirty_threshold', 'memory.dirty_background_threshold'] as const).map((metric) => {
      const reading = evidence.reading(metric);
      return { metric, reading, value: reading && lastOf(reading) };
    });
    const [limit, background] = bounds;
    if (!dirty) return [judge.missing('memory.dirty')];
    if (!limit?.value || !limit.reading) return [judge.missing('memory.dirty_threshold')];
    // The kernel holds dirty pages and those under writeback together against its threshold (mm/page-writeback.c).
    const [, writeback = null] = evidence.together(['memory.dirty', 'memory.writeback'], null) ?? [];
    const held = combineReadings(dirty, [writeback], (value, [flying = null]) => value + (flying ?? 0));
    const level = sustainedLevel(held, 'above');
    const now = lastOf(held);
    if (level === null || now === null) return [judge.unknown(`${dirty.step} printed too few numbers`, 'memory.dirty')];
    const share = (100 * level) / limit.value;
    const growing =
      background?.value !== null &&
      background !== undefined &&
      now > background.value &&
      isGrowing(held, limits.minSamples);
    const refs: EvidenceRef[] = [evidenceOf(held), evidenceOf(limit.reading)];
    const value = growing ? now : level;
    const shown = formatValue(value, 'B');
    const percentShown = `${formatNumber((100 * value) / limit.value)} %`;
    const said = {
      metric: 'memory.dirty',
      value,
      label: `dirty ${shown}`,
      evidence: refs,
    } as const;
    if (share <= limits.warn && !growing) return [judge.ok(said, { threshold: (limit.value * limits.warn) / 100 })];
    const slow = found(outcomesOf('disk-await'));
    const severity = share > limits.crit || slow ? 'crit' : 'warn';
    const bound = share > limits.crit ? limits.crit : share > limits.warn ? limits.warn : null;
    return [
      judge.finding(said, {
        severity,
        threshold: bound === null ? (background?.value ?? null) : (limit.value * bound) / 100,
        text: `${shown} wait to be written, ${percentShown} of the ${formatValue(limit.value, 'B')} at which writers stall${growing ? ', and growing' : ''}${slow ? ', on a disk that is slow already' : ''}.`,
      }),
    ];
  },
});
