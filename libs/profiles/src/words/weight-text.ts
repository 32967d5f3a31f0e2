import { type ProfileUnit } from '@fleetscope/contracts';

const TIMES = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
] as const;
const SIZES = [
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
  [1, 'B'],
] as const;

/** A weight in words: `1.2 s`, `34 MiB`, `120 samples`. */
export const weightText = (weight: number, unit: ProfileUnit): string => {
  if (unit === 'samples' || unit === 'count')
    return `${Math.round(weight).toLocaleString('en-US')} ${unit === 'count' ? 'times' : weight === 1 ? 'sample' : 'samples'}`;
  const scale = unit === 'bytes' ? SIZES : TIMES;
  const [factor, name] = scale.find(([least]) => weight >= least) ?? (scale.at(-1) as (typeof scale)[number]);
  const value = weight / factor;
  return `${value.toFixed(value >= 100 || factor === 1 ? 0 : value >= 10 ? 1 : 2)} ${name}`;
};
