import { type MetricId, type RuleOutcome } from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';
import { type Judge } from './judge';

/** Images that are full by design, and no filesystems to write to. */
const FULL_BY_DESIGN = /^\/(snap|var\/lib\/snapd\/snap|proc|sys|cdrom|media\/cdrom|rofs)(\/|$)/;

/** Space or inodes of every mount point that somebody writes to. */
export const judgeFilesystems = (
  evidence: EvidenceIndex,
  judge: Judge,
  metric: MetricId,
  limits: { readonly warn: number; readonly crit: number },
  noun: string,
): RuleOutcome[] => {
  const mounts = evidence.instances(metric).filter((mount) => !FULL_BY_DESIGN.test(mount));
  if (mounts.length === 0) return [judge.missing(metric)];
  return mounts.map((mount) =>
    judge.level({
      metric,
      instance: mount,
      limits,
      label: ({ shown }) => `${mount} ${shown}${noun === 'space' ? '' : ` ${noun}`}`,
      text: ({ shown }) => `${mount} has ${shown} of its ${noun} in use.`,
    }),
  );
};
