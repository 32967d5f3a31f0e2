import type { ParseResult } from '@fleetscope/contracts';
import { detect, parseText } from '../src';
import { contextOf } from './fixtures';
import { type Example, EXAMPLES, examplesOf, hasExamples } from './published';

/** The tools need a kernel's headers: what can't be recorded is read off the pages they are published with. */
const TOOLS = [
  'tcpretrans',
  'tcplife',
  'tcptop',
  'tcpconnlat',
  'tcpconnect',
  'biolatency',
  'biosnoop',
  'ext4slower',
  'xfsslower',
  'filetop',
  'offcputime',
  'profile',
  'runqlat',
  'cachestat',
  'opensnoop',
  'syscount',
  'memleak',
  'execsnoop',
];

/** Examples that are cut or garbled on their page. */
const EXPECTED_ISSUES: Readonly<Record<string, string>> = {
  './profile -C 7 2': 'the stack at its end has no value',
};

/** Folded stacks are the same whoever printed them, and so are histograms and stacks without their first line. */
const UNDETECTED = new Set([
  './xfsslower -j 1',
  './offcputime -K -f 5',
  './profile -I',
  './profile -p 25036 -d',
  './profile -f -p `pgrep -n func_ab` 5',
  './profile -adf -p `pgrep -n dd` 10',
]);

const parse = (tool: string, { output }: Example): ParseResult => parseText(`bcc-${tool}`, output, contextOf());

/** What the page shows for a command. */
const shown = (tool: string, command: string): ParseResult => {
  const found = examplesOf(tool).find((one) => one.command === command);
  if (!found) throw new Error(`no example ${command} in ${EXAMPLES}`);
  return parse(tool, found);
};

const histogram = (result: ParseResult, instance: string | null) => {
  const found = result.observations.find((one) => one.kind === 'histogram' && one.instance === instance);
  if (found?.kind !== 'histogram') throw new Error(`no histogram of ${instance}`);
  return { unit: found.unit, buckets: found.buckets.filter(({ count }) => count > 0) };
};

(hasExamples ? describe : describe.skip)('published examples of bcc (skipped without the package bpfcc-tools)', () => {
  for (const tool of TOOLS) {
    const examples = hasExamples ? examplesOf(tool) : [];
    it(`${tool} has examples`, () => expect(examples.length).toBeGreaterThan(0));
    for (const example of examples) {
      it(example.command, () => {
        const result = parse(tool, example);
        if (EXPECTED_ISSUES[example.command] === undefined) expect(result.issues).toEqual([]);
        expect(result.rows.length).toBeGreaterThan(0);
        if (!UNDETECTED.has(example.command)) expect(detect(example.output)).toBe(`bcc-${tool}`);
      });
    }
  }

  it('tcpretrans: both ends, the kind, the sequence number', () => {
    expect(shown('tcpretrans', './tcpretrans -l').rows[3]).toMatchObject({
      TIME: '2026-11-21T01:55:53.000Z',
      PID: 0,
      'LADDR:LPORT': '10.153.223.157:22',
      'T>': 'L>',
      'RADDR:RPORT': '69.53.245.40:46444',
    });
    expect(shown('tcpretrans', './tcpretrans.py -s').rows[1]).toMatchObject({ STATE: 'SYN_SENT', SEQ: 2879306108 });
    expect(shown('tcpretrans', './tcpretrans.py -c').rows[1]).toEqual({
      'LADDR:LPORT': '192.168.10.50:666',
      'RADDR:RPORT': '172.213.11.195:443',
      RETRANSMITS: 345,
    });
    const [events] = shown('tcpretrans', './tcpretrans').observations;
    expect(events).toMatchObject({ kind: 'events', name: 'tcp-retransmits', events: [{ line: 2 }, {}, {}] });
  });

  it('tcplife: in columns, with addresses of version 6, and separated by commas', () => {
    expect(shown('tcplife', './tcplife -w').rows[2]).toMatchObject({
      COMM: 'ssh',
      IP: 6,
      LADDR: 'fe80::8a3:9dff:fed5:6b19',
      LPORT: 22440,
      MS: 457.52,
    });
    expect(shown('tcplife', './tcplife -stT').rows[2]).toMatchObject({ 'TIME(s)': 1.025078, PID: 7358, MS: 0.25 });
  });

  it('tcptop and filetop: the clock above a report is its rows’', () => {
    const { rows } = shown('tcptop', 'tcptop -C');
    expect(rows[4]).toEqual({
      time: '2026-11-21T20:27:13.000Z',
      PID: 14374,
      COMM: 'sshd',
      LADDR: '100.66.3.172:22',
      RADDR: '100.127.69.165:25219',
      RX_KB: 0,
      TX_KB: 0,
    });
    expect(shown('filetop', './filetop -C').rows[6]).toMatchObject({
      PID: 26631,
      READS: 34,
      R_Kb: 136,
      FILE: 'auto.conf',
    });
  });

  it('tcpconnect: a name with a remark, and no name', () => {
    const { rows } = shown('tcpconnect', './tcpconnect -d');
    expect(rows[2]?.QUERY).toBe('www.domain.com (123.342ms)');
    expect(rows[3]?.QUERY).toBe('No DNS Query');
    expect(shown('tcpconnlat', './tcpconnlat').rows[7]).toMatchObject({
      COMM: 'python2.7',
      DPORT: 7001,
      'LAT(ms)': 62.2,
    });
  });

  it('biolatency: by disk and by flags, extended, as a dictionary', () => {
    expect(histogram(shown('biolatency', './biolatency.py -e'), null).unit).toBe('us');
    expect(shown('biolatency', './biolatency.py -e').rows[1]).toEqual({ average: 663, total: 16575, count: 25 });
    expect(histogram(shown('biolatency', './biolatency -mT 1 5'), null).buckets[0]).toEqual({
      from: 0,
      to: 2,
      count: 36,
    });
    expect(histogram(shown('biolatency', './biolatency.py -jF'), 'Sync-Write').buckets).toEqual([
      { from: 16, to: 32, count: 1 },
      { from: 32, to: 64, count: 1 },
      { from: 1024, to: 2048, count: 2 },
    ]);
  });

  it('biosnoop and ext4slower: queued and device time; both forms', () => {
    expect(shown('biosnoop', 'biosnoop.py -Q').rows[1]).toMatchObject({
      COMM: 'sync',
      'QUE(ms)': 0.11,
      'LAT(ms)': 0.47,
    });
    expect(shown('ext4slower', './ext4slower 1').rows[1]).toMatchObject({ COMM: 'cksum', BYTES: 39552, FILENAME: '[' });
  });

  it('stacks: root first, the command before them', () => {
    expect(shown('profile', './profile').rows[2]).toEqual({
      comm: 'dd',
      pid: 25036,
      stack: 'dd;read;entry_SYSCALL_64_fastpath;sys_read;vfs_read;__vfs_read;read_iter_zero;iov_iter_zero;__clear_user',
      samples: 4,
    });
    expect(shown('profile', './profile -p 25036 -d').rows[0]?.stack).toBe(
      'dd;__write;-;entry_SYSCALL_64_fastpath;sys_write;__vfs_write',
    );
    expect(shown('offcputime', './offcputime -K').rows[1]).toMatchObject({ comm: 'rcuos/0', us: 22 });
    expect(shown('offcputime', './offcputime -K -f 5').rows[3]).toEqual({
      comm: 'rcuos/4',
      stack: 'rcuos/4;ret_from_fork;kthread;rcu_nocb_kthread;schedule',
      us: 45,
    });
  });

  it('cachestat: the interrupt in front of a row is none of its values; the ratio is a metric', () => {
    const result = shown('cachestat', 'cachestat');
    expect(result.rows.at(-1)).toMatchObject({ HITS: 0, MISSES: -19, DIRTIES: 360, HITRATIO: 0, CACHED_MB: 4423 });
    expect(result.observations[0]).toMatchObject({
      metric: 'memory.cache_hit_ratio',
      values: [100, 100, 100, 55.51, 100, 100, 100, 0],
    });
  });

  it('opensnoop: failed opens, paths that could not be read, flags', () => {
    expect(shown('opensnoop', './opensnoop -x').rows[2]).toEqual({
      PID: 18373,
      COMM: 'multilog',
      FD: -1,
      ERR: 13,
      PATH: 'lock',
    });
    expect(shown('opensnoop', './opensnoop -n ed').rows[8]).toMatchObject({ COMM: 'sed', FD: -1, ERR: 2, PATH: '' });
  });

  it('syscount: by call, with time, by process', () => {
    expect(shown('syscount', 'syscount -L').rows[6]).toMatchObject({
      SYSCALL: '[unknown: 321]',
      COUNT: 32,
      'TIME (us)': 4.965,
    });
    expect(shown('syscount', 'syscount -P').rows[6]).toMatchObject({ PID: 529, COMM: 'systemd-udevd', COUNT: 9 });
  });

  it('memleak: sums with their stacks, and single allocations', () => {
    const { rows } = shown('memleak', './memleak -p $(pidof allocs) -a');
    expect(rows[0]).toEqual({ time: '2026-11-21T11:16:33.000Z', addr: '948cd0', size: 16 });
    expect(rows[4]).toEqual({
      time: '2026-11-21T11:16:33.000Z',
      bytes: 64,
      allocations: 4,
      stack: '__libc_start_main+0xf0 [libc-2.21.so];main+0x6d [allocs]',
    });
  });

  it('execsnoop: arguments with blanks, failures, all columns', () => {
    expect(shown('execsnoop', './execsnoop -x').rows[7]).toMatchObject({ PCOMM: 'run', PID: 9660, RET: -2 });
    expect(shown('execsnoop', './execsnoop -Ttn mount').rows).toEqual([
      {
        TIME: '2026-11-21T14:08:23.000Z',
        'TIME(s)': 2.849,
        PCOMM: 'mount',
        PID: 18049,
        PPID: 1045,
        RET: 0,
        ARGS: '/bin/mount -p',
      },
    ]);
  });
});

describe('bcc: what the pages do not show', () => {
  it('a command with blanks, before a path with blanks', () => {
    const text = `PID    COMM               FD ERR PATH\n12     tmux: server        5   0 /home/my files/a b\n13     a  b                -1   2 \n`;
    expect(parseText('bcc-opensnoop', text, contextOf()).rows).toEqual([
      { PID: 12, COMM: 'tmux: server', FD: 5, ERR: 0, PATH: '/home/my files/a b' },
      { PID: 13, COMM: 'a b', FD: -1, ERR: 2, PATH: '' },
    ]);
  });

  it('an unknown column is kept, and said once', () => {
    const text = 'PID    COMM  FD ERR NEWCOL PATH\n1 a 3 0 x /etc\n1 a 3 0 y /etc\n';
    const { rows, issues } = parseText('bcc-opensnoop', text, contextOf());
    expect(rows.map((row) => row.NEWCOL)).toEqual(['x', 'y']);
    expect(issues).toEqual([{ line: 1, text: 'NEWCOL', reason: 'unknown column NEWCOL' }]);
  });

  it('the representation of bytes is no part of a name', () => {
    const text = "disk = b'xvda1'\n     usecs : count     distribution\n  0 -> 1 : 3 |***|\n";
    const { observations } = parseText('bcc-biolatency', text, contextOf());
    expect(observations).toMatchObject([{ instance: 'xvda1', buckets: [{ from: 0, to: 2, count: 3 }] }]);
  });
});
