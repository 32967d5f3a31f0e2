import { metric as metricOf, type MetricId } from '@fleetscope/contracts';
import { collect } from './collect';
import { indexOf, type EvidenceIndex } from './evidence-index';
import { smallestDifference } from './floors';
import { formatValue } from './format';
import { type HostEvidence } from './host-evidence';
import { meanOf } from './reading';
import { mad, median } from './statistics';

/** What hosts are sorted and compared by. Where a metric has instances, the worst one stands for the host. */
export const HEADLINE_METRICS = [
  'cpu.utilization',
  'cpu.system',
  'cpu.iowait',
  'cpu.steal',
  'cpu.softirq',
  'cpu.load1',
  'cpu.runqueue',
  'cpu.context_switches',
  'cpu.pressure_some',
  'memory.available_ratio',
  'memory.swap_out',
  'memory.scan_direct',
  'memory.major_faults',
  'memory.pressure_some',
  'memory.dirty',
  'disk.utilization',
  'disk.read_await',
  'disk.write_await',
  'disk.queue_size',
  'disk.pressure_some',
  'filesystem.space_used',
  'network.rx_throughput',
  'network.tx_throughput',
  'network.rx_drops',
  'tcp.retransmits',
  'tcp.listen_overflows',
  'tcp.sockets_established',
  'tcp.sockets_close_wait',
  'udp.in_errors',
  'fd.open',
  'task.threads',
] as const satisfies readonly MetricId[];

export type Headline = Readonly<Partial<Record<MetricId, number | null>>>;

const worseOf = (metric: MetricId, a: number, b: number): number =>
  a < b === (metricOf(metric).direction === 'higher-is-better') ? a : b;

/** Of the whole host, or the worst of its instances; null where none has a number. */
const headlineValue = (index: EvidenceIndex, metric: MetricId): number | null => {
  const whole = index.hostWide(metric);
  if (whole) return meanOf(whole);
  let worst: number | null = null;
  for (const instance of index.instances(metric)) {
    const value = index.reading(metric, instance)?.mean ?? null;
    if (value !== null) worst = worst === null ? value : worseOf(metric, worst, value);
  }
  return worst;
};

/** A host's headline values: means over the window; null where there is no number. */
export const headlineOf = (evidence: HostEvidence): Headline => {
  const index = indexOf(evidence);
  const headline: Partial<Record<MetricId, number | null>> = {};
  for (const metric of HEADLINE_METRICS) headline[metric] = headlineValue(index, metric);
  return headline;
};

export interface PeerHost {
  readonly host: string;
  readonly hostClass: string;
  readonly headline: Headline;
}

export interface OddMetric {
  readonly metric: MetricId;
  readonly value: number;
  /** Median of the class, this host included. */
  readonly usual: number;
  /** Modified z-score: beyond ±3.5 an outlier. */
  readonly z: number;
}

export interface Oddness {
  readonly host: string;
  /** 0 (as its peers) to 1; 0.5 at the outlier's bound; null when there are too few peers. */
  readonly oddness: number | null;
  /** Why there is none; null otherwise. */
  readonly reason: string | null;
  /** What makes it odd, most first: |z| of at least 2. */
  readonly metrics: readonly OddMetric[];
}

export const MIN_PEERS = 5;

const OUTLIER_Z = 3.5;
const TELLING_Z = 2;
/** Less of a bad thing is odd too (a host out of rotation), but half as much. */
const BETTER_WEIGHT = 0.5;

/** 0.5 at the outlier's bound; squared, so that the largest of many small deviations stays small. */
const score = (z: number): number => (z * z) / (z * z + OUTLIER_Z * OUTLIER_Z);

interface Usual {
  readonly centre: number;
  /** What one unit of z is worth. */
  readonly scale: number;
}

/** The class's own spread, once for all of its hosts; no metric that fewer than six of them told. */
const usualOf = (members: readonly PeerHost[]): (readonly [MetricId, Usual])[] =>
  collect<MetricId, readonly [MetricId, Usual]>(HEADLINE_METRICS, (metric) => {
    const values = collect(members, ({ headline }) => headline[metric]);
    const [centre, spread] = [median(values), mad(values)];
    if (centre === null || spread === null || values.length - 1 < MIN_PEERS) return null;
    const floor = smallestDifference(metric, centre);
    return [metric, { centre, scale: Math.max(spread / 0.6745, floor) }];
  });

const compareMetric = (metric: MetricId, value: number, { centre, scale }: Usual): OddMetric => {
  const { direction } = metricOf(metric);
  const z = (value - centre) / scale;
  const better = direction === 'higher-is-worse' ? z < 0 : direction === 'higher-is-better' ? z > 0 : false;
  return { metric, value, usual: centre, z: better ? z * BETTER_WEIGHT : z };
};

/** How unlike its class each host is: the class's hosts that answered, at the same time. */
export const oddnessOf = (hosts: readonly PeerHost[]): Oddness[] => {
  const classes = new Map<string, PeerHost[]>();
  for (const host of hosts) {
    const members = classes.get(host.hostClass);
    if (members) members.push(host);
    else classes.set(host.hostClass, [host]);
  }
  const usual = new Map([...classes].map(([name, members]) => [name, usualOf(members)]));
  return hosts.map(({ host, hostClass, headline }) => {
    const none = (reason: string): Oddness => ({ host, oddness: null, reason, metrics: [] });
    const peers = (classes.get(hostClass)?.length ?? 1) - 1;
    if (peers < MIN_PEERS) return none(`too few peers: ${peers} of class ${hostClass}, ${MIN_PEERS} are needed`);
    const compared = collect(usual.get(hostClass) ?? [], ([metric, known]) => {
      const mine = headline[metric];
      return mine === null || mine === undefined ? null : compareMetric(metric, mine, known);
    }).sort((a, b) => Math.abs(b.z) - Math.abs(a.z));
    const first = compared[0];
    if (!first) return none(`it shares no metric with ${MIN_PEERS} peers of class ${hostClass}`);
    return {
      host,
      oddness: score(first.z),
      reason: null,
      metrics: compared.filter(({ z }) => Math.abs(z) >= TELLING_Z),
    };
  });
};

/** "disk.write_await 47 ms against 2 ms of its peers, …"; null when nothing tells. */
export const oddMetricsText = (metrics: readonly OddMetric[]): string | null =>
  metrics.length === 0
    ? null
    : metrics
        .map(({ metric, value, usual }) => {
          const { unit } = metricOf(metric);
          return `${metric} ${formatValue(value, unit)} against ${formatValue(usual, unit)} of its peers`;
        })
        .join(', ');
