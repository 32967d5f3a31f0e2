import { EXIT, type ProfileComparison, type StoredProfile } from '@fleetscope/contracts';
import {
  callTree,
  diffTrees,
  functionsOf,
  loadProfile,
  NotPerfScriptError,
  offCpuSplit,
  type Profile,
  ProfileError,
  readProfile,
  shapeOf,
  symbolQuality,
  toFolded,
  toPprof,
  toSpeedscope,
  toSvg,
  weightText,
} from '@fleetscope/profiles';
import Table from 'cli-table3';
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { CliError } from '../cli-error';
import { answer, connect, type Connection } from '../connection';
import { bold, dim, note, print, printJson, safe } from '../output';
import { type FlameOptions, type ProfileOptions } from './profile.verbs';

const FORMATS = ['svg', 'folded', 'pprof', 'speedscope'] as const;
type Format = (typeof FORMATS)[number];

const formatOf = (text: string): Format => {
  const format = FORMATS.find((one) => one === text);
  if (!format) throw new CliError(`the format is one of ${FORMATS.join(', ')}, not ${safe(text)}`, EXIT.usage);
  return format;
};

const exported = (profile: Profile, format: Format, title: string): Uint8Array => {
  switch (format) {
    case 'svg':
      return Buffer.from(toSvg(callTree(profile, { root: 'command' }), { title }));
    case 'folded':
      return Buffer.from(toFolded(profile));
    case 'pprof':
      return gzipSync(toPprof(profile));
    case 'speedscope':
      return Buffer.from(JSON.stringify(toSpeedscope(profile, title)));
  }
};

const write = (bytes: Uint8Array, output: string | undefined): void => {
  if (output === undefined || output === '-') {
    process.stdout.write(bytes);
    return;
  }
  try {
    writeFileSync(output, bytes);
  } catch (error) {
    throw new CliError(`${output} can't be written: ${(error as Error).message}`);
  }
  note(`${output}: ${bytes.length} bytes`);
};

export const profile = async (id: string, options: ProfileOptions): Promise<void> => {
  const connection = connect(options);
  if (options.vs !== undefined) return compare(connection, id, options.vs, options);
  const stored = (await answer(
    connection.api.GET('/api/v1/investigations/{id}/profiles/merged', {
      params: {
        path: { id },
        query: { step: options.step, ...(options.host ? { hosts: options.host.join(',') } : {}) },
      },
    }),
  )) as StoredProfile;
  const merged = loadProfile(stored);
  const title = `${options.host?.join(', ') ?? 'all hosts'}: ${merged.type}`;
  if (options.format !== undefined) return write(exported(merged, formatOf(options.format), title), options.output);
  const tree = callTree(merged);
  const functions = functionsOf(tree).slice(0, options.top);
  const quality = symbolQuality(merged);
  const split = merged.type === 'off-cpu' ? offCpuSplit(merged) : [];
  if (options.json)
    return printJson({
      ...{
        type: merged.type,
        unit: merged.unit,
        weight: tree.weight,
        idle: merged.idle,
        samples: tree.effectiveSamples,
      },
      shape: shapeOf(tree),
      symbols: quality,
      waits: split,
      functions: functions.map(({ label, self, total }) => ({ ...tree.labels[label], self, total })),
    });
  print(bold(safe(title)));
  print(
    `${weightText(tree.weight, merged.unit)}${merged.idle > 0 ? dim(`, idle ${weightText(merged.idle, merged.unit)}`) : ''}`,
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

const compare = async ({ api }: Connection, id: string, vs: string, options: ProfileOptions): Promise<void> => {
  const known = (await answer(api.GET('/api/v1/investigations/{id}/profiles', { params: { path: { id } } }))).filter(
    ({ step }) => step === options.step,
  );
  const after = options.host ?? [];
  if (after.length === 0) throw new CliError('--vs needs --host: which host is compared?', EXIT.usage);
  const before = vs === 'peers' ? known.map(({ host }) => host).filter((host) => !after.includes(host)) : [vs];
  if (before.length === 0) throw new CliError('there are no other hosts with stacks of this step', EXIT.usage);
  const query = { step: options.step, before: before.join(','), after: after.join(',') };
  if (options.format === 'svg') {
    const [left, right] = await Promise.all(
      [before, after].map((hosts) => mergedTree({ api }, id, options.step, hosts)),
    );
    if (!left || !right) return;
    const title = `${after.join(', ')} against ${vs}`;
    return write(Buffer.from(toSvg(diffTrees(left, right), { title, subtitle: LEGEND })), options.output);
  }
  const result = (await answer(
    api.GET('/api/v1/investigations/{id}/profiles/compare', { params: { path: { id }, query } }),
  )) as ProfileComparison;
  if (options.json) return printJson(result);
  const changed = result.functions.filter(({ significant }) => significant).slice(0, options.top);
  print(bold(safe(`${after.join(', ')} against ${vs} (${result.before.hosts.length} hosts)`)));
  if (changed.length === 0) return print('No function differs by more than sampling noise.');
  const table = plainTable(['change', 'before', 'after', 'function']);
  for (const one of changed)
    table.push([signed(one.delta), percent(one.selfBefore), percent(one.selfAfter), safe(one.name).slice(0, 80)]);
  print(table.toString());
};

const mergedTree = async ({ api }: Pick<Connection, 'api'>, id: string, step: string, hosts: readonly string[]) =>
  callTree(
    loadProfile(
      (await answer(
        api.GET('/api/v1/investigations/{id}/profiles/merged', {
          params: { path: { id }, query: { step, hosts: hosts.join(',') } },
        }),
      )) as StoredProfile,
    ),
  );

const LEGEND = 'purple: a larger share than before; green: a smaller one; width: share after';

const plainTable = (head: readonly string[]): InstanceType<typeof Table> =>
  new Table({ head: head.map((text) => bold(text)), style: { head: [], border: [], compact: true } });

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const signed = (share: number): string => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;

const fromFile = (file: string | undefined): Profile => {
  const name = file === undefined || file === '-' ? 'standard input' : file;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file === undefined || file === '-' ? 0 : file);
  } catch (error) {
    throw new CliError(`${name} can't be read: ${(error as Error).message}`);
  }
  try {
    const { profile: read, issues } = readProfile(bytes);
    for (const { line, reason, text } of issues.slice(0, 10))
      note(`${name}${line === null ? '' : ` line ${line}`}: ${reason}${text === '' ? '' : dim(`  ${safe(text)}`)}`);
    if (issues.length > 0) process.exitCode = EXIT.foundWanting;
    return read;
  } catch (error) {
    if (error instanceof ProfileError || error instanceof NotPerfScriptError)
      throw new CliError(`${name}: ${safe(error.message)}`, EXIT.notThisTool);
    throw error;
  }
};

export const flame = (file: string | undefined, options: FlameOptions): Promise<void> => {
  const format = formatOf(options.to);
  const read = fromFile(file);
  const title = options.title ?? (file === undefined || file === '-' ? 'Flame graph' : file);
  if (options.before === undefined) write(exported(read, format, title), options.output);
  else if (format !== 'svg') throw new CliError('--before draws a difference: it needs --to svg', EXIT.usage);
  else {
    const tree = diffTrees(callTree(fromFile(options.before)), callTree(read));
    write(Buffer.from(toSvg(tree, { title, subtitle: LEGEND })), options.output);
  }
  return Promise.resolve();
};
