import { type RuleOutcome } from '@fleetscope/contracts';
import { formatValue } from '../format';
import { interfacesOf, isLoopback } from '../interfaces';
import { type Judge } from '../judge';
import { combineReadings, lastOf, meanOf, type Reading } from '../reading';
import { defineRule, type RuleContext } from '../rule';
import { percent } from '../thresholds';

/** Bytes against the link's speed, both directions apart: a full-duplex link is full when one of them is. */
const computed = ({ evidence }: RuleContext, name: string, speed: number): Reading | null => {
  const [received = null, sent = null] =
    evidence.together(['network.rx_throughput', 'network.tx_throughput'], name) ?? [];
  if (!received || !sent) return null;
  const busier = combineReadings(received, [sent], (rx, [tx = null]) =>
    tx === null ? null : (800 * Math.max(rx, tx)) / speed,
  );
  return busier.as('network.utilization');
};

const judgeInterface = (
  context: RuleContext & { readonly limits: { readonly warn: number; readonly crit: number } },
  judge: Judge,
  name: string,
): RuleOutcome => {
  const { evidence, limits } = context;
  const speedReading = evidence.reading('network.link_speed', name);
  const speed = speedReading && lastOf(speedReading);
  const metric = 'network.utilization';
  const noSpeed = `the link speed of ${name} is not known: it is virtual, down, or does not tell`;
  if (speed !== null && speed <= 0) return judge.unknown(noSpeed, metric, name);
  const told = evidence.reading(metric, name);
  const reading = (speed !== null ? computed(context, name, speed) : null) ?? told;
  if (!reading) return judge.unknown(speed === null ? noSpeed : evidence.missing(metric, name), metric, name);
  if (speed === null && reading.samples.every(({ value }) => value === 0)) {
    // sar prints 0.00 under %ifutil where it could not read the speed: bytes that flow at 0 % are no measurement.
    const flows = (['network.rx_throughput', 'network.tx_throughput'] as const).some((m) => {
      const bytes = evidence.reading(m, name);
      return bytes !== null && (meanOf(bytes) ?? 0) > 0;
    });
    if (flows) return judge.unknown(noSpeed, metric, name);
  }
  return judge.level({
    metric,
    instance: name,
    reading,
    limits,
    label: ({ shown }) => `${name} ${shown}`,
    text: ({ shown, span }) =>
      `${name} carries at least ${shown} of its link speed${speed === null ? '' : ` of ${formatValue(speed, 'bit/s')}`} in one direction, ${span}.`,
  });
};

export const netUtilizationRule = defineRule({
  id: 'net-utilization',
  version: 1,
  title: 'Network throughput against link speed',
  headline: 'Network links are nearly full',
  resource: 'network',
  aspect: 'utilization',
  metrics: ['network.utilization', 'network.rx_throughput', 'network.tx_throughput', 'network.link_speed'],
  thresholds: { warn: percent(70), crit: percent(90) },
  why: 'Bursts shorter than a sample fill it already; a busy link without drops may still be fine.',
  next: 'network-stack',
  evaluate: (context, judge) => {
    const names = interfacesOf(context.evidence, ['network.utilization', 'network.rx_throughput']).filter(
      (name) => !isLoopback(name),
    );
    if (names.length === 0) return [judge.missing('network.utilization')];
    return names.map((name) => judgeInterface(context, judge, name));
  },
});
