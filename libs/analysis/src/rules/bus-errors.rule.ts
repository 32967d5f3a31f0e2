import { type RuleOutcome } from '@fleetscope/contracts';
import { collect, collectAll } from '../collect';
import { formatCount, formatNumber } from '../format';
import { judgeKernelLog } from '../kernel-log-rule';
import { evidenceOf, lastOf } from '../reading';
import { defineRule } from '../rule';

const COUNTERS = [
  { metric: 'bus.uncorrected_errors', severity: 'crit', words: 'not corrected', label: 'UE' },
  { metric: 'bus.corrected_errors', severity: 'warn', words: 'corrected', label: 'CE' },
] as const;

export const busErrorsRule = defineRule({
  id: 'bus-errors',
  version: 1,
  title: 'Memory, PCIe and CPU hardware errors',
  headline: 'Hardware reports errors',
  resource: 'bus',
  aspect: 'errors',
  metrics: ['bus.corrected_errors', 'bus.uncorrected_errors'],
  thresholds: {},
  why: 'Memory, PCIe or CPU hardware is failing: corrected errors cost time, uncorrected ones cost data.',
  next: null,
  evaluate: (context, judge) => {
    const { evidence } = context;
    const counted = collectAll(COUNTERS, ({ metric, severity, words, label }) =>
      collect([null, ...evidence.instances(metric)], (instance): RuleOutcome | null => {
        const reading = evidence.reading(metric, instance);
        const [first, last] = [reading?.values[0], reading && lastOf(reading)];
        if (!reading || first === undefined || last === null) return null;
        const grown = last - first;
        const said = { instance, metric, threshold: 0, evidence: [evidenceOf(reading)] } as const;
        if (grown > 0)
          return judge.finding(said, {
            severity,
            value: grown,
            label: `${label} ${formatCount(grown)}`,
            text: `${formatNumber(grown)} memory errors ${words} inside the window (EDAC).`,
          });
        // Counters since boot are told, and not judged: nobody knows when they grew.
        if (last > 0)
          return judge.finding(said, {
            severity: 'info',
            value: last,
            label: `${label} ${formatNumber(last)} since boot`,
            text: `${formatNumber(last)} memory errors ${words} since boot, none of them inside the window as far as it was watched (EDAC).`,
          });
        return judge.ok(said, { value: 0, label: `${label} 0` });
      }),
    );
    const logged = judgeKernelLog(context, judge, {
      classes: ['hardware-error', 'mce', 'edac', 'aer', 'machine-check'],
      text: /\[Hardware Error\]|machine check|\bmce: .*error|AER: .*error|PCIe Bus Error|EDAC .*\b(CE|UE)\b/i,
      except: /EDAC (MC: Ver|DEBUG)|EDAC .*(Giving out device|Seeking for|DIMM\d* )|AER: enabled|MCE banks/i,
      one: 'hardware error in the kernel log',
      many: 'hardware errors in the kernel log',
      label: (count) => `hw errors ×${count}`,
      severity: (events) =>
        events.some(({ text }) => /uncorrected|uncorrectable|fatal|\bUE\b/i.test(text)) ? 'crit' : 'warn',
    });
    return [...counted, logged];
  },
});
