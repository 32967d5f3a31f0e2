import { type RuleOutcome } from '@fleetscope/contracts';
import { collect } from '../collect';
import { countOf } from '../counters';
import { formatCount, formatNumber, formatValue } from '../format';
import { interfacesOf } from '../interfaces';
import { spanOf, tooFew, type Judge } from '../judge';
import { combineReadings, evidenceOf, isSustained, meanOf, sustainedLevel, type Reading } from '../reading';
import { defineRule, type RuleContext } from '../rule';
import { count, percent } from '../thresholds';

const DIRECTIONS = [
  ['network.rx_drops', 'network.rx_packets', 'received'],
  ['network.tx_drops', 'network.tx_packets', 'to send'],
] as const;

type Context = RuleContext & { readonly limits: { readonly warn: number; readonly minDrops: number } };

const judgeInterface = ({ evidence, limits }: Context, judge: Judge, name: string): RuleOutcome => {
  const told = collect(DIRECTIONS, ([drops, packets, words]) => {
    const dropped = evidence.reading(drops, name);
    if (!dropped) return null;
    const passed =
      evidence.together([drops, packets], name)?.[1] ??
      evidence.candidates(packets, name).find((reading) => reading.values.length === dropped.values.length) ??
      null;
    return passed && { drops, words, dropped, passed };
  });
  if (told.length === 0)
    return evidence.reading('network.rx_drops', name)
      ? judge.missing('network.rx_packets', name)
      : judge.missing('network.rx_drops', name);
  const judged = told.map(({ drops, words, dropped, passed }) => {
    const ratio = combineReadings(dropped, [passed], (d, [p = null]) =>
      p === null ? null : d <= 0 ? 0 : (100 * d) / (d + p),
    );
    const crossed = ratio.samples.filter(({ value }) => value > limits.warn);
    const total = (meanOf(dropped) ?? 0) * evidence.windowSeconds;
    const all = total + (meanOf(passed) ?? 0) * evidence.windowSeconds;
    return {
      drops,
      words,
      ratio,
      crossed,
      total,
      all,
      bad: isSustained(crossed.length, ratio.total) && total >= limits.minDrops,
    };
  });
  const worst = judged.sort((a, b) => Number(b.bad) - Number(a.bad) || b.total - a.total)[0];
  if (!worst) return judge.missing('network.rx_drops', name);
  const value = worst.all > 0 ? (100 * worst.total) / worst.all : 0;
  const said = {
    instance: name,
    metric: worst.drops,
    value,
    unit: '%',
    threshold: limits.warn,
    label: worst.total > 0 ? `${name} drops ${formatCount(worst.total)}` : `${name} no drops`,
  } as const;
  if (!worst.bad) return judge.ok(said, { evidence: [evidenceOf(worst.ratio)] });
  return judge.finding(said, {
    severity: 'warn',
    text: `${name} dropped ${formatNumber(worst.total)} of ${formatNumber(Math.round(worst.all))} packets ${worst.words} (${formatValue(value, '%')}), ${spanOf(worst.crossed.length, worst.ratio.total)}.`,
    evidence: [evidenceOf(worst.ratio, worst.crossed)],
  });
};

/** Sum over the CPUs, sample by sample. */
const softnet = ({ evidence }: Context): Reading | null => {
  const whole = evidence.hostWide('network.softnet_dropped');
  if (whole) return whole;
  const [first, ...others] = collect(evidence.instances('network.softnet_dropped'), (cpu) =>
    evidence.reading('network.softnet_dropped', cpu),
  );
  if (!first) return null;
  return combineReadings(first, others, (value, more) => more.reduce<number>((sum, next) => sum + (next ?? 0), value));
};

const judgeSoftnet = (context: Context, judge: Judge): RuleOutcome => {
  const metric = 'network.softnet_dropped';
  const reading = softnet(context);
  if (!reading) return judge.missing(metric);
  const level = sustainedLevel(reading, 'above');
  if (level === null) return judge.unknown(tooFew(reading), metric);
  const total = (meanOf(reading) ?? 0) * context.evidence.windowSeconds;
  const squeezed = countOf(context.evidence, 'network.softnet_squeezed');
  const said = {
    metric,
    value: meanOf(reading),
    threshold: 0,
    label: total > 0 ? `softnet drops ${formatCount(total)}` : 'no softnet drops',
    evidence: [evidenceOf(reading, level > 0 ? reading.samples.filter(({ value }) => value > 0) : reading.samples)],
  } as const;
  if (level <= 0) return judge.ok(said);
  return judge.finding(said, {
    severity: 'warn',
    text: `${formatNumber(total)} packets were dropped all through the window because the backlog of a CPU was full${squeezed && squeezed.count > 0 ? `; ${formatNumber(squeezed.count)} times a CPU ran out of budget` : ''}.`,
  });
};

export const netDropsRule = defineRule({
  id: 'net-drops',
  version: 1,
  title: 'Dropped packets',
  headline: 'Packets are dropped on the host',
  resource: 'network',
  aspect: 'saturation',
  metrics: [
    'network.rx_drops',
    'network.tx_drops',
    'network.rx_packets',
    'network.tx_packets',
    'network.softnet_dropped',
    'network.softnet_squeezed',
  ],
  thresholds: { warn: percent(0.01), minDrops: count(10) },
  why: 'A ring, a backlog or a shaper overruns. A few drops (of unknown protocols) are normal.',
  next: 'network-stack',
  evaluate: (context, judge) => {
    const names = interfacesOf(context.evidence, ['network.rx_drops', 'network.tx_drops']);
    const interfaces = names.map((name) => judgeInterface(context, judge, name));
    return [...(names.length > 0 ? interfaces : [judge.missing('network.rx_drops')]), judgeSoftnet(context, judge)];
  },
});
