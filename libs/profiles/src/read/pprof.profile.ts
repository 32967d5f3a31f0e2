import { type ProfileUnit } from '@fleetscope/contracts';
import { Gunzip } from 'fflate';
import { Profile as PprofProfile } from 'pprof-format';
import { type Profile } from '../model/profile';
import { ProfileBuilder, type ProfileLimits } from '../model/profile-builder';
import { ProfileError } from '../model/stored-profile';
import { kindOfFrame } from './frame-kind';
import { joined } from './joined';
import { type ProfileReader, type ReadProfile } from './profile-reader';

const MAX_BYTES = 256 * 1024 * 1024;

const inflated = (bytes: Uint8Array): Uint8Array => {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const parts: Uint8Array[] = [];
  let size = 0;
  const gunzip = new Gunzip((part) => {
    size += part.length;
    if (size > MAX_BYTES) throw new ProfileError(`the pprof file is larger than ${MAX_BYTES} bytes when unpacked`);
    parts.push(part);
  });
  try {
    gunzip.push(bytes, true);
  } catch (error) {
    if (error instanceof ProfileError) throw error;
    throw new ProfileError(`the pprof file's gzip is broken: ${(error as Error).message}`);
  }
  return joined(parts, size);
};

const UNITS: Readonly<Record<string, { unit: ProfileUnit; scale: number }>> = {
  nanoseconds: { unit: 'nanoseconds', scale: 1 },
  microseconds: { unit: 'nanoseconds', scale: 1e3 },
  milliseconds: { unit: 'nanoseconds', scale: 1e6 },
  seconds: { unit: 'nanoseconds', scale: 1e9 },
  bytes: { unit: 'bytes', scale: 1 },
};

/** What the values of Go's and of others' profiles are of, by the name of the sample type. */
const typeOf = (type: string): string => {
  if (type === 'cpu' || type === 'samples') return 'cpu';
  if (type === 'delay' || type === 'contentions') return 'off-cpu';
  return type.endsWith('space') || type.endsWith('objects') ? 'memory' : type;
};

/**
 * A pprof file (profile.proto; gzip or plain). Of several sample types the last counts, as `go tool pprof` does, unless
 * another is asked for.
 * @throws ProfileError what is wrong with the file
 */
export const fromPprof = (bytes: Uint8Array, sampleType?: string, limits: Partial<ProfileLimits> = {}): Profile => {
  let file: PprofProfile;
  try {
    file = PprofProfile.decode(inflated(bytes));
  } catch (error) {
    if (error instanceof ProfileError) throw error;
    throw new ProfileError(`no pprof file: ${(error as Error).message}`);
  }
  const { strings } = file.stringTable;
  const text = (at: number | bigint): string => strings[Number(at)] ?? '';
  const types = file.sampleType.map(({ type, unit }) => ({ type: text(type), unit: text(unit) }));
  const place = sampleType === undefined ? types.length - 1 : types.findIndex(({ type }) => type === sampleType);
  const chosen = types[place];
  if (!chosen || file.sample.length === 0)
    throw new ProfileError(
      types.length === 0
        ? 'no pprof file: it names no sample type'
        : chosen
          ? 'the pprof file holds no samples'
          : `the pprof file has the sample types ${types.map(({ type }) => type).join(', ')}, not ${sampleType}`,
    );
  const { unit, scale } = UNITS[chosen.unit] ?? { unit: 'samples' as const, scale: 1 };
  const builder = new ProfileBuilder(limits);
  const functions = new Map(file.function.map((one) => [Number(one.id), text(one.name)]));
  const modules = new Map(file.mapping.map((one) => [Number(one.id), text(one.filename)]));
  // Leaf first: the last line of a location is the function that the others were inlined into.
  const locations = new Map(
    file.location.map((one) => {
      const module = modules.get(Number(one.mappingId)) ?? '';
      const frames = one.line.map((line, at) => {
        const name = functions.get(Number(line.functionId)) ?? '[unknown]';
        const isInlined = at < one.line.length - 1;
        return builder.frame(name, module, isInlined ? 'inlined' : kindOfFrame(name, module));
      });
      return [Number(one.id), frames.length > 0 ? frames : [builder.frame('[unknown]', module, 'unknown')]];
    }),
  );
  for (const sample of file.sample) {
    const value = Number(sample.value[place] ?? 0) * scale;
    if (!(value > 0)) continue;
    const frames = sample.locationId.flatMap((id) => locations.get(Number(id)) ?? []);
    const label = (key: string): (typeof sample.label)[number] | undefined =>
      sample.label.find((one) => text(one.key) === key);
    const command = label('command') ?? label('thread') ?? label('thread name');
    const thread = builder.thread(command ? text(command.str) : '', Number(label('pid')?.num ?? -1), -1);
    builder.add(builder.stackOf(frames), value, thread, -1, NaN, unit === 'samples' ? value : 1);
  }
  const period = Number(file.period);
  const timed = file.periodType !== undefined && text(file.periodType.unit) === 'nanoseconds' && period > 0;
  return builder.build({
    type: typeOf(chosen.type),
    unit,
    frequency: timed ? Math.round(1e9 / period) : null,
    startedAt: Number(file.timeNanos) > 0 ? Number(file.timeNanos) / 1e6 : null,
    durationMs: Number(file.durationNanos) > 0 ? Number(file.durationNanos) / 1e6 : null,
  });
};

/** A pprof file that comes in chunks: it can only be read whole. */
export class PprofReader implements ProfileReader {
  private readonly chunks: Uint8Array[] = [];
  private size = 0;

  push(chunk: Uint8Array): void {
    if (this.size > MAX_BYTES) throw new ProfileError(`the pprof file is larger than ${MAX_BYTES} bytes`);
    this.chunks.push(chunk);
    this.size += chunk.length;
  }

  end(): ReadProfile {
    return { profile: fromPprof(joined(this.chunks, this.size)), issues: [] };
  }
}
