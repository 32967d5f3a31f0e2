import { collect } from '../collect';
import { countOf, grewIn } from '../counters';
import { formatCount, formatNumber } from '../format';
import { interfacesOf } from '../interfaces';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';

const COUNTERS = [
  ['network.rx_errors', 'receive errors', 'rx errors'],
  ['network.tx_errors', 'transmit errors', 'tx errors'],
  ['network.collisions', 'collisions', 'collisions'],
] as const;

export const netErrorsRule = defineRule({
  id: 'net-errors',
  version: 1,
  title: 'Errors of network interfaces',
  headline: 'Network interfaces report errors',
  resource: 'network',
  aspect: 'errors',
  metrics: ['network.rx_errors', 'network.tx_errors', 'network.collisions'],
  thresholds: {},
  why: 'Cable, optics or duplex: frames arrive broken.',
  next: 'network-stack',
  evaluate: ({ evidence }, judge) => {
    const names = interfacesOf(evidence, ['network.rx_errors', 'network.tx_errors']);
    if (names.length === 0) return [judge.missing('network.rx_errors')];
    return names.map((name) => {
      const counts = collect(COUNTERS, ([metric, words, label]) => {
        const told = countOf(evidence, metric, name);
        return told && { told, words, label };
      }).sort((a, b) => b.told.count - a.told.count);
      const most = counts[0];
      if (!most) return judge.missing('network.rx_errors', name);
      const worst = most.told;
      const said = {
        instance: name,
        metric: worst.metric,
        value: worst.count,
        unit: '1',
        threshold: 0,
        label: worst.count > 0 ? `${name} ${most.label} ${formatCount(worst.count)}` : `${name} no errors`,
      } as const;
      if (worst.count <= 0) return judge.ok(said, { evidence: counts.map(({ told }) => evidenceOf(told.reading)) });
      const grown = counts.filter(({ told }) => told.count > 0);
      const words = grown.map(({ told, words: what }) => `${formatNumber(told.count)} ${what}`).join(', ');
      return judge.finding(said, {
        severity: 'warn',
        text: `${name} counted ${words} in ${formatNumber(evidence.windowSeconds)} s.`,
        evidence: grown.map(({ told }) => grewIn(told)),
      });
    });
  },
});
