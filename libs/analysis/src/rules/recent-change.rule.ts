import { type EvidenceRef } from '@fleetscope/contracts';
import { formatList, formatNumber, formatPlural, formatValue } from '../format';
import { mergeEvidence } from '../reading';
import { defineRule, type Change } from '../rule';

const NAMES = ['changes', 'recent-changes', 'change', 'boot', 'packages', 'units'];

export const recentChangeRule = defineRule({
  id: 'recent-change',
  version: 1,
  title: 'Recent changes',
  headline: 'Something changed',
  resource: 'service',
  aspect: 'workload',
  metrics: [],
  thresholds: {},
  why: 'What changed is the first question.',
  next: 'compare',
  evaluate: ({ evidence, changes, lookBackSeconds }, judge) => {
    const told: (Change & { readonly ref: EvidenceRef | null })[] = [
      ...evidence
        .events(...NAMES)
        .flatMap(({ step, observation }) =>
          observation.events.map(({ at, text, line }) => ({ at, text, ref: { step, lines: [line] } })),
        ),
      ...(changes ?? []).map((change) => ({ ...change, ref: null })),
    ];
    if (changes === null && evidence.events(...NAMES).length === 0)
      return [judge.unknown('nothing was told about changes')];
    const since = evidence.collectedAt - lookBackSeconds * 1000;
    const recent = told.filter(({ at }) => at !== null && at >= since).sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
    const back = formatValue(lookBackSeconds, 's');
    if (recent.length === 0) return [judge.ok({ value: 0, unit: '1', label: `no change in ${back}` })];
    const minutes = (at: number | null): string =>
      formatNumber(Math.max(0, Math.round((evidence.collectedAt - (at ?? 0)) / 60_000)));
    return [
      judge.finding({
        severity: 'info',
        value: recent.length,
        unit: '1',
        label: formatPlural(recent.length, 'change'),
        text: `Changed in the last ${back}: ${formatList(
          recent.map(({ at, text }) => `${text} (${minutes(at)} min before the collection)`),
          3,
        )}.`,
        evidence: mergeEvidence(recent.flatMap(({ ref }) => (ref ? [ref] : []))),
      }),
    ];
  },
});
