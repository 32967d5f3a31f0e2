import { EXIT } from '@fleetscope/contracts';
import { keeping, onlySamples, type Profile } from '@fleetscope/profiles';
import { CliError } from '../cli-error';
import { type ProfileOptions } from './profile.verbs';

type Narrowing = Pick<ProfileOptions, 'from' | 'to' | 'command' | 'pid' | 'tid' | 'cpu' | 'cgroup'>;

const knows = (values: Int32Array): boolean => values.length === 0 || values.some((value) => value !== -1);

/**
 * The samples that were asked for.
 * @throws CliError when they don't carry what is to choose by: no sample would match, which reads like an answer
 */
export const narrowed = (profile: Profile, options: Narrowing): Profile => {
  const { from, to, command, pid, tid, cpu, cgroup } = options;
  const { threads, samples } = profile;
  const timed = from !== undefined || to !== undefined;
  if (timed && samples.size > 0 && samples.time.every(Number.isNaN))
    throw new CliError('these samples carry no times: --from and --to need a capture by perf', EXIT.usage);
  for (const [option, given, values] of [
    ['--pid', pid, threads.pid],
    ['--tid', tid, threads.tid],
    ['--cpu', cpu, samples.cpu],
  ] as const)
    if (given && !knows(values))
      throw new CliError(
        `${option}: these samples don't tell; choose one host with --host, if there are several`,
        EXIT.usage,
      );
  if (cgroup !== undefined && !knows(threads.cgroup))
    throw new CliError('--cgroup: the capture read no control groups (cpu-profile and offcpu-profile do)', EXIT.usage);
  const keep = keeping(profile, {
    ...(timed ? { time: { from: (from ?? 0) * 1000, to: to === undefined ? Infinity : to * 1000 } } : {}),
    ...(command ? { commands: command } : {}),
    ...(pid ? { pids: pid } : {}),
    ...(tid ? { tids: tid } : {}),
    ...(cpu ? { cpus: cpu } : {}),
    ...(cgroup === undefined ? {} : { cgroup }),
  });
  return onlySamples(profile, keep);
};
