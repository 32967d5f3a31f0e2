import { AnyProfileReader } from './read/any.profile';
import { BpftraceStacksProfile } from './read/bpftrace-stacks.profile';
import { FoldedProfile } from './read/folded.profile';
import { PerfScriptProfile } from './read/perf-script.profile';
import { PprofReader } from './read/pprof.profile';
import { type ProfileContext, type ProfileReader } from './read/profile-reader';

/** The readers that a runbook's step can name as its parser. */
export const PROFILE_READERS: ReadonlyMap<string, (context: ProfileContext) => ProfileReader> = new Map<
  string,
  (context: ProfileContext) => ProfileReader
>([
  ['perf-script-profile', (context) => new PerfScriptProfile(context)],
  ['bpftrace-stacks', (context) => new BpftraceStacksProfile(context)],
  ['pprof', () => new PprofReader()],
  ['profile-file', () => new AnyProfileReader()],
  ['async-profiler-collapsed', (context) => new FoldedProfile({ ...context, command: false })],
  // profile-bpfcc -f counts samples, offcputime-bpfcc -f sums microseconds.
  ['bcc-profile-folded', (context) => new FoldedProfile(context)],
  [
    'bcc-offcputime-folded',
    (context) => new FoldedProfile({ ...context, type: 'off-cpu', unit: 'nanoseconds', scale: 1000 }),
  ],
]);
