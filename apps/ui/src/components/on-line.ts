import { type BaselineMetric } from '@fleetscope/contracts';

/** Places of a distribution's marks and of values on one line, 0 to 1. */
export const onLine = (
  { quantiles }: Pick<BaselineMetric, 'quantiles'>,
  values: readonly number[],
): { place(of: number): number } => {
  const [least, most] = [Math.min(quantiles.min, ...values), Math.max(quantiles.max, ...values)];
  const width = most - least;
  return { place: (of) => (width === 0 ? 0.5 : (of - least) / width) };
};
