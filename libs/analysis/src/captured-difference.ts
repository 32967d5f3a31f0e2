import { type EscalationDifference, type Observation } from '@fleetscope/contracts';
import { callTree, type CallTree, functionChanges, type FunctionChange, type Profile } from '@fleetscope/profiles';
import { capturedOf, LATENCIES } from './captured';
import { indexOf } from './evidence-index';
import { formatMultiple, formatNumber } from './format';
import { type HostEvidence } from './host-evidence';
import { bucketQuantile, type Times, timesOf } from './histograms';

/** What one capture brought back from one host. */
export interface CapturedSide {
  readonly host: string;
  readonly steps: readonly { readonly step: string; readonly observations: readonly Observation[] }[];
  /** By step. */
  readonly profiles: ReadonlyMap<string, Profile>;
}

const MAX_FUNCTIONS = 10;
const MAX_SENTENCES = 8;
/** Below this, one host has about as much of it as the other. */
const ALIKE = 1.5;

const WHAT: Readonly<Record<string, string>> = { cpu: 'CPU time', 'off-cpu': 'time off CPU' };

const percent = (share: number): string => `${formatNumber(share * 100)} %`;

const evidenceOf = ({ host, steps }: CapturedSide): HostEvidence => ({
  host,
  windowSeconds: 0,
  facts: {},
  steps: steps.map(({ step, observations }) => ({ step, state: 'ok', reason: null, observations })),
  collectedAt: 0,
});

/** How much of it there was for each second of the capture, when that can be told. */
const rateOf = ({ durationMs }: Profile, tree: CallTree): number | null =>
  durationMs && durationMs > 0 ? tree.weight / durationMs : null;

const profileDifference = (
  [healthyHost, healthy]: readonly [string, Profile],
  [sickHost, sick]: readonly [string, Profile],
): { sentences: string[]; functions: FunctionChange[] } => {
  const what = WHAT[sick.type] ?? `profile (${sick.type})`;
  const [one, other] = [callTree(healthy), callTree(sick)];
  const lacking = [...(one.weight === 0 ? [healthyHost] : []), ...(other.weight === 0 ? [sickHost] : [])];
  if (lacking.length > 0)
    return { sentences: [`The ${what} of ${lacking.join(' and ')} has no samples.`], functions: [] };
  const sentences: string[] = [];
  const [rateHealthy, rateSick] = [rateOf(healthy, one), rateOf(sick, other)];
  if (rateHealthy !== null && rateSick !== null && Math.max(rateHealthy / rateSick, rateSick / rateHealthy) >= ALIKE)
    sentences.push(`${sickHost} has ${formatMultiple(rateSick / rateHealthy)} the ${what} of ${healthyHost}.`);
  const functions = functionChanges(one, other)
    .filter(({ significant }) => significant)
    .slice(0, MAX_FUNCTIONS);
  for (const { name, selfBefore, selfAfter } of functions.slice(0, 3))
    sentences.push(
      `${name} has ${percent(selfAfter)} of the ${what} on ${sickHost}, ${percent(selfBefore)} on ${healthyHost}.`,
    );
  if (functions.length === 0) sentences.push(`No function's share of the ${what} differs by more than sampling noise.`);
  return { sentences, functions };
};

const titled = (title: string, { instance }: Times): string => (instance === null ? title : `${title} (${instance})`);

const latencySentences = (healthy: CapturedSide, sick: CapturedSide): string[] => {
  const [one, other] = [indexOf(evidenceOf(healthy)), indexOf(evidenceOf(sick))];
  return LATENCIES.flatMap(([name, title]) => {
    const known = new Map(timesOf(one, name).map((times) => [times.instance, times]));
    return timesOf(other, name)
      .sort((a, b) => b.count - a.count)
      .slice(0, 2)
      .map((times) => {
        const beside = known.get(times.instance);
        const p99 = (of: Times): string => `${formatNumber(bucketQuantile(of, 0.99))} ms`;
        return `${titled(title, times)}: 99 % below ${p99(times)} on ${sick.host}, ${
          beside ? `${p99(beside)} on ${healthy.host}` : `none on ${healthy.host}`
        }.`;
      });
  });
};

/**
 * The same capture of a sick host and of a healthy one: functions whose share differs beyond sampling noise, latencies beside
 * each other, and where there is neither, what each of the two shows.
 */
export const capturedDifference = (
  healthy: CapturedSide,
  sick: CapturedSide,
): Pick<EscalationDifference, 'sentences' | 'functions'> => {
  const profiles = [...sick.profiles].flatMap(([step, profile]) => {
    const other = healthy.profiles.get(step);
    return other ? [profileDifference([healthy.host, other], [sick.host, profile])] : [];
  });
  const compared = [...profiles.flatMap(({ sentences }) => sentences), ...latencySentences(healthy, sick)];
  const sentences =
    compared.length > 0
      ? compared
      : [sick, healthy].flatMap((side) => {
          const shows = capturedOf(evidenceOf(side));
          return shows.length > 0
            ? shows.map((sentence) => `${side.host}: ${sentence}`)
            : [`${side.host}: the capture shows nothing.`];
        });
  return {
    sentences: sentences.slice(0, MAX_SENTENCES),
    functions: profiles
      .flatMap(({ functions }) => functions)
      .map(({ name, module, selfBefore, selfAfter }) => ({ name, module, healthy: selfBefore, sick: selfAfter })),
  };
};
