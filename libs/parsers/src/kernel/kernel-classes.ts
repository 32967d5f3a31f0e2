/** What a kernel message is about. */
export type KernelClass =
  | 'oom-kill'
  | 'disk-error'
  | 'filesystem-error'
  | 'readonly-remount'
  | 'page-allocation-failure'
  | 'hardware-error'
  | 'rt-throttling'
  | 'conntrack-full'
  | 'tcp-syn-flood'
  | 'net-link'
  | 'segfault'
  | 'hung-task'
  | 'soft-lockup'
  | 'other';

interface Test {
  readonly holds: (text: string) => boolean;
  /** A text in which none of these stands is not meant. */
  readonly signs: readonly string[];
}

const has = (...needles: string[]): Test => ({
  holds: (text) => needles.some((needle) => text.includes(needle)),
  signs: needles,
});

const all = (first: string, ...needles: string[]): Test => ({
  holds: (text) => text.includes(first) && needles.every((needle) => text.includes(needle)),
  signs: [first],
});

const any = (...tests: Test[]): Test => ({
  holds: (text) => tests.some((test) => test.holds(text)),
  signs: tests.flatMap(({ signs }) => signs),
});

const begins = (start: string, test: Test): Test => ({
  holds: (text) => text.startsWith(start) && test.holds(text),
  signs: test.signs,
});

const mentions = (word: string, test: Test): Test => ({
  holds: (text) => text.includes(word) && test.holds(text),
  signs: [word],
});

/** In order: the first that holds names the class. Needles are lower case, as is the text they are sought in. */
const RULES: readonly (readonly [KernelClass, Test])[] = [
  [
    'readonly-remount',
    any(has('remounting filesystem read-only', 'remounting read-only', 'forced readonly'), all('remount', 'read-only')),
  ],
  [
    'page-allocation-failure',
    has('page allocation failure', 'page allocation stalls', 'unable to allocate memory on node'),
  ],
  ['rt-throttling', has('rt throttling activated', 'dl replenish lagged', 'rt_throttled')],
  ['conntrack-full', has('nf_conntrack: table full', 'ip_conntrack: table full', 'conntrack table full')],
  ['tcp-syn-flood', any(has('possible syn flooding'), all('syn flood', 'port'))],
  [
    'soft-lockup',
    has(
      'soft lockup',
      'hard lockup',
      'rcu_sched self-detected stall',
      'rcu_preempt self-detected stall',
      'rcu: info: rcu',
      'detected stalls on cpus',
    ),
  ],
  ['hung-task', any(all('task ', ' blocked for more than'), has('hung_task'))],
  [
    'segfault',
    any(
      has('segfault at ', 'general protection fault', 'trap invalid opcode', 'trap divide error'),
      all('traps: ', ' ip:'),
    ),
  ],
  [
    'hardware-error',
    has(
      'hardware error',
      'machine check',
      'mce: [',
      'edac ',
      'pcie bus error',
      'aer: ',
      'uncorrected error',
      'corrected error',
      'corrected memory error',
      'memory failure:',
      'temperature above threshold',
      'thermal throttling',
      'nmi: pci system error',
      'nmi: iock error',
      'uncorrectable ecc',
      'ce memory read error',
      'ue memory read error',
    ),
  ],
  [
    'disk-error',
    any(
      has(
        'i/o error',
        'blk_update_request:',
        'critical medium error',
        'critical target error',
        'medium error',
        'unrecovered read error',
        'device offlined',
        'rejecting i/o to offline device',
        'hard resetting link',
        'failed command:',
        'exception emask',
        'controller is down',
        'lost async page write',
        'lost page write',
        'print_req_error',
        'buffer i/o error',
        'synchronizing scsi cache failed',
        'md/raid',
        'raid array is not clean',
      ),
      mentions('nvme', has('timeout', 'reset controller', 'aborting', 'resetting', 'removing after probe failure')),
      begins('ata', has('link is slow to respond', 'srst failed', 'revalidation failed', ': timeout')),
    ),
  ],
  [
    'filesystem-error',
    any(
      has(
        'ext4-fs error',
        'ext3-fs error',
        'ext2-fs error',
        'ext4-fs warning',
        'btrfs error',
        'btrfs critical',
        'metadata i/o error',
        'aborting journal',
        'journal has aborted',
        'f2fs-fs error',
        'fat-fs error',
        'filesystem error',
        'corruption detected',
        'failed to recover',
      ),
      begins('xfs', has('corrupt', 'shutdown', 'shutting down', 'error', 'unmount and run xfs_repair')),
      begins('jbd2', has('error', 'abort')),
      all('nfs: server', 'not responding'),
    ),
  ],
  [
    'net-link',
    has(
      'link is down',
      'link is up',
      'link becomes ready',
      'nic link is',
      'netdev watchdog',
      'transmit queue',
      'lost carrier',
      'gained carrier',
      'link down',
      'link up',
    ),
  ],
  [
    'other',
    has(
      'kernel panic',
      'oops:',
      'bug: ',
      'kernel bug at',
      'unable to handle kernel',
      'null pointer dereference',
      'double fault',
      'watchdog: ',
      'workqueue lockup',
      'too many open files',
      'file-max limit',
      'neighbour table overflow',
      'neighbor table overflow',
      'tcp: out of memory',
      'tcp: too many orphaned sockets',
      'clocksource: timekeeping watchdog',
      'marking clocksource',
    ),
  ],
];

const SERIOUS = new Set(['emerg', 'alert', 'crit', 'err']);

/** All signs at once: nine lines of ten in a kernel log are none of these, and one pass over them tells. */
const SIGNS = new RegExp(
  [...new Set(RULES.flatMap(([, { signs }]) => signs))]
    .map((sign) => sign.replace(/[[\]().*+?^$|{}\\/]/g, '\\$&'))
    .join('|'),
);

/** The class of a message, or null when it is a message like any other. Out-of-memory kills are read by OomReader. */
export const kernelClass = (text: string, level: string | null): KernelClass | null => {
  const lower = text.toLowerCase();
  if (SIGNS.test(lower)) {
    for (const [name, test] of RULES)
      if (test.holds(lower)) return name === 'disk-error' && isBoot(lower) ? null : name;
  }
  return level !== null && SERIOUS.has(level) ? 'other' : null;
};

const FAULT = has('error', 'fail', 'not clean', 'degraded', 'disabled');

/** `md/raid1:md0: active with 2 out of 2 mirrors` at boot is no error. */
const isBoot = (lower: string): boolean => lower.includes('md/raid') && !FAULT.holds(lower);
