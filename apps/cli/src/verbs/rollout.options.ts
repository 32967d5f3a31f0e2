import { EXIT, type Rollout } from '@fleetscope/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import { CliError } from '../cli-error';
import { wholeNumber } from './options';

export interface RolloutOptions {
  canary?: number;
  canaryShare?: number;
  batch?: number;
  concurrency?: number;
  perClass?: number;
  perJump?: number;
  perLabel?: { label: string; runs: number };
  maxFailures?: { failures: number } | { failureShare: number };
  maxCpu?: number;
}

const MOST = 100_000;
const hosts = wholeNumber(1, MOST);

/** `90%` */
const percent =
  (most: number) =>
  (text: string): number => {
    const [, digits] = /^([0-9]{1,4}(?:\.[0-9]{1,3})?)%?$/.exec(text) ?? [];
    if (digits === undefined || Number(digits) > most)
      throw new InvalidArgumentError(`expected a percentage up to ${most}%.`);
    return Number(digits) / 100;
  };

/** `rack=2` */
const perLabel = (text: string): { label: string; runs: number } => {
  const [, label, runs] = /^(.+)=([0-9]+)$/.exec(text) ?? [];
  if (label === undefined || runs === undefined) throw new InvalidArgumentError('expected label=number.');
  return { label, runs: hosts(runs) };
};

const failures = (text: string): NonNullable<RolloutOptions['maxFailures']> =>
  text.endsWith('%') ? { failureShare: percent(100)(text) } : { failures: hosts(text) };

/** Options of verbs that begin work on many hosts. */
export const rolledOut = (command: Command): Command =>
  command
    .option('--canary <n>', 'so many hosts first; the others only when these answer', hosts)
    .option('--canary-share <percent>', 'so many of the canary must answer (default: 100%)', percent(100))
    .option('--batch <n>', 'the others in groups of so many, one after the other', hosts)
    .option('--concurrency <n>', 'at most so many hosts at a time', hosts)
    .option('--per-class <n>', 'at most so many of a class at a time', hosts)
    .option('--per-jump <n>', 'at most so many behind one jump host at a time', hosts)
    .option('--per-label <label=n>', 'at most so many with the same value of a label at a time', perLabel)
    .option('--max-failures <n>', 'stop when more hosts than this, or than this percentage, did not answer', failures)
    .option('--max-cpu <percent>', 'stop when a probe took more than this of one CPU', percent(6_400));

/** Undefined: on all hosts at once. */
export const rolloutOf = (options: RolloutOptions): Rollout | undefined => {
  if (options.canaryShare !== undefined && options.canary === undefined)
    throw new CliError('--canary-share: of how many hosts?', EXIT.usage, 'say it with --canary');
  const concurrency = {
    ...(options.concurrency === undefined ? {} : { total: options.concurrency }),
    ...(options.perClass === undefined ? {} : { perClass: options.perClass }),
    ...(options.perJump === undefined ? {} : { perJump: options.perJump }),
    ...(options.perLabel === undefined ? {} : { perLabel: options.perLabel }),
  };
  const stopWhen = { ...options.maxFailures, ...(options.maxCpu === undefined ? {} : { cpuShare: options.maxCpu }) };
  const rollout: Rollout = {
    ...(options.canary === undefined ? {} : { canary: { hosts: options.canary, share: options.canaryShare ?? 1 } }),
    ...(options.batch === undefined ? {} : { batch: options.batch }),
    ...(Object.keys(concurrency).length > 0 ? { concurrency } : {}),
    ...(Object.keys(stopWhen).length > 0 ? { stopWhen } : {}),
  };
  return Object.keys(rollout).length > 0 ? rollout : undefined;
};
