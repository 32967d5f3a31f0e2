// What judging a fleet costs: rules, peers and verdict over made-up hosts.
//   node tools/bench/analysis.mjs            1,000 hosts × 300 metrics on one core; and how it grows
//   node tools/bench/analysis.mjs --worker   10,000 hosts in a worker thread, and what this thread's event loop feels
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, Worker, workerData, parentPort } from 'node:worker_threads';

const require = createRequire(import.meta.url);
const { analyseHost, conclude, headlineOf, oddnessOf } = require('../../libs/analysis/dist/index.js');
const { METRICS } = require('../../libs/contracts/dist/index.js');

const SAMPLES = 10;
const ALL_SICK = process.argv.includes('--sick');
let seed = 1;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;

const INSTANCES = {
  cpu: ['all', '0', '1', '2', '3'],
  disk: ['nvme0n1', 'sda', 'sdb'],
  network: ['eth0', 'eth1'],
  filesystem: ['/', '/var'],
};

/** One host's observations: as many series as asked for, of the catalogue's metrics and their usual instances. */
const hostEvidence = (n, metrics) => {
  const observations = [];
  const ids = [...METRICS.values()];
  // One host in twenty is sick in everything; `--sick` makes all of them so.
  const sick = ALL_SICK || n % 20 === 0;
  for (let round = 0; observations.length < metrics; round++)
    for (const { id, resource, unit, aspect, direction } of ids) {
      if (observations.length >= metrics) break;
      const instances = INSTANCES[resource] ?? [null];
      const instance = instances[round];
      if (instance === undefined) continue;
      const bad = direction === 'higher-is-worse' && (aspect === 'errors' || aspect === 'saturation');
      const low = direction === 'higher-is-better' ? 50 : 0;
      const top = unit === '%' ? 60 : unit === 'B' ? 1e9 : 100;
      const values = Array.from({ length: SAMPLES }, () =>
        sick ? random() * top : bad ? 0 : low + random() * (top - low) * 0.7,
      );
      observations.push({
        kind: 'series',
        metric: id,
        instance,
        values,
        times: values.map((_, i) => 1.7e12 + i * 1000),
        lines: values.map((_, i) => i + 1),
      });
    }
  const steps = ['mpstat', 'vmstat', 'iostat', 'sar-dev', 'proc-ends'].map((step, i, all) => ({
    step,
    state: 'ok',
    reason: null,
    observations: observations.filter((_, at) => at % all.length === i),
  }));
  return { host: `host-${n}`, windowSeconds: SAMPLES, facts: { cpus: '4' }, steps, collectedAt: 1.7e12 };
};

const judge = (evidence) => {
  const runs = evidence.map((one, n) => ({
    host: one.host,
    hostClass: `class-${n % 8}`,
    labels: { rack: `r${n % 40}` },
    state: 'succeeded',
    reason: null,
    analysis: analyseHost(one),
    headline: headlineOf(one),
    oddness: null,
  }));
  const odd = oddnessOf(runs);
  odd.forEach(({ oddness }, i) => (runs[i].oddness = oddness));
  return { runs, verdict: conclude({ runs }) };
};

const measure = (hosts, metrics) => {
  const evidence = Array.from({ length: hosts }, (_, n) => hostEvidence(n, metrics));
  const began = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  const { runs, verdict } = judge(evidence);
  const used = process.cpuUsage(cpu);
  return {
    hosts,
    metrics,
    wallMs: Number(process.hrtime.bigint() - began) / 1e6,
    cpuMs: (used.user + used.system) / 1000,
    findings: runs.reduce((sum, { analysis }) => sum + analysis.findings.length, 0),
    statements: verdict.statements.length,
  };
};

if (!isMainThread) {
  parentPort.postMessage(measure(workerData.hosts, workerData.metrics));
} else if (process.argv.includes('--worker')) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const result = await new Promise((done, failed) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { hosts: 10_000, metrics: 300 },
      resourceLimits: { maxOldGenerationSizeMb: 8192 },
    });
    worker.once('message', done);
    worker.once('error', failed);
  });
  delay.disable();
  const ms = (ns) => (ns / 1e6).toFixed(1);
  console.log(result);
  console.log(
    `event loop of the main thread: p50 ${ms(delay.percentile(50))} ms, p99 ${ms(delay.percentile(99))} ms, most ${ms(delay.max)} ms`,
  );
} else {
  measure(50, 300);
  for (const hosts of [500, 1_000]) {
    const { wallMs, cpuMs, findings } = measure(hosts, 300);
    console.log(
      `${hosts} hosts × 300 metrics: ${wallMs.toFixed(0)} ms wall, ${cpuMs.toFixed(0)} ms CPU, ${(cpuMs / hosts).toFixed(2)} ms a host, ${findings} findings`,
    );
  }
}
