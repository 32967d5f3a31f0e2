import { cgroupReader } from './cgroup-snapshots';
import { CgroupCpuReader, CgroupMemoryReader, LoadReader, PressureReader, StatReader } from './cpu-files';
import { DiskstatsReader } from './disk-files';
import { MeminfoReader, VmCountersReader } from './memory-files';
import { ConntrackReader } from './conntrack-file';
import { MountsReader } from './mounts-file';
import { MibReader, NetDevReader, SockstatReader, SoftnetReader } from './network-files';
import { NumaReader } from './numa-files';
import { isProcessGroup } from './process-groups';
import { isProcessStat } from './process-list';
import type { FileReader, ProcHost } from './snapshot';
import { isThreadName } from './thread-names';
import { valueReader } from './value-files';
import { ZoneReader } from './zone-info';

type Make = (host: ProcHost) => FileReader;

const FILES: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['/proc/stat', (host) => new StatReader(host)],
  ['/proc/loadavg', (host) => new LoadReader(host)],
  ['/proc/meminfo', (host) => new MeminfoReader(host)],
  ['/proc/vmstat', (host) => new VmCountersReader(host)],
  ['/proc/diskstats', (host) => new DiskstatsReader(host)],
  ['/proc/net/dev', (host) => new NetDevReader(host)],
  ['/proc/net/snmp', (host) => new MibReader(host)],
  ['/proc/net/netstat', (host) => new MibReader(host)],
  ['/proc/net/softnet_stat', (host) => new SoftnetReader(host)],
  ['/proc/net/sockstat', (host) => new SockstatReader(host)],
  ['/proc/pressure/cpu', (host) => new PressureReader(host)],
  ['/proc/pressure/memory', (host) => new PressureReader(host)],
  ['/proc/pressure/io', (host) => new PressureReader(host)],
  ['/proc/net/stat/nf_conntrack', (host) => new ConntrackReader(host)],
  ['/proc/zoneinfo', (host) => new ZoneReader(host)],
  ['/proc/mounts', (host) => new MountsReader(host)],
  // Read for people: they are in the evidence, and no metric is taken from them.
  ['/proc/pressure/irq', () => nothing],
  ['/proc/net/sockstat6', () => nothing],
  ['/proc/net/snmp6', () => nothing],
]);

const nothing: FileReader = { add: () => undefined };

/** The reader of a file, by its path; null when nobody reads it. */
export const readerOf = (host: ProcHost, path: string): FileReader | null => {
  // A container's view of the host: /host/proc/stat, /proc/1/net/dev, /proc/self/net/snmp.
  const found =
    FILES.get(path) ?? FILES.get(path.replace('/proc/1/net/', '/proc/net/').replace('/proc/self/net/', '/proc/net/'));
  if (found) return found(host);
  if (path.endsWith('/cpu.stat')) return new CgroupCpuReader(host);
  const ofGroup = cgroupReader(host, path);
  if (path.endsWith('/memory.events')) {
    const kills = new CgroupMemoryReader(host);
    return { add: (snapshot) => [kills, ofGroup].forEach((reader) => reader?.add(snapshot)) };
  }
  if (ofGroup) return ofGroup;
  if (path.startsWith('/sys/devices/system/node/') && path.endsWith('/numastat')) return new NumaReader(host);
  if (isProcessStat(path)) return { add: (snapshot) => host.processes.add(snapshot) };
  if (isProcessGroup(path)) return { add: (snapshot) => host.groups.add(snapshot) };
  if (isThreadName(path)) return { add: (snapshot) => host.threads.add(snapshot) };
  return valueReader(host, path);
};
