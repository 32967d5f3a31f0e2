import { type BaselineMetric } from '@fleetscope/contracts';

/** Places of a distribution's marks and of a value on one line, 0 to 1. */
export const onLine = (
  { quantiles }: Pick<BaselineMetric, 'quantiles'>,
  value: number | null,
): { place(of: number): number } => {
  const [least, most] = [Math.min(quantiles.min, value ?? Infinity), Math.max(quantiles.max, value ?? -Infinity)];
  const width = most - least;
  return { place: (of) => (width === 0 ? 0.5 : (of - least) / width) };
};
