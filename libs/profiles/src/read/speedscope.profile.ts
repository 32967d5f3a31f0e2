import { type Profile } from '../model/profile';
import { ProfileBuilder, type ProfileLimits } from '../model/profile-builder';
import { ProfileError } from '../model/stored-profile';
import { kindOfFrame } from './frame-kind';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const arrayAt = (object: Json, key: string, where: string): readonly unknown[] => {
  const value = object[key];
  if (!Array.isArray(value)) throw new ProfileError(`${where}.${key}: expected an array`);
  return value;
};

/**
 * A file of speedscope with sampled profiles; each of them is a thread.
 * @throws ProfileError which field is wrong
 */
export const fromSpeedscope = (text: string, limits: Partial<ProfileLimits> = {}): Profile => {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new ProfileError(`no speedscope file: ${(error as Error).message}`);
  }
  if (!isObject(file) || !isObject(file['shared']))
    throw new ProfileError('no speedscope file: it has no `shared` object');
  const builder = new ProfileBuilder(limits);
  const frames = arrayAt(file['shared'], 'frames', 'shared').map((frame, at) => {
    if (!isObject(frame) || typeof frame['name'] !== 'string')
      throw new ProfileError(`shared.frames[${at}].name: expected a text`);
    const module = typeof frame['file'] === 'string' ? frame['file'] : '';
    return builder.frame(frame['name'], module, kindOfFrame(frame['name'], module));
  });
  let unit: unknown = 'none';
  const profiles = arrayAt(file, 'profiles', '');
  profiles.forEach((profile, index) => {
    const where = `profiles[${index}]`;
    if (!isObject(profile)) throw new ProfileError(`${where}: expected an object`);
    if (profile['type'] !== 'sampled')
      throw new ProfileError(
        `${where}.type: only sampled profiles can be read, got ${JSON.stringify(profile['type'])}`,
      );
    unit = profile['unit'];
    const thread = builder.thread(String(profile['name'] ?? ''), -1, -1);
    const weights = arrayAt(profile, 'weights', where);
    arrayAt(profile, 'samples', where).forEach((sample, at) => {
      const weight = weights[at];
      if (!Array.isArray(sample) || typeof weight !== 'number' || !(weight >= 0))
        throw new ProfileError(`${where}.samples[${at}]: expected an array of frames, and a weight beside it`);
      let stack = -1;
      for (const frame of sample.slice(0, 2_048)) {
        const id = frames[frame as number];
        if (id === undefined) throw new ProfileError(`${where}.samples[${at}]: there is no frame ${String(frame)}`);
        stack = builder.stack(stack, id);
      }
      builder.add(stack, weight * (SCALE[String(unit)] ?? 1), thread);
    });
  });
  if (builder.size === 0) throw new ProfileError('the speedscope file holds no samples');
  const isTime = Object.hasOwn(SCALE, String(unit));
  return builder.build({ type: 'cpu', unit: isTime ? 'nanoseconds' : unit === 'bytes' ? 'bytes' : 'samples' });
};

const SCALE: Readonly<Record<string, number>> = { nanoseconds: 1, microseconds: 1e3, milliseconds: 1e6, seconds: 1e9 };
