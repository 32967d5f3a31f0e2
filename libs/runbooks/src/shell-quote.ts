/**
 * The one function that quotes for a shell. Everything a probe's program takes from a runbook goes through it.
 * A NUL can't stand in an argument at all, so it is a fault of the caller.
 */
export const shellQuote = (text: string): string => {
  if (text.includes('\0')) throw new TypeError('a shell word cannot hold a NUL byte');
  if (/^[A-Za-z0-9_@%+:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
};
