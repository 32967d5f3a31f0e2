import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { MetricId, ParseResult } from '@fleetscope/contracts';
import { parseText } from '../src';

/**
 * A host without sysstat and procps is read from /proc, and the figures must be the same: the tools and our readings run over one
 * window under a steady load, and what both give is compared metric by metric.
 */
const SECONDS = 8;

const FILES = [
  '/proc/stat',
  '/proc/loadavg',
  '/proc/meminfo',
  '/proc/vmstat',
  '/proc/diskstats',
  '/proc/net/dev',
  '/proc/net/snmp',
  '/proc/net/netstat',
  '/proc/net/sockstat',
];

const TOOLS = {
  mpstat: ['mpstat', '-P', 'ALL', '1', String(SECONDS)],
  vmstat: ['vmstat', '1', String(SECONDS + 1)],
  iostat: ['iostat', '-x', '1', String(SECONDS + 1)],
  'sar-dev': ['sar', '-n', 'DEV,TCP,ETCP,UDP,SOCK', '1', String(SECONDS)],
  free: ['free'],
  uptime: ['uptime'],
} as const;
type Tool = keyof typeof TOOLS;
const PARSER: Readonly<Record<Tool, string>> = {
  mpstat: 'mpstat',
  vmstat: 'vmstat',
  iostat: 'iostat',
  'sar-dev': 'sar',
  free: 'free',
  uptime: 'uptime',
};

interface Agreement {
  readonly tool: Tool;
  readonly metric: MetricId;
  /** `*` means each that both have. */
  readonly instance: string | null;
  /** How far the means over the window may be apart: a share of the larger one, and an amount that is added to it. */
  readonly share: number;
  readonly amount: number;
}

/**
 * The windows do not begin in the same millisecond, so bursts fall into one and not into the other: rates have a share.
 * What is read at an instant (runnable threads) has the amount of its noise.
 */
const AGREEMENTS: readonly Agreement[] = [
  ...(['cpu.utilization', 'cpu.user', 'cpu.system', 'cpu.idle', 'cpu.iowait', 'cpu.softirq', 'cpu.steal'] as const).map(
    (metric): Agreement => ({ tool: 'mpstat', metric, instance: '*', share: 0.05, amount: 6 }),
  ),
  { tool: 'vmstat', metric: 'cpu.runqueue', instance: null, share: 0.3, amount: 2.5 },
  { tool: 'vmstat', metric: 'cpu.blocked', instance: null, share: 0.3, amount: 1.5 },
  { tool: 'vmstat', metric: 'cpu.context_switches', instance: null, share: 0.25, amount: 300 },
  { tool: 'vmstat', metric: 'cpu.interrupts', instance: null, share: 0.25, amount: 300 },
  { tool: 'vmstat', metric: 'memory.free', instance: null, share: 0.03, amount: 64 * 1024 ** 2 },
  { tool: 'vmstat', metric: 'memory.buffers', instance: null, share: 0.1, amount: 16 * 1024 ** 2 },
  { tool: 'vmstat', metric: 'memory.swap_in', instance: null, share: 0.3, amount: 65_536 },
  { tool: 'vmstat', metric: 'memory.swap_out', instance: null, share: 0.3, amount: 65_536 },
  ...(['disk.read_iops', 'disk.write_iops'] as const).map((metric): Agreement => ({
    tool: 'iostat',
    metric,
    instance: '*',
    share: 0.3,
    amount: 20,
  })),
  ...(['disk.read_throughput', 'disk.write_throughput'] as const).map((metric): Agreement => ({
    tool: 'iostat',
    metric,
    instance: '*',
    share: 0.35,
    amount: 4 * 1024 ** 2,
  })),
  ...(['disk.read_await', 'disk.write_await'] as const).map((metric): Agreement => ({
    tool: 'iostat',
    metric,
    instance: '*',
    share: 0.5,
    amount: 5,
  })),
  ...(['memory.total', 'memory.available', 'memory.free', 'memory.swap_total', 'memory.swap_used'] as const).map(
    (metric): Agreement => ({ tool: 'free', metric, instance: null, share: 0.03, amount: 128 * 1024 ** 2 }),
  ),
  { tool: 'uptime', metric: 'cpu.load1', instance: null, share: 0.3, amount: 0.7 },
  { tool: 'uptime', metric: 'cpu.load15', instance: null, share: 0.1, amount: 0.2 },
  { tool: 'iostat', metric: 'disk.utilization', instance: '*', share: 0.2, amount: 8 },
  { tool: 'iostat', metric: 'disk.queue_size', instance: '*', share: 0.4, amount: 1 },
  ...(['network.rx_throughput', 'network.tx_throughput'] as const).map((metric): Agreement => ({
    tool: 'sar-dev',
    metric,
    instance: '*',
    share: 0.25,
    amount: 32_768,
  })),
  ...(['network.rx_packets', 'network.tx_packets'] as const).map((metric): Agreement => ({
    tool: 'sar-dev',
    metric,
    instance: '*',
    share: 0.25,
    amount: 50,
  })),
  ...(['tcp.segments_in', 'tcp.segments_out', 'tcp.active_opens', 'tcp.passive_opens', 'tcp.retransmits'] as const).map(
    (metric): Agreement => ({ tool: 'sar-dev', metric, instance: null, share: 0.25, amount: 20 }),
  ),
];

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
const missing = ['mpstat', 'vmstat', 'iostat', 'sar', 'stress-ng'].filter((tool) => !has(tool));

/** Our own readings, as the probe takes them: each file under its name and the uptime. */
const readings = async (): Promise<string> => {
  const parts: string[] = [];
  const begin = performance.now();
  for (let round = 0; round <= SECONDS; round++) {
    await pause(Math.max(0, begin + round * 1000 - performance.now()));
    for (const file of FILES) {
      const [uptime = '0'] = readFileSync('/proc/uptime', 'utf8').split(' ');
      parts.push(`@@ ${file} ${uptime}\n${readFileSync(file, 'utf8')}`);
    }
  }
  return parts.join('');
};

/** The mean of a metric over the window, by instance. */
const means = (result: ParseResult): Map<string, number> => {
  const found = new Map<string, number>();
  for (const one of result.observations) {
    if (one.kind === 'measurement' && one.value !== null) found.set(`${one.metric}|${one.instance ?? ''}`, one.value);
    if (one.kind !== 'series') continue;
    const values = one.values.filter((value) => value !== null);
    // One sample is no window.
    if (values.length < SECONDS / 2) continue;
    found.set(`${one.metric}|${one.instance ?? ''}`, values.reduce((sum, value) => sum + value, 0) / values.length);
  }
  return found;
};

const run = promisify(execFile);

(missing.length === 0 ? describe : describe.skip)('the tools and /proc, over one window', () => {
  let load: ChildProcess;
  let ours = new Map<string, number>();
  const theirs = new Map<Tool, Map<string, number>>();

  beforeAll(async () => {
    // One CPU half busy, a disk writer, and connections over the loopback: steady, and something of everything.
    load = spawn(
      'stress-ng',
      '--cpu 1 --cpu-load 50 --hdd 1 --hdd-bytes 32M --sock 1 --temp-path /tmp -t 40'.split(' '),
      {
        stdio: 'ignore',
        cwd: '/tmp',
      },
    );
    await pause(2000);
    const env = { ...process.env, LC_ALL: 'C', S_TIME_FORMAT: 'ISO' };
    const context = { collectedAt: Date.now(), rows: false };
    const [text] = await Promise.all([
      readings(),
      ...(Object.keys(TOOLS) as Tool[]).map(async (tool) => {
        const [command, ...args] = TOOLS[tool];
        const { stdout } = await run(command, args, { env, maxBuffer: 16 * 1024 ** 2 });
        const result = parseText(PARSER[tool], stdout, { ...context, command: TOOLS[tool].join(' ') });
        expect(result.issues).toEqual([]);
        theirs.set(tool, means(result));
      }),
    ]);
    ours = means(parseText('proc-snapshots', text, context));
  });

  afterAll(() => {
    load.kill('SIGTERM');
  });

  for (const { tool, metric, instance, share, amount } of AGREEMENTS) {
    it(`${metric} of ${tool}: within ${share * 100} % and ${amount}`, () => {
      const printed = theirs.get(tool) ?? new Map<string, number>();
      const keys = [...printed.keys()].filter((key) =>
        instance === '*' ? key.startsWith(`${metric}|`) : key === `${metric}|${instance ?? ''}`,
      );
      const both = keys.filter((key) => ours.has(key));
      // A kernel without block devices has no disks to compare; all the rest is everywhere.
      if (tool !== 'iostat' || keys.length > 0) expect(both).toEqual(keys);
      const apart = both
        .map((key) => ({ key, tool: printed.get(key) ?? NaN, proc: ours.get(key) ?? NaN }))
        .filter((one) => Math.abs(one.tool - one.proc) > amount + share * Math.max(one.tool, one.proc));
      expect(apart).toEqual([]);
      if (tool !== 'iostat') expect(both.length).toBeGreaterThan(0);
    });
  }
});
