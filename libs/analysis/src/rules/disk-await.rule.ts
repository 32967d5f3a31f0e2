import { type RuleOutcome } from '@fleetscope/contracts';
import { diskAwait, leadingPart } from '../disk-await';
import { DISK_WORDS, diskInstances, diskKind, idleStep, layerInstances, type DiskKind } from '../disks';
import { formatBeside, formatNumber, formatValue } from '../format';
import { found, isFinding, spanOf, tooFew } from '../judge';
import { evidenceOf, sustainedLevel } from '../reading';
import { defineRule } from '../rule';
import { milliseconds, perSecond } from '../thresholds';

export const diskAwaitRule = defineRule({
  id: 'disk-await',
  version: 2,
  title: 'Time of a disk request',
  headline: 'Disks answer slowly',
  resource: 'disk',
  aspect: 'saturation',
  metrics: [
    'disk.await',
    'disk.read_await',
    'disk.write_await',
    'disk.flush_await',
    'disk.read_iops',
    'disk.write_iops',
    'disk.flush_iops',
  ],
  thresholds: {
    warn: milliseconds(10),
    crit: milliseconds(50),
    warnNvme: milliseconds(5),
    critNvme: milliseconds(25),
    warnHdd: milliseconds(20),
    critHdd: milliseconds(100),
    minIops: perSecond(10),
  },
  why: 'Queue and service time as the application feels it.',
  next: 'block-io-latency',
  evaluate: ({ evidence, limits }, judge) => {
    const boundsOf = (kind: DiskKind): [warn: number, crit: number] =>
      kind === 'nvme'
        ? [limits.warnNvme, limits.critNvme]
        : kind === 'hdd'
          ? [limits.warnHdd, limits.critHdd]
          : [limits.warn, limits.crit];
    const outcomeOf = (disk: string): RuleOutcome => {
      const told = diskAwait(evidence, disk, limits.minIops);
      if (!told) return judge.missing('disk.write_await', disk);
      const { weighted, iops } = told;
      const level = sustainedLevel(weighted, 'above');
      if (level === null) return judge.unknown(tooFew(weighted), 'disk.await', disk);
      const kind = diskKind(evidence, disk);
      const [warn, crit] = boundsOf(kind);
      const severity = level > crit ? 'crit' : level > warn ? 'warn' : null;
      const bound = severity === 'crit' ? crit : warn;
      const part = leadingPart(told, bound);
      const value = part?.value ?? level;
      const shown = formatBeside(value, bound, 'ms');
      const said = {
        instance: disk,
        metric: part?.metric ?? 'disk.await',
        value,
        threshold: bound,
        label: `${part?.label ?? 'await'} ${shown}`,
      } as const;
      if (severity === null) return judge.ok(said, { evidence: [evidenceOf(weighted)] });
      const crossed = weighted.samples.filter((sample) => sample.value > bound);
      return judge.finding(said, {
        severity,
        text: `${disk} (${DISK_WORDS[kind]}): ${part ? `${part.words} ${shown}` : `requests take ${shown}`} or more ${spanOf(crossed.length, weighted.total)} at ${formatNumber(iops)} IOPS, beyond ${formatValue(bound, 'ms')}.`,
        evidence: [evidenceOf(weighted, crossed)],
      });
    };
    const disks = diskInstances(evidence, 'disk.write_iops').map(outcomeOf);
    // A layer that is slow on a disk that is not: what lies between is slow (a file system over the network, encryption).
    const layers = found(disks) ? [] : layerInstances(evidence, 'disk.write_iops').map(outcomeOf).filter(isFinding);
    if (disks.length + layers.length > 0) return [...disks, ...layers];
    if (idleStep(evidence) === null) return [judge.missing('disk.write_await')];
    return [judge.ok({ metric: 'disk.await', value: 0, threshold: limits.warn, label: 'idle' })];
  },
});
