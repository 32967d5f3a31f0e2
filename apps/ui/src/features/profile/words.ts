import { type ProfileSummary, type ProfileUnit } from '@fleetscope/contracts';
import {
  type CallTree,
  type DiffTree,
  type FunctionChange,
  type Shape,
  shareError,
  type SymbolQuality,
  weightText,
} from '@fleetscope/profiles';
import { listed, plural } from '../../components/format';
import { visibleText } from '../../components/visible-text';

export const percent = (share: number): string =>
  `${(share * 100).toFixed(share !== 0 && Math.abs(share) < 0.0995 ? 1 : share === 0 ? 0 : 1)} %`;

/** `+34.2 %`; of a share, so these are points of a hundred. */
export const signed = (change: number): string =>
  `${change > 0 ? '+' : change < 0 ? '−' : '±'}${(Math.abs(change) * 100).toFixed(1)} %`;

const TYPES: Readonly<Record<string, string>> = { cpu: 'On-CPU', 'off-cpu': 'Off-CPU', memory: 'Memory' };
export const typeWords = (type: string): string => TYPES[type] ?? visibleText(type);

export const hostsWords = (chosen: readonly ProfileSummary[], all: number): string => {
  const [only] = chosen;
  if (chosen.length === 1 && only) return only.host;
  return chosen.length === all
    ? `${plural(all, 'host')} merged`
    : listed(
        chosen.map(({ host }) => host),
        3,
      );
};

/** Of a frame: what it weighs, alone and with what it calls. */
export const frameLines = (tree: CallTree, node: number): string[] => {
  const label = tree.labels[tree.label[node] as number];
  const [total, self] = [tree.total[node] as number, tree.self[node] as number];
  const place = [label?.kind, label?.module && visibleText(label.module)].filter(Boolean).join(' · ');
  return [
    `${weightText(total, tree.unit)}, ${percent(total / tree.weight)} of all ± ${(shareError(Math.min(1, total / tree.weight), tree.effectiveSamples) * 100).toFixed(1)}`,
    self > 0 ? `${weightText(self, tree.unit)} of it in the function itself` : 'none of it in the function itself',
    ...(place === '' || label?.kind === 'unknown' ? [] : [place]),
  ];
};

export const changeLines = (tree: DiffTree, node: number): string[] => {
  const [before, after] = [tree.before[node] as number, tree.after[node] as number];
  return [`${percent(before)} → ${percent(after)}`, `${signed(after - before)} of all`];
};

export interface Answer {
  readonly first: string;
  readonly rest: readonly string[];
}

/** What the outline says, the widest plateau first. */
export const shapeAnswer = (shape: Shape): Answer => {
  const [first = '', ...rest] = shape.sentences.map(visibleText);
  return { first, rest: rest.slice(0, 3) };
};

/** What the difference says: what changed most, whether it is more than noise, what did not change. */
export const changeAnswer = (changes: readonly FunctionChange[], before: string, after: string): Answer => {
  const real = changes.filter(({ significant }) => significant);
  const [most, ...others] = real;
  if (!most)
    return {
      first: `Nothing differs by more than the sampling noise between ${after} and ${before}.`,
      rest: ['A longer capture tells smaller differences.'],
    };
  const rest = [
    `There it takes ${percent(most.selfBefore)}.`,
    ...(others.length > 0
      ? [
          `Next: ${others
            .slice(0, 2)
            .map(({ name, delta }) => `${visibleText(name)} ${signed(delta)}`)
            .join(', ')}.`,
        ]
      : []),
    `${plural(real.length, 'function')} of ${changes.length.toLocaleString('en-GB')} changed by more than the sampling noise.`,
  ];
  return {
    first: `${visibleText(most.name)} takes ${percent(most.selfAfter)} of ${after}, ${signed(most.delta)} against ${before}.`,
    rest,
  };
};

/** Null when all is named. */
export const symbolWords = ({ unknownLeaf, unknownAnywhere }: SymbolQuality): string | null =>
  unknownAnywhere < 0.005
    ? null
    : `${percent(unknownLeaf)} ends in a frame without a name, ${percent(unknownAnywhere)} passes through one.`;

export const captureWords = (profile: {
  event: string | null;
  frequency: number | null;
  unit: ProfileUnit;
  durationMs: number | null;
}): string =>
  [
    profile.event && visibleText(profile.event),
    profile.frequency && `${profile.frequency} Hz`,
    profile.durationMs && `${(profile.durationMs / 1000).toFixed(profile.durationMs % 1000 === 0 ? 0 : 1)} s`,
  ]
    .filter(Boolean)
    .join(' · ');
