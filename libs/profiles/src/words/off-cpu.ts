import { poolName } from '@fleetscope/contracts';
import { type Profile } from '../model/profile';
import { RUNNABLE_FRAME } from '../read/bpftrace-stacks.profile';

/** What a thread waited for, told by the kernel's functions in its stack. */
export const WAITS = ['run queue', 'lock', 'disk', 'network', 'sleep', 'pipe', 'poll', 'other'] as const;
export type Wait = (typeof WAITS)[number];

/**
 * The first that matches counts, from the most telling to the least: a write that waits for a journal's lock waits for
 * the disk. Names as in Linux 3.10 to 6.18.
 */
const SIGNS: readonly (readonly [Wait, RegExp])[] = [
  [
    'run queue',
    /^(\[runnable: waits for a CPU\]|exit_to_user_mode_loop|preempt_schedule\w*|__cond_resched|_cond_resched|schedule_preempt_disabled|irqentry_exit\w*)$/,
  ],
  [
    'disk',
    /^(io_schedule\w*|bio_wait|submit_bio_wait|blk_\w*|jbd2_\w*|ext4_sync_\w*|xfs_log_\w*|xlog_\w*|xfs_buf_\w*|btrfs_\w*wait\w*|wait_on_page_\w*|folio_wait_\w*|wait_on_buffer|__wait_on_buffer|balance_dirty_pages\w*|filemap_fdatawait\w*|nfs_wait_\w*|rq_qos_wait|swap_read\w*|do_swap_page|read_events|io_cqring_wait)$/,
  ],
  [
    'lock',
    /^(futex_\w*|do_futex|__futex\w*|rwsem_\w*|down_read\w*|down_write\w*|__mutex_lock\w*|mutex_lock\w*|__lock_page\w*|folio_lock\w*|do_semtimedop|__do_semtimedop|fcntl_setlk|locks_lock_\w*|rt_mutex_\w*|percpu_rwsem_wait|flock_lock\w*)$/,
  ],
  [
    'pipe',
    /^(pipe_read|pipe_write|anon_pipe_read|anon_pipe_write|fifo_open|wait_for_partner|unix_stream_\w*|unix_dgram_\w*|n_tty_read|tty_read)$/,
  ],
  [
    'network',
    /^(tcp_\w*|inet_csk_\w*|inet_\w*|sk_wait_data|sk_stream_wait_\w*|udp_\w*|__skb_wait_\w*|__skb_recv_udp|sock_recvmsg|vsock_\w*)$/,
  ],
  [
    'sleep',
    /^(do_nanosleep|hrtimer_nanosleep|common_nsleep|__x64_sys_clock_nanosleep|__x64_sys_nanosleep|sys_nanosleep|do_sigtimedwait|sigsuspend|do_wait|__do_wait|kernel_wait4|__x64_sys_pause)$/,
  ],
  [
    'poll',
    /^(ep_poll|do_epoll_wait|poll_schedule_timeout\w*|do_sys_poll|do_poll|do_select|core_sys_select|signalfd_read|eventfd_read|timerfd_read|inotify_read)$/,
  ],
];

/** Waiting for work: for a connection, or in a futex as for a lock (condition variables, semaphores, parked threads). */
const FOR_WORK =
  /inet_csk_accept|unix_accept|pthread_cond_\w*wait|cond_\w*wait_common|sem_\w*wait|futexsleep|notet?sleep|Parker::park|Unsafe_Park|Condvar|thread::park|condition_variable/;

export interface WaitShare {
  readonly wait: Wait;
  /** In the profile's unit. */
  readonly weight: number;
  readonly share: number;
}

/** What each stack waits for, by the most telling of its frames. */
const waitsOf = ({ stacks, frames, strings }: Profile): ((stack: number) => Wait) => {
  const signs = new Int8Array(frames.size).fill(-1);
  for (let frame = 0; frame < frames.size; frame++) {
    const name = strings[frames.name[frame] as number] as string;
    signs[frame] = name === RUNNABLE_FRAME ? 0 : SIGNS.findIndex(([, sign]) => sign.test(name));
  }
  return (from) => {
    let best = SIGNS.length;
    for (let stack = from; stack >= 0; stack = stacks.parent[stack] as number) {
      const sign = signs[stacks.frame[stack] as number] as number;
      if (sign !== -1 && sign < best) best = sign;
    }
    return SIGNS[best]?.[0] ?? 'other';
  };
};

/** An off-CPU profile's weight by what was waited for, heaviest first. */
export const offCpuSplit = (profile: Profile, keep?: (sample: number) => boolean): WaitShare[] => {
  const { samples } = profile;
  const waitOf = waitsOf(profile);
  const sums = new Float64Array(WAITS.length);
  let total = 0;
  for (let at = 0; at < samples.size; at++) {
    if (keep && !keep(at)) continue;
    const place = WAITS.indexOf(waitOf(samples.stack[at] as number));
    sums[place] = (sums[place] as number) + (samples.weight[at] as number);
    total += samples.weight[at] as number;
  }
  return WAITS.map((wait, at) => ({
    wait,
    weight: sums[at] as number,
    share: total > 0 ? (sums[at] as number) / total : 0,
  }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
};

export interface LockShare {
  readonly command: string;
  readonly pid: number;
  /** 0 to 1, of what the process's active threads waited for. */
  readonly share: number;
  /** Nanoseconds they waited in all. */
  readonly waited: number;
}

/** A thread that waits less often does not run: it is a pool's that has nothing to do. */
const ACTIVE_WAITS_PER_SECOND = 3;
/** Of one thread's time: where the active threads of a process wait less, it is of no account for what. */
const LEAST_WAITING = 0.05;

/** Stacks of who waits for something to do, rather than for somebody. */
const idling = (profile: Profile): ((stack: number) => boolean) => {
  const { stacks, frames, strings } = profile;
  const waitOf = waitsOf(profile);
  const signs = Uint8Array.from({ length: frames.size }, (_, frame) =>
    FOR_WORK.test(strings[frames.name[frame] as number] as string) ? 1 : 0,
  );
  return (from) => {
    const wait = waitOf(from);
    if (wait === 'sleep' || wait === 'poll') return true;
    for (let stack = from; stack >= 0; stack = stacks.parent[stack] as number)
      if (signs[stacks.frame[stack] as number]) return true;
    return false;
  };
};

/**
 * How much of the waiting of each process's active threads is for locks, most waiting first. Sleeping, polling and waiting
 * for work is no waiting for anything that another one holds. Null where the profile does not tell threads or how often
 * they waited.
 */
export const lockShares = (profile: Profile): LockShare[] | null => {
  const { samples, threads, strings, durationMs } = profile;
  const told = samples.size > 0 && samples.count.some((count, at) => count !== samples.weight[at]);
  if (!durationMs || !told || threads.tid.every((tid) => tid <= 0)) return null;
  const waitOf = waitsOf(profile);
  const isIdle = idling(profile);
  const byThread = new Map<number, { count: number; lock: number; waited: number }>();
  for (let at = 0; at < samples.size; at++) {
    const thread = byThread.get(samples.thread[at] as number) ?? { count: 0, lock: 0, waited: 0 };
    byThread.set(samples.thread[at] as number, thread);
    const [stack, weight] = [samples.stack[at] as number, samples.weight[at] as number];
    thread.count += samples.count[at] as number;
    if (isIdle(stack)) continue;
    thread.waited += weight;
    if (waitOf(stack) === 'lock') thread.lock += weight;
  }
  const processes = new Map<number, { command: string; most: number; lock: number; waited: number }>();
  for (const [thread, { count, lock, waited }] of byThread) {
    const pid = threads.pid[thread] ?? 0;
    if (pid <= 0 || (count * 1000) / durationMs < ACTIVE_WAITS_PER_SECOND) continue;
    const known = processes.get(pid) ?? { command: '?', most: -1, lock: 0, waited: 0 };
    processes.set(pid, known);
    // Threads have names of their own: the one that waits most speaks for the process.
    if (waited > known.most) {
      known.command = strings[threads.command[thread] ?? -1] ?? '?';
      known.most = waited;
    }
    known.lock += lock;
    known.waited += waited;
  }
  return [...processes]
    .filter(([, { waited }]) => waited >= durationMs * 1e6 * LEAST_WAITING)
    .map(([pid, { command, lock, waited }]) => ({ command, pid, share: lock / waited, waited }))
    .sort((a, b) => b.waited - a.waited);
};

/**
 * How many threads of each pool worked at a time: what a thread did not spend waiting for something to do. One that nothing
 * woke is not in the profile and counts as idle. Null where the profile does not tell threads.
 */
export const busyThreads = (profile: Profile): Map<string, number> | null => {
  const { samples, threads, strings, durationMs } = profile;
  if (!durationMs || samples.size === 0 || threads.tid.every((tid) => tid <= 0)) return null;
  const isIdle = idling(profile);
  const idle = new Map<number, number>();
  for (let at = 0; at < samples.size; at++) {
    const thread = samples.thread[at] as number;
    const weight = isIdle(samples.stack[at] as number) ? (samples.weight[at] as number) : 0;
    idle.set(thread, (idle.get(thread) ?? 0) + weight);
  }
  const pools = new Map<string, number>();
  for (const [thread, nanoseconds] of idle) {
    const name = poolName(strings[threads.command[thread] ?? -1] ?? '?', threads.pid[thread] ?? 0);
    pools.set(name, (pools.get(name) ?? 0) + Math.max(0, 1 - nanoseconds / (durationMs * 1e6)));
  }
  return pools;
};
