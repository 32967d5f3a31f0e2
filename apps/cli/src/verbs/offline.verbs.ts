import { type Command } from 'commander';
import type { FoldArguments } from './fold.action';
import type { ParseOptions } from './parse.action';

/** `parse` and `fold`: the parsers and the stack folder, on a file or a pipe. */
export const addOfflineVerbs = (program: Command): void => {
  program
    .command('parse')
    .description("read one tool's output (works without a connection)")
    .argument('[tool]', 'the tool that printed it; --list shows them')
    .argument('[file]', 'the text; - or nothing for standard input')
    .option('--list', 'list the tools')
    .option('--detect <file...>', 'guess the tool of each file')
    .option('--command <line>', 'how the tool was run, where the text does not say it: "free -m"')
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  iostat -xz 1 5 | fleetscope parse iostat --json\n  fleetscope parse --detect saved-*.txt\n  free -m | fleetscope parse "free -m"',
    )
    .action(async (tool: string | undefined, file: string | undefined, options: ParseOptions) =>
      (await import('./parse.action')).parse(tool, file, options),
    );
  program
    .command('fold')
    .description('perf script text to folded stacks (works without a connection)')
    .argument('[file]', 'what perf script printed; - or nothing for standard input')
    .option('--event <event>', 'the event to fold (default: the first in the text)')
    .option('--by <root>', 'what stacks stand on: comm, pid, tid or cpu', 'comm')
    .option('--count <what>', 'period, or samples: each counts as one', 'period')
    .option('--no-inline', 'leave out inlined frames')
    .option('--kernel-suffix', 'mark kernel frames with _[k]')
    .addHelpText(
      'after',
      '\nExamples:\n  perf script -F +pid | fleetscope fold --by pid > stacks.txt\n  fleetscope fold --event cycles saved.txt | flamegraph.pl > cpu.svg',
    )
    .action(async (file: string | undefined, options: FoldArguments) =>
      (await import('./fold.action')).fold(file, options),
    );
};
