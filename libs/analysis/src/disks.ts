import { type CellValue, type MetricId } from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';

/** What serves the requests: bounds differ by an order of magnitude. */
export type DiskKind = 'nvme' | 'ssd' | 'virtual' | 'hdd' | 'unknown';

export const DISK_WORDS: Record<DiskKind, string> = {
  nvme: 'NVMe',
  ssd: 'SSD',
  virtual: 'virtual disk',
  hdd: 'spinning disk',
  unknown: 'disk of unknown kind',
};

const IGNORED = /^(loop|ram|zram|sr|fd|nbd)\d+$/;
const LAYER = /^(loop|nbd)\d+$/;
const STACKED = /^(dm-\d+|md\d+|md_.*|mapper\/.*|drbd\d+|bcache\d+)$/;

const isPartitionOf = (name: string, parent: string): boolean =>
  name !== parent &&
  name.startsWith(parent) &&
  (/\d$/.test(parent) ? /^p\d+$/ : /^p?\d+$/).test(name.slice(parent.length));

/** Physical devices: partitions and dm or md devices on top of them would be counted twice. */
export const diskInstances = (evidence: EvidenceIndex, metric: MetricId): string[] => {
  const all = evidence.instances(metric).filter((name) => !IGNORED.test(name));
  const whole = all.filter((name) => !all.some((parent) => isPartitionOf(name, parent)));
  const physical = whole.filter((name) => !STACKED.test(name));
  return physical.length > 0 ? physical : whole;
};

/** What lies on top of devices (a loop over a file, dm, md) and is not among `diskInstances`. */
export const layerInstances = (evidence: EvidenceIndex, metric: MetricId): string[] => {
  const disks = diskInstances(evidence, metric);
  return evidence.instances(metric).filter((name) => (LAYER.test(name) || STACKED.test(name)) && !disks.includes(name));
};

/**
 * `iostat -z` prints nothing for a device without requests. A step that printed its CPU lines and no device at all says
 * that every disk was idle; null when no step says so.
 */
export const idleStep = (evidence: EvidenceIndex): string | null =>
  evidence.evidence.steps.find(
    ({ step, state, observations }) =>
      state === 'ok' &&
      /iostat/.test(step) &&
      observations.length > 0 &&
      observations.every((o) => o.kind !== 'series' || o.metric.startsWith('cpu.')) &&
      observations.some((o) => o.kind === 'series'),
  )?.step ?? null;

const truth = (value: CellValue | undefined): boolean | null => {
  if (value === true || value === 1 || value === '1' || value === 'hdd' || value === 'rotational') return true;
  if (value === false || value === 0 || value === '0' || value === 'ssd' || value === 'non-rotational') return false;
  return null;
};

/** `sda:1 nvme0n1:0`, `sda=rotational`, `sda rotational=1;…` of the preflight fact `disks`. */
const fromPreflight = (text: string, disk: string, property: string): CellValue => {
  for (const part of text.split(/[;,\n]+|\s+(?=[a-z]+\w*[:=])/)) {
    const [name, ...rest] = part.trim().split(/[\s:=]+/);
    if (name !== disk) continue;
    const at = rest.indexOf(property);
    if (at >= 0) return rest[at + 1] ?? null;
    if (property === 'rotational') return rest[0] ?? null;
  }
  return null;
};

/** A property of a disk (`rotational`, `nr_requests`) from a facts observation or the preflight; null when not told. */
export const diskProperty = (evidence: EvidenceIndex, disk: string, property: string): CellValue => {
  for (const { observation } of evidence.factSets()) {
    const { name, facts } = observation;
    if (!/disk|block|queue|lsblk/.test(name)) continue;
    for (const key of [
      `${disk}.${property}`,
      `${disk}/${property}`,
      `${disk}/queue/${property}`,
      `${disk} ${property}`,
    ])
      if (key in facts) return facts[key] ?? null;
    if (property === 'rotational' && disk in facts) return facts[disk] ?? null;
    if (name.endsWith(disk) && property in facts) return facts[property] ?? null;
  }
  const preflight = evidence.evidence.facts['disks'];
  return preflight === undefined ? null : fromPreflight(preflight, disk, property);
};

/** virtio disks and loops call themselves what they like whatever is below, so for them the name counts. */
export const diskKind = (evidence: EvidenceIndex, disk: string): DiskKind => {
  if (disk.startsWith('nvme')) return 'nvme';
  if (/^(vd|xvd|ubd|mmcblk|loop|nbd)/.test(disk)) return 'virtual';
  const rotational = truth(diskProperty(evidence, disk, 'rotational'));
  if (rotational === null) return 'unknown';
  return rotational ? 'hdd' : 'ssd';
};
