import {
  Function as PprofFunction,
  Label,
  Line,
  Location,
  Mapping,
  Profile as PprofProfile,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format';
import { commandAt, frameAt, framesOf, type Profile } from '../model/profile';

/** Bytes of a pprof file, not compressed (profile.proto of github.com/google/pprof); `go tool pprof` reads it. */
export const toPprof = (profile: Profile): Uint8Array => {
  const strings = new StringTable();
  const number = (text: string): number => strings.dedup(text);
  const modules = new Map<string, number>();
  const mapping: Mapping[] = [];
  const mappingOf = (module: string | null): number => {
    if (module === null) return 0;
    let id = modules.get(module);
    if (id === undefined) {
      id = mapping.length + 1;
      modules.set(module, id);
      mapping.push(new Mapping({ id, filename: number(module), hasFunctions: true }));
    }
    return id;
  };
  const functions: PprofFunction[] = [];
  const locations: Location[] = [];
  for (let frame = 0; frame < profile.frames.size; frame++) {
    const { name, module } = frameAt(profile, frame);
    const id = frame + 1;
    functions.push(
      new PprofFunction({ id, name: number(name), systemName: number(name), filename: number(module ?? '') }),
    );
    locations.push(new Location({ id, mappingId: mappingOf(module), line: [new Line({ functionId: id })] }));
  }
  const type = profile.unit === 'nanoseconds' ? 'delay' : profile.unit === 'bytes' ? 'space' : 'samples';
  const unit = profile.unit === 'samples' ? 'count' : profile.unit;
  const command = number('command');
  const pid = number('pid');
  const sample = Array.from({ length: profile.samples.size }, (_, at) => {
    const thread = profile.samples.thread[at] as number;
    return new Sample({
      locationId: framesOf(profile, profile.samples.stack[at] as number)
        .reverse()
        .map((frame) => frame + 1),
      value: [Math.round(profile.samples.weight[at] as number)],
      label: [
        new Label({ key: command, str: number(commandAt(profile, thread)) }),
        ...(profile.threads.pid[thread] === -1 ? [] : [new Label({ key: pid, num: profile.threads.pid[thread] })]),
      ],
    });
  });
  return new PprofProfile({
    sampleType: [new ValueType({ type: number(type), unit: number(unit) })],
    sample,
    mapping,
    location: locations,
    function: functions,
    stringTable: strings,
    timeNanos: profile.startedAt === null ? 0 : BigInt(Math.round(profile.startedAt)) * 1_000_000n,
    durationNanos: profile.durationMs === null ? 0 : BigInt(Math.round(profile.durationMs)) * 1_000_000n,
    ...(profile.frequency === null
      ? {}
      : {
          periodType: new ValueType({ type: number('cpu'), unit: number('nanoseconds') }),
          period: Math.round(1e9 / profile.frequency),
        }),
  }).encode();
};
