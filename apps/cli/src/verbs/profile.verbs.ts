import { type Command, InvalidArgumentError } from 'commander';
import { collect, connected, wholeNumber, type DataOptions } from './options';

export interface ProfileOptions extends DataOptions {
  host?: string[];
  step: string;
  vs?: string;
  diff?: string;
  diffPeers?: boolean;
  with?: string;
  from?: number;
  to?: number;
  command?: string[];
  pid?: number[];
  tid?: number[];
  cpu?: number[];
  cgroup?: string;
  format?: string;
  output?: string;
  top: number;
}

export interface ProfileImportOptions extends DataOptions {
  host: string;
  reason?: string;
}

export interface FlameOptions {
  to: string;
  output?: string;
  before?: string;
  title?: string;
}

const FORMATS = 'svg, html, folded, pprof or speedscope';

const seconds = (text: string): number => {
  if (!/^[0-9]{1,6}(\.[0-9]{1,3})?$/.test(text)) throw new InvalidArgumentError('expected seconds, such as 3.5');
  return Number(text);
};

const MAX_ID = 4_194_304;
const id = wholeNumber(0, MAX_ID);
const collectNumber = (text: string, earlier: number[] = []): number[] => [...earlier, id(text)];

const withTop = (command: Command): Command =>
  connected(command)
    .option('--host <name>', 'only this host; again for more (default: all, each weighing the same)', collect)
    .option('--step <id>', 'the step that took the stacks', 'stacks')
    .option('--from <s>', 'only samples from this second of the capture on', seconds)
    .option('--to <s>', 'only samples before this second', seconds)
    .option('--command <name>', 'only threads of this name; again for more', collect)
    .option('--pid <n>', 'only this process; again for more (of one host)', collectNumber)
    .option('--tid <n>', 'only this thread; again for more (of one host)', collectNumber)
    .option('--cpu <n>', 'only samples on this CPU; again for more (of one host)', collectNumber)
    .option('--cgroup <path>', 'only processes of this control group, or below it: /system.slice/nginx.service')
    .option('--top <n>', 'how many functions', wholeNumber(1, 200), 15);

/** `profile` asks the server; `flame` works on files, without a connection. */
export const addProfileVerbs = (program: Command): void => {
  const profile = withTop(
    program
      .command('profile')
      .description('what the captured stacks of an investigation say: functions, changes, a flame graph')
      .enablePositionalOptions()
      .argument('<investigation>'),
  )
    .option('--vs <name>', 'compare --host with this host')
    .option('--diff-peers', 'compare --host with the merged profile of all others')
    .option('--diff <investigation>', 'compare with another investigation: before a change, or a baseline')
    .option('--with <investigation>', 'the other half, on or off CPU: where the whole time of each program went')
    .option('--format <format>', `write a file: ${FORMATS}`)
    .option('-o, --output <file>', 'where to (default: standard output)')
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope run cpu-profile --class web\n  fleetscope profile ID --host web-03 --diff-peers\n  fleetscope profile ID --diff EARLIER --format svg -o diff.svg\n  fleetscope profile ID --cgroup /kubepods.slice\n  fleetscope profile ID --from 3 --to 4.5 --format html -o spike.html\n  fleetscope profile ON_CPU --host web-03 --with OFF_CPU\n  fleetscope profile import heap.pb.gz --host web-03',
    )
    .action(async (id: string, options: ProfileOptions) => (await import('./profile.actions')).profile(id, options));
  withTop(
    profile
      .command('top')
      .description('the functions that take most, and the shape in words')
      .argument('<investigation>'),
  ).action(async (id: string, options: ProfileOptions) => (await import('./profile.actions')).profile(id, options));
  connected(
    profile
      .command('import')
      .description('a profile file becomes an investigation of the host that it was taken on')
      .argument('<file>', 'perf script text, folded stacks, pprof or speedscope; - for standard input'),
  )
    .requiredOption('--host <name>', 'the host it was taken on')
    .option('--reason <text>', 'why, for the record')
    .addHelpText(
      'after',
      '\nExample:\n  curl -s http://127.0.0.1:6060/debug/pprof/heap | fleetscope profile import - --host web-03',
    )
    .action(async (file: string, options: ProfileImportOptions) =>
      (await import('./profile-files')).importProfile(file, options),
    );
  program
    .command('flame')
    .description('a profile file to a flame graph or another format (works without a connection)')
    .argument('[file]', 'perf script text, folded stacks, pprof or speedscope; - or nothing for standard input')
    .option('--to <format>', FORMATS, 'svg')
    .option('-o, --output <file>', 'where to (default: standard output)')
    .option('--before <file>', 'draw the difference from this profile (svg)')
    .option('--title <text>', 'title of the graph')
    .addHelpText(
      'after',
      '\nExamples:\n  perf script | fleetscope flame -o cpu.svg\n  fleetscope flame --before good.folded bad.folded -o diff.svg\n  fleetscope flame heap.pb.gz --to speedscope -o heap.speedscope.json',
    )
    .action(async (file: string | undefined, options: FlameOptions) =>
      (await import('./profile-files')).flame(file, options),
    );
};
