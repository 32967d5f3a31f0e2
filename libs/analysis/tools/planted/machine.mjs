import { BURN, CGROUP_CPU, IN_CPU_GROUP, LOOP, finds, python } from './pieces.mjs';

/** Faults of CPUs, groups and file systems. */
export const MACHINE = [
  ...[
    ['two', 2, ['cpu-utilization']],
    ['eight', 8, ['cpu-utilization', 'cpu-runqueue', 'cpu-pressure']],
    ['sixteen', 16, ['cpu-utilization', 'cpu-runqueue', 'cpu-pressure']],
  ].map(([word, threads, rules]) => ({
    name: `cpu-${word}`,
    title: `${threads} threads that compute on 2 CPUs`,
    how: `stress-ng --cpu ${threads}`,
    plant: `exec stress-ng --quiet --cpu ${threads} --timeout 60`,
    warm: 2,
    finds: rules.map((rule) => finds(rule)),
    open: {
      'cpu-load': 'the average of a minute has only begun to rise',
      ...(threads === 2
        ? { 'cpu-runqueue': 'the probe runs beside them', 'cpu-pressure': 'the probe runs beside them' }
        : {}),
    },
  })),
  {
    name: 'cpu-load',
    title: 'Twelve threads that compute for a minute and a half',
    how: 'stress-ng --cpu 12, recorded after 75 s',
    plant: 'exec stress-ng --quiet --cpu 12 --timeout 110',
    warm: 75,
    finds: ['cpu-utilization', 'cpu-runqueue', 'cpu-pressure', 'cpu-load'].map((rule) => finds(rule)),
  },
  {
    name: 'cpu-system',
    title: 'A process that does nothing but system calls',
    how: 'two dd of one byte at a time',
    plant: 'for i in 1 2; do dd if=/dev/zero of=/dev/null bs=1 & done; wait',
    warm: 2,
    finds: [finds('cpu-utilization'), finds('cpu-system')],
    quiet: true,
    open: { 'cpu-runqueue': 'the probe runs beside them', 'cpu-pressure': 'the probe runs beside them' },
  },
  {
    name: 'cpu-switches',
    title: 'Threads that hand a byte to and fro',
    how: 'stress-ng --switch 4',
    plant: 'exec stress-ng --quiet --switch 4 --timeout 60',
    warm: 2,
    finds: [finds('cpu-switches')],
    open: Object.fromEntries(
      ['cpu-utilization', 'cpu-runqueue', 'cpu-pressure', 'cpu-system'].map((rule) => [rule, 'it fills the CPUs, too']),
    ),
  },
  ...[0, 1].map((cpu) => ({
    name: `cpu-pinned-${cpu}`,
    title: `One thread that fills CPU ${cpu}`,
    how: `a shell loop bound to CPU ${cpu} by taskset`,
    plant: `exec taskset -c ${cpu} sh -c '${BURN}'`,
    warm: 2,
    finds: [finds('cpu-imbalance', String(cpu))],
    open: { 'cpu-utilization': 'half of the CPUs, and what else runs', 'cpu-pressure': 'what else runs on that CPU' },
    quiet: true,
  })),
  // Groups and limits.
  ...[
    ['a', 20000, 1],
    ['b', 50000, 2],
  ].map(([letter, quota, threads]) => ({
    name: `quota-${letter}`,
    title: `A group that meets its quota of ${quota / 100000} CPUs`,
    how: `cgroup v1 cpu.cfs_quota_us=${quota}, ${threads} busy thread(s) in it`,
    setup: CGROUP_CPU(quota),
    runbook: letter === 'a' ? 'cgroup-pressure' : 'use-method',
    parameters: letter === 'a' ? { duration: '5s' } : {},
    plant: `for i in $(seq ${threads}); do ${IN_CPU_GROUP} sh -c '${BURN}' & done; wait`,
    warm: 2,
    finds: [finds('cpu-throttled')],
    open: { 'cgroup-cpu': 'pressure of a group is not told by version 1' },
  })),
  ...[
    ['warn', 58],
    ['crit', 62],
  ].map(([word, size]) => ({
    name: `space-${word}`,
    title: `A file system that is nearly full (${word})`,
    how: `a loop device with ext4 of 64 MiB, filled`,
    setup: LOOP(
      '-m 0 -O ^has_journal',
      `dd if=/dev/zero of=/srv/data/file bs=1M count=${size === 58 ? 55 : 70} 2>/dev/null || true`,
    ),
    finds: [finds('fs-space', '/srv/data')],
  })),
  ...[
    ['warn', 900],
    ['crit', 1013],
  ].map(([word, files]) => ({
    name: `inodes-${word}`,
    title: `A file system that runs out of inodes (${word})`,
    how: `mkfs.ext4 -N 1024 and ${files} files`,
    setup: LOOP('-m 0 -N 1024', `for i in $(seq ${files}); do : >/srv/data/$i || break; done 2>/dev/null`),
    finds: [finds('fs-inodes', '/srv/data')],
  })),
  ...[
    ['read', 'triage-60s', 'dd if=$device of=/dev/null bs=4k count=1 skip=2000 2>/dev/null || true'],
    ['file-system', 'use-method', 'ls -R /srv/data >/dev/null 2>&1 || true'],
  ].map(([word, runbook, use]) => ({
    name: `disk-errors-${word}`,
    title: `A device that can't read its sectors (${word})`,
    how: `a loop device with ext4 whose file is cut to 64 KiB, then: ${use}`,
    runbook,
    // Every case's kernel log is the machine's.
    setup: `dmesg -C
truncate -s 16M ../disk; mkfs.ext4 -q -O ^has_journal ../disk
mkdir -p /srv/data; device=$(losetup --show -f ../disk); mount -o errors=remount-ro $device /srv/data; mkdir /srv/data/lost; sync
truncate -s 64K ../disk; echo 3 >/proc/sys/vm/drop_caches
${use}
umount -l /srv/data; losetup -d $device`,
    finds: [finds('disk-errors')],
    open: { 'mem-major-faults': 'the page cache was dropped to have the sectors read' },
  })),
  {
    name: 'group-memory',
    title: 'A group at its memory limit',
    how: 'cgroup v1 memory.limit_in_bytes of 64 MiB, a process that reads and writes 62 MiB of it',
    runbook: 'cgroup-pressure',
    parameters: { duration: '5s' },
    setup: 'mkdir -p /sys/fs/cgroup/memory/limited; echo 67108864 >/sys/fs/cgroup/memory/limited/memory.limit_in_bytes',
    plant: `exec sh -c 'echo $$ >/sys/fs/cgroup/memory/limited/cgroup.procs; exec python3 -c "
import time
held = bytearray(56 * 1024 * 1024)
for i in range(0, len(held), 4096): held[i] = 1
time.sleep(60)"'`,
    warm: 3,
    finds: [finds('cgroup-memory')],
  },
  ...[
    ['a', 48, 'triage-60s'],
    ['b', 24, 'use-method'],
  ].map(([letter, limit, runbook]) => ({
    name: `major-faults-${letter}`,
    title: `A mapped file of 256 MiB in a group of ${limit} MiB`,
    how: `cgroup v1 memory.limit_in_bytes of ${limit} MiB, a process that touches random pages of a mapped file on disk`,
    runbook,
    setup: `mkdir -p /sys/fs/cgroup/memory/faults; echo ${limit * 1048576} >/sys/fs/cgroup/memory/faults/memory.limit_in_bytes
dd if=/dev/urandom of=../mapped bs=1M count=256 2>/dev/null
sync ../mapped; dd if=../mapped iflag=nocache count=0 2>/dev/null`,
    plant: python(`
import mmap, random
open('/sys/fs/cgroup/memory/faults/cgroup.procs', 'w').write(str(os.getpid()))
file = open('../mapped', 'rb'); pages = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ); pages.madvise(mmap.MADV_RANDOM)
while True: pages[random.randrange(65536) * 4096]
`),
    warm: 3,
    finds: [finds('mem-major-faults')],
    open: {
      'cgroup-memory': 'its page cache meets the limit, which may be harmless or not',
      'cpu-iowait': 'it waits for the disk, among others',
      'disk-pressure': 'it waits for the disk, among others',
      'disk-await': 'it waits for the disk, among others',
    },
  })),
];
