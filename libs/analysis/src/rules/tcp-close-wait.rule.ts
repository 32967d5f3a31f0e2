import { formatNumber } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { count } from '../thresholds';

export const tcpCloseWaitRule = defineRule({
  id: 'tcp-close-wait',
  version: 1,
  title: 'Sockets in CLOSE-WAIT',
  headline: 'Applications do not close their sockets',
  resource: 'tcp',
  aspect: 'saturation',
  metrics: ['tcp.sockets_close_wait'],
  thresholds: { warn: count(100) },
  why: 'The peer has closed and the application has not: descriptors leak.',
  next: 'sockets',
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'tcp.sockets_close_wait';
    const instances = evidence.reading(metric) ? [null] : evidence.instances(metric);
    if (instances.length === 0) return [judge.missing(metric)];
    return instances.map((instance) => {
      const reading = evidence.reading(metric, instance);
      const [first, last] = [reading?.samples[0]?.value, reading?.samples[reading.samples.length - 1]?.value];
      if (!reading || first === undefined || last === undefined) return judge.missing(metric, instance);
      const said = {
        instance,
        metric,
        value: last,
        threshold: limits.warn,
        label: `close-wait ${formatNumber(last)}`,
        evidence: [evidenceOf(reading)],
      } as const;
      if (last <= limits.warn || last < first) return judge.ok(said);
      const trend =
        reading.samples.length < 2
          ? ' (seen once, so whether it falls is not known)'
          : last > first
            ? ', rising'
            : ', not falling';
      return judge.finding(said, {
        severity: 'warn',
        text: `${formatNumber(last)} sockets${instance === null ? '' : ` of ${instance}`} are in CLOSE-WAIT${trend}: their peers have closed, the application has not.`,
      });
    });
  },
});
