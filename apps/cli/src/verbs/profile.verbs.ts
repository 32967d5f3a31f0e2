import { type Command } from 'commander';
import { collect, connected, wholeNumber, type DataOptions } from './options';

export interface ProfileOptions extends DataOptions {
  host?: string[];
  step: string;
  vs?: string;
  format?: string;
  output?: string;
  top: number;
}

export interface FlameOptions {
  to: string;
  output?: string;
  before?: string;
  title?: string;
}

/** `profile` asks the server; `flame` works on files, without a connection. */
export const addProfileVerbs = (program: Command): void => {
  connected(
    program
      .command('profile')
      .description('what the captured stacks of an investigation say: functions, changes, a flame graph')
      .argument('<investigation>'),
  )
    .option('--host <name>', 'only this host; again for more (default: all, each weighing the same)', collect)
    .option('--step <id>', 'the step that took the stacks', 'stacks')
    .option('--vs <name>', 'compare with this host; `peers` compares with all others')
    .option('--format <format>', 'write a file: svg, folded, pprof or speedscope')
    .option('-o, --output <file>', 'where to (default: standard output)')
    .option('--top <n>', 'how many functions', wholeNumber(1, 200), 15)
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope run cpu-profile --class web\n  fleetscope profile ID --host web-03 --vs peers\n  fleetscope profile ID --format svg -o web.svg',
    )
    .action(async (id: string, options: ProfileOptions) => (await import('./profile.actions')).profile(id, options));
  program
    .command('flame')
    .description('a profile file to a flame graph or another format (works without a connection)')
    .argument('[file]', 'perf script text, folded stacks, pprof or speedscope; - or nothing for standard input')
    .option('--to <format>', 'svg, folded, pprof or speedscope', 'svg')
    .option('-o, --output <file>', 'where to (default: standard output)')
    .option('--before <file>', 'draw the difference from this profile (svg)')
    .option('--title <text>', 'title of the graph')
    .addHelpText(
      'after',
      '\nExamples:\n  perf script | fleetscope flame -o cpu.svg\n  fleetscope flame --before good.folded bad.folded -o diff.svg\n  fleetscope flame heap.pb.gz --to speedscope -o heap.speedscope.json',
    )
    .action(async (file: string | undefined, options: FlameOptions) =>
      (await import('./profile.actions')).flame(file, options),
    );
};
