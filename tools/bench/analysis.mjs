// What judging a fleet costs: rules, peers and verdict over made-up hosts.
//   node tools/bench/analysis.mjs            500, 1,000 and 2,000 hosts × 300 metrics, and how it grows
//   node tools/bench/analysis.mjs --digest   a hash of all results: the same before and after a change that only speeds up
//   node tools/bench/analysis.mjs --sick     with findings on every host
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { analyseHost, conclude, fingerprintOf, headlineOf, oddnessOf } = require('../../libs/analysis/dist/index.js');
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

/**
 * What the analysis alone costs: evidence is made before the clock starts, results are kept, as an investigation keeps
 * them. The best of several passes: the first ones pay for compiling, and others may share the machine.
 */
const PASSES = 8;

const analyse = (fleet) => {
  const runs = fleet.map((one, i) => ({
    host: one.host,
    hostClass: `class-${i % 8}`,
    labels: { rack: `r${i % 40}` },
    state: 'succeeded',
    reason: null,
    analysis: analyseHost(one),
    headline: headlineOf(one),
    oddness: null,
  }));
  const judgedAt = process.cpuUsage();
  oddnessOf(runs).forEach(({ oddness }, i) => (runs[i].oddness = oddness));
  return { runs, judgedAt, verdict: conclude({ runs }) };
};

const milliseconds = ({ user, system }, { user: user0, system: system0 }) => (user + system - user0 - system0) / 1000;

const measure = (fleet) => {
  const startedAt = process.cpuUsage();
  const began = performance.now();
  const { runs, judgedAt } = analyse(fleet);
  const wall = performance.now() - began;
  const endedAt = process.cpuUsage();
  return {
    wall,
    rules: milliseconds(judgedAt, startedAt),
    verdict: milliseconds(endedAt, judgedAt),
    cpu: milliseconds(endedAt, startedAt),
    findings: runs.reduce((sum, { analysis }) => sum + analysis.findings.length, 0),
  };
};

const fleetOf = (hosts, metrics) => Array.from({ length: hosts }, (_, n) => hostEvidence(n, metrics));

if (process.argv.includes('--digest')) {
  const { runs, verdict } = analyse(fleetOf(300, 300));
  const told = JSON.stringify([runs, verdict, fingerprintOf(runs), oddnessOf(runs)]);
  console.log(createHash('sha256').update(told).digest('hex'));
} else
  for (const hosts of [500, 1_000, 2_000]) {
    const fleet = fleetOf(hosts, 300);
    const passes = Array.from({ length: PASSES }, () => measure(fleet)).sort((a, b) => a.cpu - b.cpu);
    const { wall, cpu, rules, verdict, findings } = passes[0];
    console.log(
      `${hosts} hosts × 300 metrics: ${wall.toFixed(0)} ms wall, ${cpu.toFixed(0)} ms CPU, ${(cpu / hosts).toFixed(2)} ms a host (rules ${rules.toFixed(0)} ms, peers and verdict ${verdict.toFixed(0)} ms), ${findings} findings; the slowest of ${PASSES} passes ${passes[PASSES - 1].cpu.toFixed(0)} ms CPU`,
    );
  }
