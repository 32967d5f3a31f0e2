/**
 * The metric catalogue: the one list of what Fleetscope measures. Parsers emit these ids, rules judge them, the API and
 * the UI print their titles and units. A metric id is dotted (`disk.write_await`); rule ids are dashed (`disk-await`).
 */
export const RESOURCES = [
  'cpu',
  'memory',
  'disk',
  'filesystem',
  'network',
  'tcp',
  'udp',
  'task',
  'fd',
  'lock',
  'bus',
  'cgroup',
  'service',
] as const;
export type Resource = (typeof RESOURCES)[number];

/** U utilization, S saturation, E errors, W workload characterisation (never a cell of the USE matrix). */
export type Aspect = 'utilization' | 'saturation' | 'errors' | 'workload';
export const ASPECTS = ['utilization', 'saturation', 'errors', 'workload'] as const;

/** `1` is a plain number; `1/s`, `B/s` and `bit/s` are rates; `B` is bytes. */
export type Unit = '%' | 'ms' | 's' | 'B' | 'B/s' | 'bit/s' | '1' | '1/s';

/** What a larger value means for the host. */
export type Direction = 'higher-is-worse' | 'higher-is-better' | 'neither';

export interface Metric {
  readonly id: string;
  readonly resource: Resource;
  readonly aspect: Aspect;
  readonly unit: Unit;
  readonly direction: Direction;
  readonly title: string;
}

const U = 'utilization';
const S = 'saturation';
const E = 'errors';
const W = 'workload';
const worse = 'higher-is-worse';
const better = 'higher-is-better';
const neither = 'neither';

type Row = readonly [aspect: Aspect, unit: Unit, direction: Direction, title: string];

const ROWS = {
  // cpu: instance is `all` or the CPU number; host-wide metrics have instance null.
  'cpu.utilization': [U, '%', worse, 'CPU time not idle, not waiting for I/O, not stolen'],
  'cpu.user': [W, '%', neither, 'CPU time in user mode, nice included'],
  'cpu.system': [W, '%', neither, 'CPU time in the kernel'],
  'cpu.iowait': [W, '%', worse, 'CPU idle while a thread waits for disk I/O'],
  'cpu.steal': [S, '%', worse, 'CPU time the hypervisor gave to others'],
  'cpu.irq': [W, '%', neither, 'CPU time in hardware interrupts'],
  'cpu.softirq': [S, '%', worse, 'CPU time in software interrupts'],
  'cpu.guest': [W, '%', neither, 'CPU time running guests'],
  'cpu.idle': [W, '%', better, 'CPU idle time, I/O wait left out'],
  'cpu.load1': [S, '1', worse, 'Load average over 1 minute'],
  'cpu.load5': [S, '1', worse, 'Load average over 5 minutes'],
  'cpu.load15': [S, '1', worse, 'Load average over 15 minutes'],
  'cpu.runqueue': [S, '1', worse, 'Threads running or waiting for a CPU'],
  'cpu.blocked': [S, '1', worse, 'Threads in uninterruptible sleep'],
  'cpu.context_switches': [W, '1/s', neither, 'Context switches'],
  'cpu.interrupts': [W, '1/s', neither, 'Interrupts'],
  'cpu.forks': [W, '1/s', neither, 'Processes started'],
  'cpu.migrations': [W, '1/s', neither, 'Threads moved to another CPU'],
  'cpu.ipc': [U, '1', better, 'Instructions per cycle'],
  'cpu.branch_miss_ratio': [E, '%', worse, 'Branches predicted wrongly'],
  'cpu.cache_miss_ratio': [E, '%', worse, 'Last-level cache references that missed'],
  'cpu.pressure_some': [S, '%', worse, 'Share of the window in which a thread waited for a CPU (PSI)'],
  'cpu.runq_latency': [S, 'ms', worse, 'Time a thread waited for a CPU, 99th percentile'],
  'cpu.numa_remote_ratio': [S, '%', worse, 'Memory allocated on another node than the one wanted'],
  // memory
  'memory.total': [W, 'B', neither, 'Usable memory'],
  'memory.available': [W, 'B', better, 'Memory that can be had without paging'],
  'memory.available_ratio': [U, '%', better, 'Available memory of the total'],
  'memory.free': [W, 'B', neither, 'Unused memory'],
  'memory.used': [W, 'B', neither, 'Memory in use'],
  'memory.buffers': [W, 'B', neither, 'Buffers'],
  'memory.cached': [W, 'B', neither, 'Page cache'],
  'memory.swap_total': [W, 'B', neither, 'Swap space'],
  'memory.swap_used': [U, 'B', worse, 'Swap space in use'],
  'memory.swap_in': [S, 'B/s', worse, 'Memory read back from swap'],
  'memory.swap_out': [S, 'B/s', worse, 'Memory written to swap'],
  'memory.scan_direct': [S, '1/s', worse, 'Pages scanned by allocating threads (direct reclaim)'],
  'memory.scan_kswapd': [S, '1/s', worse, 'Pages scanned by kswapd'],
  'memory.major_faults': [S, '1/s', worse, 'Page faults that needed a read from disk'],
  'memory.oom_kills': [E, '1/s', worse, 'Processes killed for lack of memory'],
  'memory.pressure_some': [S, '%', worse, 'Share of the window in which a thread waited for memory (PSI)'],
  'memory.pressure_full': [S, '%', worse, 'Share of the window in which all threads waited for memory (PSI)'],
  'memory.cache_hit_ratio': [W, '%', better, 'Page cache lookups that found the page'],
  'memory.dirty': [S, 'B', worse, 'Pages changed and not yet written'],
  'memory.writeback': [S, 'B', worse, 'Pages being written'],
  'memory.dirty_threshold': [W, 'B', neither, 'Dirty pages at which writers are stalled'],
  'memory.dirty_background_threshold': [W, 'B', neither, 'Dirty pages at which the flush starts'],
  'memory.slab_reclaimable': [U, 'B', worse, 'Kernel caches that can be given back'],
  'memory.slab_unreclaimable': [U, 'B', worse, 'Kernel memory that cannot be given back'],
  'memory.committed': [W, 'B', neither, 'Memory promised to processes'],
  'memory.commit_limit': [W, 'B', neither, 'Limit of promised memory where overcommit is strict'],
  // instance is the zone: `node 0 Normal`
  'memory.zone_free': [S, '1', better, 'Free pages of a zone'],
  'memory.zone_min': [W, '1', neither, 'Free pages of a zone below which allocations reclaim themselves'],
  'memory.zone_low': [W, '1', neither, 'Free pages of a zone below which kswapd wakes'],
  // instance is the process: `java (4312)`
  'memory.rss': [U, 'B', worse, 'Resident memory of a process'],
  'memory.oom_score': [W, '1', neither, 'Badness of a process to the out-of-memory killer'],
  // disk: instance is the device
  'disk.utilization': [U, '%', worse, 'Share of the time with a request in flight'],
  'disk.read_await': [S, 'ms', worse, 'Mean time of a read, queue included'],
  'disk.write_await': [S, 'ms', worse, 'Mean time of a write, queue included'],
  'disk.flush_await': [S, 'ms', worse, 'Mean time of a flush, queue included'],
  'disk.discard_await': [S, 'ms', worse, 'Mean time of a discard, queue included'],
  'disk.await': [S, 'ms', worse, 'Mean time of a request, queue included'],
  'disk.queue_size': [S, '1', worse, 'Mean number of requests queued or in service'],
  'disk.read_iops': [W, '1/s', neither, 'Reads'],
  'disk.write_iops': [W, '1/s', neither, 'Writes'],
  'disk.flush_iops': [W, '1/s', neither, 'Flushes'],
  'disk.discard_iops': [W, '1/s', neither, 'Discards'],
  'disk.read_throughput': [W, 'B/s', neither, 'Read throughput'],
  'disk.write_throughput': [W, 'B/s', neither, 'Write throughput'],
  'disk.pressure_some': [S, '%', worse, 'Share of the window in which a thread waited for I/O (PSI)'],
  'disk.pressure_full': [S, '%', worse, 'Share of the window in which all threads waited for I/O (PSI)'],
  'disk.io_queue_latency': [S, 'ms', worse, 'Time of a request in the queue, 99th percentile'],
  'disk.io_device_latency': [S, 'ms', worse, 'Time of a request in the device, 99th percentile'],
  'disk.io_latency': [S, 'ms', worse, 'Time of a request in all, 99th percentile'],
  'disk.iops_limit': [W, '1/s', neither, 'Requests a second that the volume is sold with'],
  'disk.throughput_limit': [W, 'B/s', neither, 'Throughput that the volume is sold with'],
  // filesystem: instance is the mount point
  'filesystem.space_used': [U, '%', worse, 'Space in use, as an unprivileged writer sees it'],
  'filesystem.inodes_used': [U, '%', worse, 'Inodes in use'],
  // instance is the process or the mount point
  'filesystem.fsync_latency': [S, 'ms', worse, 'Time of an fsync, 99th percentile'],
  // network: instance is the interface; softnet has the CPU number or null
  'network.rx_throughput': [W, 'B/s', neither, 'Bytes received'],
  'network.tx_throughput': [W, 'B/s', neither, 'Bytes sent'],
  'network.rx_packets': [W, '1/s', neither, 'Packets received'],
  'network.tx_packets': [W, '1/s', neither, 'Packets sent'],
  'network.utilization': [U, '%', worse, 'Throughput of the busier direction against link speed'],
  'network.rx_errors': [E, '1/s', worse, 'Receive errors'],
  'network.tx_errors': [E, '1/s', worse, 'Transmit errors'],
  'network.rx_drops': [S, '1/s', worse, 'Received packets dropped'],
  'network.tx_drops': [S, '1/s', worse, 'Packets dropped before sending'],
  'network.collisions': [E, '1/s', worse, 'Collisions'],
  'network.link_speed': [W, 'bit/s', neither, 'Link speed'],
  'network.softnet_dropped': [S, '1/s', worse, 'Packets dropped because the backlog of a CPU was full'],
  'network.softnet_squeezed': [S, '1/s', worse, 'Times a CPU ran out of budget with packets left'],
  'network.conntrack_entries': [U, '1', worse, 'Connection-tracking entries'],
  'network.conntrack_max': [W, '1', neither, 'Limit of connection-tracking entries'],
  'network.conntrack_drops': [E, '1/s', worse, 'Packets dropped by connection tracking, failed insertions included'],
  // the path to a host: instance is the destination, or a hop
  'network.path_loss': [S, '%', worse, 'Probes that got no answer'],
  'network.path_rtt': [S, 'ms', worse, 'Mean round-trip time'],
  'network.path_rtt_deviation': [S, 'ms', worse, 'Deviation of the round-trip time'],
  // tcp
  'tcp.active_opens': [W, '1/s', neither, 'Connections opened by this host'],
  'tcp.passive_opens': [W, '1/s', neither, 'Connections accepted'],
  'tcp.segments_in': [W, '1/s', neither, 'Segments received'],
  'tcp.segments_out': [W, '1/s', neither, 'Segments sent, retransmissions left out'],
  'tcp.retransmits': [E, '1/s', worse, 'Segments sent again'],
  'tcp.attempt_fails': [E, '1/s', worse, 'Connection attempts that failed'],
  'tcp.established_resets': [E, '1/s', worse, 'Established connections reset'],
  'tcp.resets_sent': [E, '1/s', worse, 'Resets sent'],
  'tcp.in_errors': [E, '1/s', worse, 'Segments received with errors'],
  'tcp.listen_overflows': [E, '1/s', worse, 'Connections lost because an accept queue was full'],
  'tcp.listen_drops': [E, '1/s', worse, 'Connections lost at a listening socket'],
  'tcp.syn_queue_drops': [E, '1/s', worse, 'Requests dropped because the SYN queue was full'],
  'tcp.syn_queue_cookies': [E, '1/s', worse, 'SYN cookies sent because the SYN queue was full'],
  'tcp.loss_probes': [W, '1/s', neither, 'Tail-loss probes sent'],
  'tcp.spurious_rtos': [W, '1/s', neither, 'Retransmission timeouts that were not needed'],
  'tcp.timeouts': [E, '1/s', worse, 'Retransmission timeouts'],
  'tcp.memory_pressures': [S, '1/s', worse, 'Times TCP entered memory pressure'],
  'tcp.prune_called': [S, '1/s', worse, 'Receive queues pruned for lack of buffer'],
  'tcp.receive_queue_drops': [S, '1/s', worse, 'Segments dropped because a receive queue was full'],
  'tcp.memory_pages': [S, '1', worse, 'Pages in use by TCP buffers'],
  'tcp.memory_pressure_threshold': [W, '1', neither, 'Pages at which TCP memory pressure starts'],
  'tcp.sockets_established': [W, '1', neither, 'Established connections'],
  'tcp.sockets_time_wait': [U, '1', neither, 'Sockets in TIME-WAIT'],
  'tcp.sockets_close_wait': [S, '1', worse, 'Sockets in CLOSE-WAIT'],
  'tcp.sockets_orphaned': [S, '1', worse, 'Sockets without a process'],
  'tcp.accept_queue': [S, '1', worse, 'Connections waiting to be accepted, of a listening socket'],
  'tcp.accept_queue_limit': [W, '1', neither, 'Limit of the accept queue of a listening socket'],
  // udp
  'udp.datagrams_in': [W, '1/s', neither, 'Datagrams received'],
  'udp.datagrams_out': [W, '1/s', neither, 'Datagrams sent'],
  'udp.in_errors': [E, '1/s', worse, 'Datagrams that could not be delivered'],
  'udp.receive_buffer_errors': [E, '1/s', worse, 'Datagrams dropped because a receive buffer was full'],
  'udp.no_ports': [W, '1/s', neither, 'Datagrams to ports nobody listens on'],
  // limits
  'fd.open': [U, '1', worse, 'Open file descriptors, host-wide'],
  'fd.max': [W, '1', neither, 'Limit of open file descriptors, host-wide'],
  // instance is the process: `java (4312)`
  'fd.process_open': [U, '1', worse, 'Open file descriptors of a process'],
  'fd.process_limit': [W, '1', neither, 'Soft limit of open file descriptors of a process'],
  'task.threads': [U, '1', worse, 'Threads, host-wide'],
  'task.threads_max': [W, '1', neither, 'Limit of threads, host-wide'],
  'task.pid_max': [W, '1', neither, 'Limit of process ids'],
  'task.processes_zombie': [E, '1', worse, 'Zombie processes'],
  // lock: instance is the process
  'lock.wait_share': [S, '%', worse, 'Share of the waiting of active threads that is for locks'],
  // service: instance is the service or its pool of threads
  'service.threads_busy': [U, '1', worse, 'Threads of a pool that work'],
  'service.threads_total': [W, '1', neither, 'Threads of a pool'],
  'service.queue': [S, '1', worse, 'Requests that wait for a thread'],
  'service.request_rate': [W, '1/s', neither, 'Requests'],
  'service.error_ratio': [E, '%', worse, 'Requests that failed'],
  'service.duration_mean': [W, 'ms', worse, 'Mean time of a request'],
  'service.duration_p99': [S, 'ms', worse, 'Time of a request, 99th percentile'],
  // cgroup: instance is the cgroup path
  'cgroup.cpu_periods': [W, '1/s', neither, 'CPU quota periods'],
  'cgroup.cpu_throttled_periods': [S, '1/s', worse, 'CPU quota periods in which the group was throttled'],
  'cgroup.memory_used': [U, 'B', worse, 'Memory of the group, inactive page cache left out'],
  'cgroup.memory_limit': [W, 'B', neither, 'Limit of the group’s memory'],
  'cgroup.memory_limit_hits': [S, '1/s', worse, 'Times the group met its memory limit (max, high, failcnt)'],
  'cgroup.oom_kills': [E, '1/s', worse, 'Processes of the group killed for lack of memory'],
  'cgroup.major_faults': [S, '1/s', worse, 'Page faults of the group that needed a read from disk'],
  'cgroup.cpu_pressure': [S, '%', worse, 'Share of the window in which a thread of the group waited for a CPU (PSI)'],
  'cgroup.memory_pressure': [
    S,
    '%',
    worse,
    'Share of the window in which a thread of the group waited for memory (PSI)',
  ],
  'cgroup.io_pressure': [S, '%', worse, 'Share of the window in which a thread of the group waited for I/O (PSI)'],
  'cgroup.io_throttled': [S, '1/s', worse, 'Requests of the group held back by its I/O limit'],
  // facts that are numbers
  'bus.corrected_errors': [E, '1', worse, 'Memory errors corrected since boot (EDAC)'],
  'bus.uncorrected_errors': [E, '1', worse, 'Memory errors not corrected since boot (EDAC)'],
} as const satisfies Record<string, Row>;

export type MetricId = keyof typeof ROWS;

const resourceOf = (id: string): Resource => {
  const name = id.slice(0, id.indexOf('.'));
  const resource = RESOURCES.find((candidate) => candidate === name);
  if (!resource) throw new Error(`metric ${id} names no known resource`);
  return resource;
};

/** Every metric by its id, in the order of the catalogue. */
export const METRICS: ReadonlyMap<MetricId, Metric> = new Map(
  (Object.entries(ROWS) as [MetricId, Row][]).map(([id, [aspect, unit, direction, title]]) => [
    id,
    { id, resource: resourceOf(id), aspect, unit, direction, title },
  ]),
);

/** The metric of an id that is known to exist. */
export const metric = (id: MetricId): Metric => METRICS.get(id) as Metric;

export const isMetricId = (id: string): id is MetricId => METRICS.has(id as MetricId);
