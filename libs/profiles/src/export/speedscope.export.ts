import { commandAt, frameAt, framesOf, type Profile } from '../model/profile';

interface SpeedscopeFile {
  readonly $schema: string;
  readonly name: string;
  readonly exporter: string;
  readonly activeProfileIndex: number;
  readonly shared: { readonly frames: readonly { readonly name: string; readonly file?: string }[] };
  readonly profiles: readonly unknown[];
}

const UNIT: Readonly<Record<string, string>> = { nanoseconds: 'nanoseconds', bytes: 'bytes' };

/**
 * A file for speedscope (https://www.speedscope.app/file-format-schema.json): one sampled profile a command, and one of
 * all first. Samples keep their order, which is that of time where the capture has times.
 */
export const toSpeedscope = (profile: Profile, name: string): SpeedscopeFile => {
  const commands = Array.from({ length: profile.threads.size }, (_, thread) => commandAt(profile, thread));
  const frames = Array.from({ length: profile.frames.size }, (_, frame) => frameAt(profile, frame));
  // Commands stand below the stacks of the profile of all.
  const base = new Map([...new Set(commands)].map((command, at) => [command, frames.length + at]));
  const stacks = new Map<number, number[]>();
  const stackOf = (stack: number): number[] => {
    let found = stacks.get(stack);
    if (!found) {
      found = framesOf(profile, stack);
      stacks.set(stack, found);
    }
    return found;
  };
  const sampled = (title: string, command: string | null): unknown => {
    const samples: number[][] = [];
    const weights: number[] = [];
    let total = 0;
    for (let at = 0; at < profile.samples.size; at++) {
      const own = commands[profile.samples.thread[at] as number] as string;
      if (command !== null && own !== command) continue;
      const stack = stackOf(profile.samples.stack[at] as number);
      samples.push(command === null ? [base.get(own) as number, ...stack] : stack);
      weights.push(profile.samples.weight[at] as number);
      total += profile.samples.weight[at] as number;
    }
    return {
      type: 'sampled',
      name: title,
      unit: UNIT[profile.unit] ?? 'none',
      startValue: 0,
      endValue: total,
      samples,
      weights,
    };
  };
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    name,
    exporter: 'fleetscope',
    activeProfileIndex: 0,
    shared: {
      frames: [
        ...frames.map((frame) => ({ name: frame.name, ...(frame.module === null ? {} : { file: frame.module }) })),
        ...[...base.keys()].map((command) => ({ name: command })),
      ],
    },
    profiles: [sampled(name, null), ...[...base.keys()].map((command) => sampled(command, command))],
  };
};
