/** Data goes to standard output; progress, hints and errors to standard error. */
export const print = (text: string): void => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
export const note = (text: string): void => void process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
/** JSON escapes C0 by itself; DEL and the C1 controls steer terminals as well. */
export const printJson = (value: unknown): void =>
  print(
    JSON.stringify(value, null, 2).replace(
      /[\u007f-\u009f]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );

const colours = process.env['NO_COLOR'] === undefined && process.stdout.isTTY;
const paint =
  (code: string) =>
  (text: string): string =>
    colours ? `\u001b[${code}m${text}\u001b[0m` : text;

export const bold = paint('1');
export const dim = paint('2');
export const red = paint('31');
export const yellow = paint('33');
export const cyan = paint('36');

/** Text from a host or another user, without anything that could steer the terminal. */
export const safe = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '?');
