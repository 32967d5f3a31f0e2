import { type ParseIssue } from '@fleetscope/contracts';
import { type Profile } from '../model/profile';
import { ProfileError } from '../model/stored-profile';
import { BpftraceStacksProfile } from './bpftrace-stacks.profile';
import { FoldedProfile } from './folded.profile';
import { PerfScriptProfile } from './perf-script.profile';
import { joined } from './joined';
import { fromPprof } from './pprof.profile';
import { type ProfileReader, type ReadProfile } from './profile-reader';
import { fromSpeedscope } from './speedscope.profile';

const HEAD = 65_536;

/** How a folded line ends; what stands before the last blank has no tab or it would be perf's. */
const isFolded = (line: string): boolean => {
  const blank = line.lastIndexOf(' ');
  return blank > 0 && line.includes(';') && /^[0-9]+(\.[0-9]+)?$/.test(line.slice(blank + 1));
};

const textReader = (head: string): ProfileReader => {
  const lines = head.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.some((line) => /^@(cpu|off)\[/.test(line))) return new BpftraceStacksProfile();
  const [first = ''] = lines;
  return isFolded(first) ? new FoldedProfile() : new PerfScriptProfile();
};

/**
 * A profile of any format that we know, told by its content: pprof (gzip or plain), speedscope, folded stacks, our bpftrace
 * programs, `perf script`.
 * @throws ProfileError, NotPerfScriptError why it can't be read
 */
export const readProfile = (bytes: Uint8Array): { profile: Profile; issues: readonly ParseIssue[] } => {
  if (bytes.length === 0) throw new ProfileError('the file is empty');
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD));
  // A pprof file begins with field 1, sample types, each a nested message.
  if (isGzip || (bytes[0] === 0x0a && head.includes('\u0000'))) return { profile: fromPprof(bytes), issues: [] };
  if (head.trimStart().startsWith('{')) return { profile: fromSpeedscope(new TextDecoder().decode(bytes)), issues: [] };
  const reader = textReader(head);
  reader.push(bytes);
  return reader.end();
};

/** Of a profile's file, whatever its format. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A profile's file that comes in chunks; what it is shows when it is whole. */
export class AnyProfileReader implements ProfileReader {
  private readonly chunks: Uint8Array[] = [];
  private size = 0;

  push(chunk: Uint8Array): void {
    if (this.size > MAX_BYTES) throw new ProfileError(`the profile's file is larger than ${MAX_BYTES} bytes`);
    this.chunks.push(chunk);
    this.size += chunk.length;
  }

  end(): ReadProfile {
    return readProfile(joined(this.chunks, this.size));
  }
}
