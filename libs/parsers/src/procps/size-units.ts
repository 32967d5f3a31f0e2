import { commandWords, hasShortOption, type ParseContext } from '../core/parse-context';

const LONG: ReadonlyMap<string, number> = new Map([
  ['--bytes', 1],
  ['--kibi', 1024],
  ['--mebi', 1024 ** 2],
  ['--gibi', 1024 ** 3],
  ['--tebi', 1024 ** 4],
  ['--pebi', 1024 ** 5],
  ['--kilo', 1e3],
  ['--mega', 1e6],
  ['--giga', 1e9],
  ['--tera', 1e12],
  ['--peta', 1e15],
]);
const SHORT: readonly (readonly [string, number])[] = [
  ['b', 1],
  ['k', 1024],
  ['m', 1024 ** 2],
  ['g', 1024 ** 3],
];

/** The unit `free` was asked to print in; null when the command doesn't say, or isn't known. */
export const freeUnit = (ctx: ParseContext): number | null => {
  if (ctx.command === undefined) return null;
  const args = commandWords(ctx);
  for (const arg of args) {
    const unit = LONG.get(arg);
    if (unit !== undefined) return args.includes('--si') && arg.endsWith('bi') ? null : unit;
  }
  for (const [letter, unit] of SHORT) {
    if (!hasShortOption(ctx, letter)) continue;
    return args.includes('--si') && unit > 1 ? 1000 ** Math.round(Math.log2(unit) / 10) : unit;
  }
  return args.includes('--si') ? 1000 : 1024;
};
