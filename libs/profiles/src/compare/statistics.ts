/** Upper tail of the standard normal distribution (Abramowitz and Stegun 1964, 26.2.17; error below 7.5e-8). */
const upperTail = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
};

/** Two-sided p of the difference between two shares, each seen in so many samples (pooled two-proportion z test). */
export const shareDifference = (
  before: number,
  beforeSamples: number,
  after: number,
  afterSamples: number,
): { z: number; p: number } => {
  if (beforeSamples < 1 || afterSamples < 1) return { z: 0, p: 1 };
  const pooled = (before * beforeSamples + after * afterSamples) / (beforeSamples + afterSamples);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / beforeSamples + 1 / afterSamples));
  if (error === 0) return { z: 0, p: 1 };
  const z = (after - before) / error;
  return { z, p: Math.min(1, 2 * upperTail(Math.abs(z))) };
};

/** Which hypotheses stand at a false discovery rate (Benjamini and Hochberg 1995). */
export const discoveries = (p: readonly number[], rate: number): boolean[] => {
  const order = p.map((_, at) => at).sort((a, b) => (p[a] as number) - (p[b] as number));
  let last = -1;
  order.forEach((at, rank) => {
    if ((p[at] as number) <= ((rank + 1) / p.length) * rate) last = rank;
  });
  const out = p.map(() => false);
  for (let rank = 0; rank <= last; rank++) out[order[rank] as number] = true;
  return out;
};

/** Half the width of a share's 95 % confidence interval (Wilson 1927), for "32 % ± 3". */
export const shareError = (share: number, samples: number): number => {
  if (samples <= 0) return 1;
  const z = 1.959963984540054;
  const zz = (z * z) / samples;
  return (z * Math.sqrt((share * (1 - share)) / samples + zz / (4 * samples))) / (1 + zz);
};
