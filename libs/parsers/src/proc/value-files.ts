import type { MetricId } from '@fleetscope/contracts';
import { words } from '../core/line-splitter';
import { type FileReader, placeOf, type ProcHost, type Snapshot } from './snapshot';

/** Files of one line of numbers: which number is which metric. Gauges become series, limits single values. */
const GAUGES: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['/proc/sys/net/netfilter/nf_conntrack_count', 'network.conntrack_entries'],
  ['/proc/sys/net/ipv4/netfilter/ip_conntrack_count', 'network.conntrack_entries'],
]);
const LIMITS: ReadonlyMap<string, readonly [MetricId, number]> = new Map<string, readonly [MetricId, number]>([
  ['/proc/sys/net/netfilter/nf_conntrack_max', ['network.conntrack_max', 0]],
  ['/proc/sys/net/nf_conntrack_max', ['network.conntrack_max', 0]],
  ['/proc/sys/kernel/pid_max', ['task.pid_max', 0]],
  ['/proc/sys/kernel/threads-max', ['task.threads_max', 0]],
  // min, pressure, max
  ['/proc/sys/net/ipv4/tcp_mem', ['tcp.memory_pressure_threshold', 1]],
]);

const firstLine = (snapshot: Snapshot): { text: string; line: number } =>
  snapshot.lines[0] ?? { text: '', line: snapshot.line };

const numberAt = (text: string, at: number): number | null => {
  const value = Number(words(text)[at] ?? 'none');
  return Number.isFinite(value) ? value : null;
};

export class GaugeReader implements FileReader {
  constructor(
    private readonly host: ProcHost,
    private readonly metric: MetricId,
  ) {}

  add(snapshot: Snapshot): void {
    const { text, line } = firstLine(snapshot);
    this.host.sink.sample(this.metric, null, numberAt(text, 0), placeOf(snapshot, line));
  }
}

/** A limit holds for the whole window: the last snapshot's value. */
export class LimitReader implements FileReader {
  private last: Snapshot | null = null;

  constructor(
    private readonly host: ProcHost,
    private readonly metric: MetricId,
    private readonly at: number,
  ) {}

  add(snapshot: Snapshot): void {
    this.last = snapshot;
  }

  end(): void {
    if (!this.last) return;
    const { text, line } = firstLine(this.last);
    this.host.sink.measure(this.metric, null, numberAt(text, this.at), line);
  }
}

/** `884 0 9223372036854775807`: allocated, of these unused, maximum. */
export class FileNrReader implements FileReader {
  private last: Snapshot | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const { text, line } = firstLine(snapshot);
    const [allocated, unused] = [numberAt(text, 0), numberAt(text, 1)];
    const open = allocated === null ? null : allocated - (unused ?? 0);
    this.host.sink.sample('fd.open', null, open, placeOf(snapshot, line));
    this.last = snapshot;
  }

  end(): void {
    if (!this.last) return;
    const { text, line } = firstLine(this.last);
    this.host.sink.measure('fd.max', null, numberAt(text, 2), line);
  }
}

const MEGABIT = 1_000_000;

/** Settings: a file of one value becomes a fact; the last snapshot's holds. */
export class FactReader implements FileReader {
  constructor(
    private readonly host: ProcHost,
    private readonly name: string,
    private readonly key: string,
  ) {}

  add(snapshot: Snapshot): void {
    const { text, line } = firstLine(snapshot);
    const value = text.trim();
    if (this.name === 'links') this.link(value, line);
    this.host.sink.fact(this.name, this.key, factOf(this.key, value));
  }

  private link(value: string, line: number): void {
    const [device = '', file] = splitKey(this.key);
    if (file === 'duplex' && value === 'half') this.host.halfDuplex.add(device);
    if (file !== 'speed') return;
    // -1 and "unknown" where the device has no speed (virtio, veth, a link that is down).
    const speed = Number(value || 'none');
    const bits = Number.isFinite(speed) && speed > 0 && speed < 4_294_967_295 ? speed * MEGABIT : null;
    if (!this.host.linkSpeeds.has(device)) this.host.sink.measure('network.link_speed', device, bits, line);
    this.host.linkSpeeds.set(device, bits);
  }
}

const splitKey = (key: string): [string, string] => {
  const at = key.lastIndexOf('.');
  return [key.slice(0, at), key.slice(at + 1)];
};

const factOf = (key: string, value: string): string | number | null => {
  // `none [mq-deadline] kyber`: the one in brackets is in use.
  const open = value.indexOf('[');
  if (key.endsWith('.scheduler') && open !== -1) return value.slice(open + 1, value.indexOf(']', open));
  if (value === '') return null;
  const number = Number(value);
  if (key.endsWith('.speed') && number === -1) return null;
  return Number.isFinite(number) ? number : value;
};

/** /proc/uptime: seconds since boot, and idle seconds summed over the CPUs. */
export class UptimeReader implements FileReader {
  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    this.host.sink.fact('uptime', 'uptime_seconds', numberAt(firstLine(snapshot).text, 0));
  }
}

const EDAC = '/sys/devices/system/edac/mc/';

/** Error counts of a memory controller, since boot. */
export class EdacReader implements FileReader {
  private last: Snapshot | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    this.last = snapshot;
  }

  end(): void {
    if (!this.last) return;
    const { text, line } = firstLine(this.last);
    const controller = this.last.path.slice(EDAC.length, this.last.path.lastIndexOf('/'));
    const metric = this.last.path.endsWith('/ue_count') ? 'bus.uncorrected_errors' : 'bus.corrected_errors';
    this.host.sink.measure(metric, controller, numberAt(text, 0), line);
  }
}

const below = (path: string, root: string): string[] =>
  path.startsWith(root) ? path.slice(root.length).split('/') : [];

/** The reader of a file of one value, by its path; null when the path is none of these. */
export const valueReader = (host: ProcHost, path: string): FileReader | null => {
  const gauge = GAUGES.get(path);
  if (gauge) return new GaugeReader(host, gauge);
  const limit = LIMITS.get(path);
  if (limit) return new LimitReader(host, limit[0], limit[1]);
  if (path === '/proc/sys/fs/file-nr') return new FileNrReader(host);
  if (path === '/proc/uptime') return new UptimeReader(host);
  if (path.startsWith(EDAC) && (path.endsWith('/ce_count') || path.endsWith('/ue_count'))) return new EdacReader(host);
  const [disk, queue, setting] = below(path, '/sys/block/');
  if (disk && queue === 'queue' && setting) return new FactReader(host, 'disks', `${disk}.${setting}`);
  const [device, file, ...deeper] = below(path, '/sys/class/net/');
  if (device && file && deeper.length === 0) return new FactReader(host, 'links', `${device}.${file}`);
  if (path.startsWith('/proc/sys/')) return new FactReader(host, 'sysctl', below(path, '/proc/sys/').join('.'));
  return null;
};
