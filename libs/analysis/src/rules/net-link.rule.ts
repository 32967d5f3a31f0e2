import { type RuleOutcome } from '@fleetscope/contracts';
import { formatValue } from '../format';
import { isLoopback, linkFacts } from '../interfaces';
import { evidenceOf, lastOf } from '../reading';
import { defineRule } from '../rule';

export const netLinkRule = defineRule({
  id: 'net-link',
  version: 1,
  title: 'Negotiated link',
  headline: 'Links negotiated badly',
  resource: 'network',
  aspect: 'errors',
  metrics: ['network.link_speed'],
  thresholds: {},
  why: 'Negotiation failed: half duplex collides, a slower link fills.',
  next: null,
  evaluate: ({ evidence, peerLinkSpeeds }, judge) => {
    const duplexes = linkFacts(evidence, 'duplex').filter(({ name }) => !isLoopback(name));
    const known = duplexes.filter(({ value }) => /^(half|full)$/i.test(String(value)));
    const slower = evidence.instances('network.link_speed').flatMap((name): RuleOutcome[] => {
      const reading = evidence.reading('network.link_speed', name);
      const speed = reading && lastOf(reading);
      const usual = peerLinkSpeeds[name];
      if (!reading || speed === null || speed <= 0 || usual === undefined || speed >= usual) return [];
      const [mine, theirs] = [formatValue(speed, 'bit/s'), formatValue(usual, 'bit/s')];
      return [
        judge.finding({
          severity: 'warn',
          instance: name,
          metric: 'network.link_speed',
          value: speed,
          threshold: usual,
          label: `${name} ${mine}`,
          text: `${name} runs at ${mine} while its peers run at ${theirs}.`,
          evidence: [evidenceOf(reading)],
        }),
      ];
    });
    if (known.length === 0 && slower.length === 0) {
      const said = duplexes.length > 0 ? 'the links do not tell their duplex' : 'no step reported the duplex of a link';
      return [judge.unknown(said)];
    }
    const judged = known.map(({ name, value, step }) => {
      const label = `${name} ${String(value).toLowerCase()} duplex`;
      const evidenceRefs = [{ step, lines: [] }];
      if (/^full$/i.test(String(value))) return judge.ok({ instance: name, label, evidence: evidenceRefs });
      return judge.finding({
        severity: 'warn',
        instance: name,
        label,
        text: `${name} negotiated half duplex.`,
        evidence: evidenceRefs,
      });
    });
    return [...judged, ...slower];
  },
});
