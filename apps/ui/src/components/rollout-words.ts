import { type Rollout } from '@fleetscope/contracts';

/** A rollout in a line: "3 hosts first, then 50 at a time; stopped when 5 % do not answer". */
export const rolloutWords = ({ canary, batch, concurrency, stopWhen }: Rollout): string => {
  const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
  const begins = [
    canary && `${canary.hosts} first, of which ${percent(canary.share ?? 1)} must answer`,
    batch !== undefined && `${canary ? 'then ' : ''}${batch} at a time`,
  ];
  const limits = [
    concurrency?.total !== undefined && `${concurrency.total} in all`,
    concurrency?.perClass !== undefined && `${concurrency.perClass} of a class`,
    concurrency?.perJump !== undefined && `${concurrency.perJump} behind a jump host`,
    concurrency?.perLabel && `${concurrency.perLabel.runs} of one ${concurrency.perLabel.label}`,
  ].filter(Boolean);
  const stops = [
    stopWhen?.failures !== undefined && `more than ${stopWhen.failures} do not answer`,
    stopWhen?.failureShare !== undefined && `more than ${percent(stopWhen.failureShare)} do not answer`,
    stopWhen?.cpuShare !== undefined && `a probe takes more than ${percent(stopWhen.cpuShare)} of a CPU`,
  ].filter(Boolean);
  return [
    begins.filter(Boolean).join(', '),
    limits.length > 0 && `at most ${limits.join(', ')} under way`,
    stops.length > 0 && `stopped when ${stops.join(', or ')}`,
  ]
    .filter(Boolean)
    .join('; ');
};
