import {
  type Events,
  type Facts,
  type Measurement,
  type MetricId,
  type Observation,
  type RuleOutcome,
  type Series,
  type Table,
} from '@fleetscope/contracts';
import { analyseHost, type AnalyseOptions, type HostEvidence, type StepEvidence } from '../src';

export const COLLECTED_AT = Date.UTC(2026, 10, 21, 21, 30, 0);
export const minutesAgo = (minutes: number): number => COLLECTED_AT - minutes * 60_000;

let nextLine = 1;

/** A series with one sample a second; lines count on, so that no two samples share one. */
export const series = (
  metric: MetricId,
  values: readonly (number | null)[],
  instance: string | null = null,
): Series => ({
  kind: 'series',
  metric,
  instance,
  values: [...values],
  times: values.map((_, i) => COLLECTED_AT - (values.length - i) * 1000),
  lines: values.map(() => nextLine++),
});

/** The same value in every of ten samples, or `ups` of them beyond and the rest at `base`. */
export const steady = (metric: MetricId, value: number, instance: string | null = null): Series =>
  series(metric, Array<number>(10).fill(value), instance);
export const partly = (
  metric: MetricId,
  high: number,
  ups: number,
  base: number,
  instance: string | null = null,
): Series =>
  series(
    metric,
    Array.from({ length: 10 }, (_, i) => (i < ups ? high : base)),
    instance,
  );

export const value = (metric: MetricId, number: number | null, instance: string | null = null): Measurement => ({
  kind: 'measurement',
  metric,
  instance,
  value: number,
  lines: [nextLine++],
});

/** Printed in the same rows, as iostat does: every series has the lines of the first. */
export const rows = (...all: readonly Series[]): Series[] =>
  all.map((one) => ({ ...one, lines: [...(all[0]?.lines ?? [])] }));

export const kernelLog = (...events: readonly { at?: number | null; class?: string; text: string }[]): Events => ({
  kind: 'events',
  name: 'kernel-log',
  events: events.map(({ at = minutesAgo(5), class: name = 'other', text }, i) => ({
    at,
    class: name,
    text,
    line: i + 1,
  })),
});

export const facts = (name: string, all: Facts['facts']): Facts => ({ kind: 'facts', name, facts: all });
export const table = (name: string, columns: string[], cells: Table['rows']): Table => ({
  kind: 'table',
  name,
  columns,
  rows: cells,
  lines: cells.map((_, i) => i + 8),
});

export const step = (name: string, observations: readonly Observation[]): StepEvidence => ({
  step: name,
  state: 'ok',
  reason: null,
  observations,
});

export const failed = (name: string, state: StepEvidence['state'], reason: string): StepEvidence => ({
  step: name,
  state,
  reason,
  observations: [],
});

export const host = (steps: readonly StepEvidence[], more: Partial<HostEvidence> = {}): HostEvidence => ({
  host: 'web-1',
  windowSeconds: 10,
  facts: { cpus: '4' },
  steps,
  collectedAt: COLLECTED_AT,
  ...more,
});

/** What one rule says of observations of one step. */
export const outcomesOf = (
  rule: string,
  observations: readonly Observation[],
  options: AnalyseOptions = {},
  more: Partial<HostEvidence> = {},
): RuleOutcome[] =>
  analyseHost(host([step('step', observations)], more), options).outcomes.filter((outcome) => outcome.rule === rule);

/** `ok`, `unknown`, or the severity of the finding. */
export const stateOf = (outcome: RuleOutcome): string =>
  outcome.outcome === 'finding' ? outcome.severity : outcome.outcome;

const ORDER = ['crit', 'warn', 'info', 'ok', 'unknown'];
export const worstState = (outcomes: readonly RuleOutcome[]): string =>
  outcomes.map(stateOf).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))[0] ?? 'none';
