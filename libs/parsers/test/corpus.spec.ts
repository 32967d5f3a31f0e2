import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseText } from '../src';
import { COLLECTED_AT } from './fixtures';

/** A larger collection of recordings that may lie beside the checkout; it is no part of the repository. */
const CORPUS = join(__dirname, '..', '..', '..', '..', 'shared', 'corpus');

const files = (directory: string): string[] =>
  readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });

/** By what a path within the corpus begins with: the parser, or why nobody reads it. */
const READERS: readonly (readonly [prefix: string, parser: string | null, reason?: string])[] = [
  ['sysstat/*/iostat', 'iostat'],
  ['sysstat/*/mpstat', 'mpstat'],
  ['sysstat/*/pidstat', 'pidstat'],
  ['sysstat/*/sar', 'sar'],
  ['procps/free', 'free'],
  ['procps/uptime', 'uptime'],
  ['procps/top', 'top'],
  ['procps/vmstat-d', null, 'disk table of vmstat: iostat and /proc/diskstats say more'],
  ['procps/vmstat-p', null, 'partition table of vmstat: iostat says more'],
  ['procps/vmstat', 'vmstat'],
  ['procps/slabtop', 'slabtop'],
  ['procps/ps', 'ps'],
  ['procps/w', 'w'],
  ['dmesg/', 'dmesg'],
  ['iproute2/ss-s', 'ss-s'],
  ['iproute2/ss-a.err', null, 'an error message'],
  ['iproute2/ss-', 'ss'],
  ['iproute2/nstat', 'nstat'],
  ['iproute2/ip-s-j-link', 'ip-link'],
  ['net-tools/netstat-s', 'netstat-s'],
  ['ethtool/ethtool-S-json.err', null, 'an error message'],
  ['ethtool/', 'ethtool'],
  ['bpftrace/tool-tcpconnect.bt.err', null, 'an error message'],
  ['bpftrace/tool-tcpretrans.bt.err', null, 'an error message'],
  ['bpftrace/tool-biosnoop.bt.err', null, 'an error message'],
  ['bpftrace/tool-vfsstat.bt.err', null, 'an error message'],
  ['bpftrace/', 'bpftrace'],
  ['perf/stat-metric-only', null, 'a table without headings: -j says the same'],
  ['perf/stat', 'perf-stat'],
  ['proc/kernel-6.18/meminfo', 'proc-meminfo'],
  ['proc/kernel-6.18/vmstat', 'proc-vmstat'],
  ['proc/kernel-6.18/stat', 'proc-stat'],
  ['proc/kernel-6.18/diskstats', 'proc-diskstats'],
  ['proc/kernel-6.18/uptime', 'proc-uptime'],
  ['proc/kernel-6.18/zoneinfo', 'proc-zoneinfo'],
  ['proc/kernel-6.18/net/dev', 'proc-net-dev'],
  ['proc/kernel-6.18/net/sockstat', 'proc-net-sockstat'],
  ['proc/kernel-6.18/net/softnet_stat', 'proc-net-softnet-stat'],
  ['proc/kernel-6.18/pressure/io', 'proc-pressure-io'],
];

const readerOf = (path: string): readonly [string, string | null, string?] | undefined =>
  READERS.find(([prefix]) => {
    const parts = path.split('/');
    return path.startsWith(prefix) || (prefix.includes('*') && [parts[0], '*', parts[2]].join('/').startsWith(prefix));
  });

/** Files that do not parse without an issue, and why that is right. */
const EXPECTED_ISSUES: Readonly<Record<string, string>> = {
  'procps/free-g': 'nothing in the text says that it is in GiB',
};

/** Files that may have nothing to say: nobody logged in, no process active, no event. */
const NO_ROWS = ['w.', 'pidstat-', 'empty.', 'ustack.', 'tool-tcpconnect', 'tool-biolatency'];

const available = existsSync(CORPUS);
const parsed = available
  ? files(CORPUS)
      .map((path) => path.slice(CORPUS.length + 1))
      .filter((path) => readerOf(path)?.[1])
  : [];

(available ? describe : describe.skip)('the corpus beside the checkout (skipped where there is none)', () => {
  for (const path of parsed) {
    it(path, () => {
      const id = readerOf(path)?.[1] ?? '';
      const result = parseText(id, readFileSync(join(CORPUS, path), 'utf8'), {
        collectedAt: COLLECTED_AT,
        uptimeSeconds: 7200,
      });
      const expected = EXPECTED_ISSUES[path];
      if (expected === undefined) expect(result.issues).toEqual([]);
      else expect(result.issues.length).toBeGreaterThan(0);
      expect(result.rows.length + (NO_ROWS.some((start) => basename(path).startsWith(start)) ? 1 : 0)).toBeGreaterThan(
        0,
      );
    });
  }

  it('is read in good part', () => expect(parsed.length).toBeGreaterThan(available ? 200 : -1));
});
