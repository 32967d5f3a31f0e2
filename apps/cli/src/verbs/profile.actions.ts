import { EXIT, type StoredProfile } from '@fleetscope/contracts';
import {
  callTree,
  diffTrees,
  functionChanges,
  functionsOf,
  loadProfile,
  offCpuSplit,
  type Profile,
  ProfileError,
  shapeOf,
  symbolQuality,
  toSvg,
  weightText,
  type WholeTime,
  wholeTime,
} from '@fleetscope/profiles';
import Table from 'cli-table3';
import { CliError } from '../cli-error';
import { answer, connect, type Connection } from '../connection';
import { bold, dim, print, printJson, safe } from '../output';
import { narrowed } from './profile-filter';
import { exported, formatOf, LEGEND, write } from './profile-output';
import { type ProfileOptions } from './profile.verbs';

const merged = async (
  { api }: Connection,
  id: string,
  step: string,
  hosts: readonly string[] | undefined,
  weigh: 'equal' | 'absolute' = 'equal',
): Promise<Profile> =>
  loadProfile(
    (await answer(
      api.GET('/api/v1/investigations/{id}/profiles/merged', {
        params: { path: { id }, query: { step, weigh, ...(hosts ? { hosts: hosts.join(',') } : {}) } },
      }),
    )) as StoredProfile,
  );

export const profile = async (id: string, options: ProfileOptions): Promise<void> => {
  const connection = connect(options);
  // Seconds are added up, shares weigh each host the same.
  const weigh = options.with === undefined ? 'equal' : 'absolute';
  const chosen = narrowed(await merged(connection, id, options.step, options.host, weigh), options);
  const name = options.host?.join(', ') ?? 'all hosts';
  const before = await reference(connection, id, options);
  if (before) return showChange(before, { name, profile: chosen }, options);
  if (options.with !== undefined)
    return showWhole(chosen, await merged(connection, options.with, options.step, options.host, weigh), options);
  const title = `${name}: ${chosen.type}`;
  if (options.format !== undefined) return write(exported(chosen, formatOf(options.format), title), options.output);
  show(chosen, title, options);
};

interface Named {
  readonly name: string;
  readonly profile: Profile;
}

/** What it is compared with; null when it is not. */
const reference = async (connection: Connection, id: string, options: ProfileOptions): Promise<Named | null> => {
  const { vs, diff, diffPeers, host, step } = options;
  if ([vs, diff, diffPeers].filter((one) => one !== undefined).length > 1)
    throw new CliError('--vs, --diff and --diff-peers exclude one another', EXIT.usage);
  if (diff !== undefined) return { name: diff, profile: await merged(connection, diff, step, undefined) };
  if (vs === undefined && !diffPeers) return null;
  if (!host) throw new CliError('which host is compared? --host names it', EXIT.usage);
  if (vs !== undefined && vs !== 'peers') return { name: vs, profile: await merged(connection, id, step, [vs]) };
  const known = await answer(connection.api.GET('/api/v1/investigations/{id}/profiles', { params: { path: { id } } }));
  const peers = known.filter((one) => one.step === step && !host.includes(one.host)).map((one) => one.host);
  if (peers.length === 0) throw new CliError('there are no other hosts with stacks of this step', EXIT.usage);
  const name = peers.length === 1 ? 'its one peer' : `${peers.length} peers`;
  return { name, profile: await merged(connection, id, step, peers) };
};

const show = (chosen: Profile, title: string, options: ProfileOptions): void => {
  const tree = callTree(chosen);
  const functions = functionsOf(tree).slice(0, options.top);
  const quality = symbolQuality(chosen);
  const split = chosen.type === 'off-cpu' ? offCpuSplit(chosen) : [];
  if (options.json)
    return printJson({
      ...{
        type: chosen.type,
        unit: chosen.unit,
        weight: tree.weight,
        idle: chosen.idle,
        samples: tree.effectiveSamples,
      },
      shape: shapeOf(tree),
      symbols: quality,
      waits: split,
      functions: functions.map(({ label, self, total }) => ({ ...tree.labels[label], self, total })),
    });
  print(bold(safe(title)));
  print(
    `${weightText(tree.weight, chosen.unit)}${chosen.idle > 0 ? dim(`, idle ${weightText(chosen.idle, chosen.unit)}`) : ''}`,
  );
  for (const sentence of [...shapeOf(tree).sentences, ...quality.causes]) print(safe(sentence));
  if (split.length > 0)
    print(`waits: ${split.map(({ wait, share }) => `${wait} ${(share * 100).toFixed(0)} %`).join(', ')}`);
  const table = plainTable(['self', 'total', 'function', 'module']);
  for (const { label, self, total } of functions)
    table.push([
      percent(self / tree.weight),
      percent(total / tree.weight),
      safe(tree.labels[label]?.name ?? '?').slice(0, 80),
      dim(safe(tree.labels[label]?.module ?? '').slice(-40)),
    ]);
  print(table.toString());
};

/** The two captures in either order. */
const showWhole = (one: Profile, other: Profile, options: ProfileOptions): void => {
  const [on, off] = one.type === 'off-cpu' ? [other, one] : [one, other];
  const rows = whole(on, off).slice(0, options.top);
  if (options.json) return printJson(rows);
  const table = plainTable(['on CPU', 'off CPU', 'program', 'waits']);
  for (const { command, onCpu, offCpu, waits } of rows)
    table.push([
      `${onCpu.toFixed(2)} s`,
      `${offCpu.toFixed(2)} s`,
      safe(command),
      waits.map(({ wait, weight }) => `${wait} ${weightText(weight, 'nanoseconds')}`).join(', '),
    ]);
  print(table.toString());
};

const whole = (on: Profile, off: Profile): WholeTime[] => {
  try {
    return wholeTime(on, off);
  } catch (error) {
    if (error instanceof ProfileError) throw new CliError(error.message, EXIT.usage);
    throw error;
  }
};

const showChange = (before: Named, after: Named, options: ProfileOptions): void => {
  const [left, right] = [callTree(before.profile), callTree(after.profile)];
  const title = `${after.name} against ${before.name}`;
  if (options.format !== undefined) {
    if (formatOf(options.format) !== 'svg') throw new CliError('a difference is written as svg only', EXIT.usage);
    return write(Buffer.from(toSvg(diffTrees(left, right), { title, subtitle: LEGEND })), options.output);
  }
  const functions = functionChanges(left, right);
  if (options.json)
    return printJson({
      before: { name: before.name, samples: left.effectiveSamples, shape: shapeOf(left).sentences },
      after: { name: after.name, samples: right.effectiveSamples, shape: shapeOf(right).sentences },
      functions: functions.slice(0, options.top),
    });
  const changed = functions.filter(({ significant }) => significant).slice(0, options.top);
  print(bold(safe(title)));
  if (changed.length === 0) return print('No function differs by more than sampling noise.');
  const table = plainTable(['change', 'before', 'after', 'function']);
  for (const one of changed)
    table.push([signed(one.delta), percent(one.selfBefore), percent(one.selfAfter), safe(one.name).slice(0, 80)]);
  print(table.toString());
};

const plainTable = (head: readonly string[]): InstanceType<typeof Table> =>
  new Table({ head: head.map((text) => bold(text)), style: { head: [], border: [], compact: true } });

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const signed = (share: number): string => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;
