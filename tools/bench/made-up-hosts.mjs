// Made-up hosts for benchmarks: the same ones every time.
import { createRequire } from 'node:module';

const { METRICS } = createRequire(import.meta.url)('../../libs/contracts/dist/index.js');

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
export const hostEvidence = (n, metrics) => {
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
