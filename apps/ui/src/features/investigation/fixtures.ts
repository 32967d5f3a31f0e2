import { type Finding, type MatrixLine, type MatrixRun, type UseCell } from '@fleetscope/contracts';

/** Builders for specs: only what a test says differs from a quiet host. */
export const cell = (changes: Partial<UseCell> = {}): UseCell => ({
  resource: 'cpu',
  instance: null,
  aspect: 'utilization',
  metric: 'cpu.utilization',
  value: 12,
  unit: '%',
  state: 'ok',
  reason: null,
  rule: 'cpu-utilization',
  label: 'cpu 12 %',
  ...changes,
});

export const line = (changes: Partial<MatrixLine> = {}): MatrixLine => ({
  resource: 'cpu',
  aspect: 'utilization',
  state: 'ok',
  said: 'cpu 12 %',
  ...changes,
});

export const finding = (changes: Partial<Finding> = {}): Finding => ({
  rule: 'disk-await',
  ruleVersion: 3,
  severity: 'crit',
  resource: 'disk',
  aspect: 'saturation',
  instance: 'nvme0n1',
  metric: 'disk.write_await',
  value: 47.2,
  unit: 'ms',
  threshold: 25,
  text: 'Writes take 47 ms.',
  label: 'w_await 47 ms',
  why: 'Queue and device time as the application feels it.',
  evidence: [{ step: 'iostat', lines: [31, 32, 33] }],
  next: 'fsync-latency',
  ...changes,
});

export const run = (host: string, changes: Partial<MatrixRun> = {}): MatrixRun => ({
  id: `id-${host}`,
  host,
  hostClass: 'db',
  labels: {},
  state: 'succeeded',
  reason: null,
  attempt: 1,
  oddness: null,
  use: [line()],
  findings: [],
  steps: [],
  ...changes,
});
