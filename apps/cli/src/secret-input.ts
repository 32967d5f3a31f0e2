import { EXIT } from '@fleetscope/contracts';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CliError } from './cli-error';

/** One line from a terminal, without an echo. */
const ask = (question: string): Promise<string> =>
  new Promise((done, failed) => {
    process.stderr.write(question);
    const silent = new Writable({ write: (_chunk, _encoding, written) => written() });
    const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
    lines.once('line', (line) => {
      process.stderr.write('\n');
      done(line);
      lines.close();
    });
    lines.once('SIGINT', () => {
      lines.close();
      failed(new CliError('no password was given', EXIT.usage));
    });
  });

const piped = async (): Promise<string> => {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  return text.replace(/\r?\n$/, '');
};

/** A new password: asked for twice at a terminal, else standard input. It is never an argument, which others can see. */
export const newPassword = async (): Promise<string> => {
  if (!process.stdin.isTTY) return piped();
  const password = await ask('Password (at least 12 characters): ');
  if ((await ask('Once more: ')) !== password) throw new CliError('the two are not the same', EXIT.usage);
  return password;
};
