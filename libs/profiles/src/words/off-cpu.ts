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

export interface WaitShare {
  readonly wait: Wait;
  /** In the profile's unit. */
  readonly weight: number;
  readonly share: number;
}

/** An off-CPU profile's weight by what was waited for, heaviest first. */
export const offCpuSplit = (profile: Profile, keep?: (sample: number) => boolean): WaitShare[] => {
  const { stacks, frames, samples, strings } = profile;
  const signs = new Int8Array(frames.size).fill(-1);
  for (let frame = 0; frame < frames.size; frame++) {
    const name = strings[frames.name[frame] as number] as string;
    signs[frame] = name === RUNNABLE_FRAME ? 0 : SIGNS.findIndex(([, sign]) => sign.test(name));
  }
  const sums = new Float64Array(WAITS.length);
  let total = 0;
  for (let at = 0; at < samples.size; at++) {
    if (keep && !keep(at)) continue;
    let best = SIGNS.length;
    for (let stack = samples.stack[at] as number; stack >= 0; stack = stacks.parent[stack] as number) {
      const sign = signs[stacks.frame[stack] as number] as number;
      if (sign !== -1 && sign < best) best = sign;
    }
    const wait = SIGNS[best]?.[0] ?? 'other';
    const place = WAITS.indexOf(wait);
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
