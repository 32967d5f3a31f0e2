import { type Command } from 'commander';

/** `parse`: the parsers, on a file or a pipe. */
export const addOfflineVerbs = (program: Command): void => {
  program
    .command('parse')
    .description("read one tool's output (works without a connection)")
    .argument('[tool]', 'the tool that printed it; --list shows them')
    .argument('[file]', 'the text; - or nothing for standard input')
    .option('--list', 'list the tools')
    .option('--detect <file>', 'guess the tool')
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  iostat -xz 1 5 | fleetscope parse iostat --json\n  fleetscope parse --detect saved.txt',
    )
    .action(
      async (
        tool: string | undefined,
        file: string | undefined,
        options: { list?: boolean; detect?: string; json?: boolean },
      ) => (await import('./parse.action')).parse(tool, file, options),
    );
};
