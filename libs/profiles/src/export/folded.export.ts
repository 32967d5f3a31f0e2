import { commandAt, frameAt, framesOf, type Profile } from '../model/profile';
import { PairTable } from '../model/numbers';

const clean = (name: string): string => name.replace(/[;\r\n]/g, ':');

/** Folded stacks, sorted: `command;function;… weight`. Weights are rounded to whole numbers. */
export const toFolded = (profile: Profile): string => {
  const places = new PairTable();
  const sums: number[] = [];
  for (let at = 0; at < profile.samples.size; at++) {
    const thread = profile.samples.thread[at] as number;
    const place = places.add(profile.samples.stack[at] as number, thread);
    sums[place] = (sums[place] ?? 0) + (profile.samples.weight[at] as number);
  }
  const totals = new Map<string, number>();
  for (let place = 0; place < places.size; place++) {
    const command = clean(commandAt(profile, places.second.at(place))).replaceAll(' ', '_');
    const names = framesOf(profile, places.first.at(place)).map((frame) => clean(frameAt(profile, frame).name));
    const line = [command, ...names].join(';');
    totals.set(line, (totals.get(line) ?? 0) + (sums[place] as number));
  }
  return [...totals]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([line, weight]) => `${line} ${Math.round(weight)}\n`)
    .join('');
};
