import { type EvidenceRef } from '@fleetscope/contracts';
import { type EvidenceIndex } from '../evidence-index';
import { formatList, formatNumber, formatPlural, formatValue } from '../format';
import { mergeEvidence } from '../reading';
import { defineRule, type Change } from '../rule';

const NAMES = ['changes', 'recent-changes', 'change', 'boot', 'packages', 'units'];

interface Told extends Change {
  readonly ref: EvidenceRef | null;
}

/** What the probe's `last-change` step found: boot, packages, the unit that started last; times are epoch seconds. */
const fromFacts = (evidence: EvidenceIndex): Told[] =>
  evidence
    .factSets()
    .filter(({ observation }) => observation.name === 'last-change')
    .flatMap(({ step, observation: { facts } }) => {
      const at = (key: string): number | null => {
        const seconds = facts[key];
        return typeof seconds === 'number' ? seconds * 1000 : null;
      };
      const ref = { step, lines: [] };
      const line = String(facts['package_line'] ?? '').slice(0, 120);
      return [
        ...(at('boot_time') === null ? [] : [{ at: at('boot_time'), text: 'the host booted', ref }]),
        // A package log is in the host's local time, which is not known here: the database's own time places it.
        ...(at('package_db_time') === null
          ? []
          : [{ at: at('package_db_time'), text: `packages changed${line ? `: ${line}` : ''}`, ref }]),
        ...(facts['unit'] ? [{ at: at('unit_time'), text: `${String(facts['unit'])} started`, ref }] : []),
      ];
    });

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
    const told: Told[] = [
      ...fromFacts(evidence),
      ...evidence
        .events(...NAMES)
        .flatMap(({ step, observation }) =>
          observation.events.map(({ at, text, line }) => ({ at, text, ref: { step, lines: [line] } })),
        ),
      ...(changes ?? []).map((change) => ({ ...change, ref: null })),
    ];
    if (changes === null && told.length === 0 && evidence.events(...NAMES).length === 0)
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
