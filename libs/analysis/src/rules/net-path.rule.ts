import { type RuleOutcome } from '@fleetscope/contracts';
import { formatBeside, formatValue } from '../format';
import { evidenceOf } from '../reading';
import { defineRule } from '../rule';
import { milliseconds, percent } from '../thresholds';

export const netPathRule = defineRule({
  id: 'net-path',
  version: 1,
  title: 'Loss and jitter on a path',
  headline: 'A path loses packets',
  resource: 'network',
  aspect: 'saturation',
  metrics: ['network.path_loss', 'network.path_rtt', 'network.path_rtt_deviation'],
  thresholds: { loss: percent(1), jitter: milliseconds(5) },

  deep: true,
  why: 'Loss at the last hop is loss; at a middle hop alone it is routers that limit their answers.',
  next: null,
  evaluate: ({ evidence, limits }, judge) => {
    const metric = 'network.path_loss';
    const ends = evidence.instances(metric);
    if (ends.length === 0) return [judge.missing(metric)];
    return ends.flatMap((instance): RuleOutcome[] => {
      const loss = evidence.measurement(metric, instance);
      if (!loss) return [judge.missing(metric, instance)];
      const [rtt, deviation] = [
        evidence.measurement('network.path_rtt', instance),
        evidence.measurement('network.path_rtt_deviation', instance),
      ];
      const said = {
        instance,
        metric,
        value: loss.value,
        threshold: limits.loss,
        label: `loss ${formatBeside(loss.value, limits.loss, '%')}`,
        evidence: [evidenceOf(loss.reading)],
      } as const;
      const lost =
        loss.value > limits.loss
          ? judge.finding(said, {
              severity: 'warn',
              text: `${formatBeside(loss.value, limits.loss, '%')} of the probes to ${instance} got no answer.`,
            })
          : judge.ok(said);
      if (!rtt || !deviation) return [lost];
      const shaky = deviation.value > rtt.value / 2 && deviation.value > limits.jitter;
      const jitter = {
        instance,
        metric: 'network.path_rtt_deviation',
        value: deviation.value,
        threshold: limits.jitter,
        label: `jitter ${formatValue(deviation.value, 'ms')}`,
        evidence: [evidenceOf(deviation.reading)],
      } as const;
      return [
        lost,
        shaky
          ? judge.finding(jitter, {
              severity: 'warn',
              text: `Round trips to ${instance} deviate by ${formatValue(deviation.value, 'ms')} around a mean of ${formatValue(rtt.value, 'ms')}: something queues on the way.`,
            })
          : judge.ok(jitter),
      ];
    });
  },
});
