// What judging a fleet costs: rules, peers and verdict over made-up hosts.
//   node tools/bench/analysis.mjs            500, 1,000 and 2,000 hosts × 300 metrics, and how it grows
//   node tools/bench/analysis.mjs --digest   a hash of all results: the same before and after a change that only speeds up
//   node tools/bench/analysis.mjs --sick     with findings on every host
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { hostEvidence } from './made-up-hosts.mjs';

const require = createRequire(import.meta.url);
const { analyseHost, conclude, fingerprintOf, headlineOf, oddnessOf } = require('../../libs/analysis/dist/index.js');

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
