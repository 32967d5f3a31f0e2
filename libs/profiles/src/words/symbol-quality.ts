import { type Profile } from '../model/profile';
import { kindNumber } from '../model/profile';

/** How much of a profile has no names, and why that is likely so. */
export interface SymbolQuality {
  /** Share of the weight whose leaf has no name, and whose stack has any frame without one; 0 to 1. */
  readonly unknownLeaf: number;
  readonly unknownAnywhere: number;
  /** Share of the weight of user code whose stack is one or two frames: the unwinder did not get further. */
  readonly shallow: number;
  readonly causes: readonly string[];
}

const WORTH_SAYING = 0.05;

export const symbolQuality = (profile: Profile): SymbolQuality => {
  const { stacks, frames, samples, strings } = profile;
  const unknown = kindNumber('unknown');
  const kernel = kindNumber('kernel');
  const holds = new Uint8Array(stacks.size);
  const user = new Int32Array(stacks.size);
  for (let stack = 0; stack < stacks.size; stack++) {
    const parent = stacks.parent[stack] as number;
    const kind = frames.kind[stacks.frame[stack] as number] as number;
    holds[stack] = kind === unknown || (parent !== -1 && holds[parent] === 1) ? 1 : 0;
    user[stack] = (parent === -1 ? 0 : (user[parent] as number)) + (kind === kernel ? 0 : 1);
  }
  let total = 0;
  let leaf = 0;
  let anywhere = 0;
  let inUser = 0;
  let shallow = 0;
  const modules = new Map<string, number>();
  for (let at = 0; at < samples.size; at++) {
    const weight = samples.weight[at] as number;
    const stack = samples.stack[at] as number;
    total += weight;
    if (stack === -1) continue;
    const frame = stacks.frame[stack] as number;
    if (frames.kind[frame] === unknown) {
      leaf += weight;
      const module = frames.module[frame] as number;
      const name = module === -1 ? '' : (strings[module] as string);
      modules.set(name, (modules.get(name) ?? 0) + weight);
    }
    if (holds[stack] === 1) anywhere += weight;
    if ((user[stack] as number) > 0) {
      inUser += weight;
      if ((user[stack] as number) <= 2) shallow += weight;
    }
  }
  const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
  const causes: string[] = [];
  if (share(anywhere, total) > WORTH_SAYING) {
    const [worst] = [...modules].sort(([, a], [, b]) => b - a);
    if (worst) causes.push(whyUnknown(worst[0]));
    else
      causes.push(
        'Frames inside the stacks have no names: a library without symbols or frame pointers is among the callers.',
      );
  }
  if (share(shallow, inUser) > 0.5)
    causes.push(
      'Most stacks of programs are one or two frames deep: they were built without frame pointers (-fno-omit-frame-pointer, or unwind with dwarf or lbr).',
    );
  return {
    unknownLeaf: share(leaf, total),
    unknownAnywhere: share(anywhere, total),
    shallow: share(shallow, inUser),
    causes,
  };
};

const whyUnknown = (module: string): string => {
  const file = module.slice(module.lastIndexOf('/') + 1);
  if (module === '' || module === '[unknown]' || module.startsWith('//anon') || module.startsWith('[anon'))
    return 'Addresses outside of any file: code made at run time without a perf map (Java: perf-map-agent or -XX:+DumpPerfMapAtExit, Node: --perf-basic-prof), or the process had ended.';
  if (module.startsWith('/tmp/perf-'))
    return `${file} does not cover these addresses: the code was compiled after it was written.`;
  return `${file} has no symbols: it is stripped (install its debug package).`;
};
