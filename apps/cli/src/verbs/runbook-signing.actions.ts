import { EXIT } from '@fleetscope/contracts';
import { describeProblem, RunbookError, signRunbook, writtenOut, type LoadedRunbook } from '@fleetscope/runbooks';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error';
import { note, print, printJson, safe } from '../output';
import { readOne } from './runbook.actions';

const publicText = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');

export const keygen = ({ out, json }: { out: string; json?: boolean }): void => {
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    writeFileSync(out, String(privateKey.export({ type: 'pkcs8', format: 'pem' })), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new CliError(
      (error as NodeJS.ErrnoException).code === 'EEXIST'
        ? `${out} is there already: a key that is written over can't be had again`
        : `${out} can't be written: ${(error as Error).message}`,
    );
  }
  const publicKey = publicText(privateKey);
  if (json) return printJson({ key: out, publicKey });
  print(publicKey);
  note(`${out} signs runbooks; the line above goes into the policy of hosts, under runbookKeys`);
};

export const sign = (file: string, { key, inline, json }: { key: string; inline?: boolean; json?: boolean }): void => {
  const privateKey = readKey(key);
  if (inline) writeOut(file);
  const runbook = read(file);
  if (runbook.include.length > 0)
    throw new CliError(
      `${file} includes ${runbook.include.join(', ')}: their steps must stand in it, so that they are signed too`,
      EXIT.usage,
      '--inline writes them into it',
    );
  const source = { text: readFileSync(file, 'utf8'), programs: runbook.programs };
  const signature = signRunbook(source, runbook.id, runbook.version, privateKey);
  writeFileSync(`${file}.sig`, `${signature}\n`);
  if (json) {
    printJson({
      ...{ runbook: runbook.id, version: runbook.version, file: `${file}.sig` },
      ...{ signature, publicKey: publicText(privateKey) },
    });
  } else note(`${file}.sig: ${runbook.id}@${runbook.version}, signed; sign it again after each change`);
};

/** Puts the steps of what it includes into the file, if they are there and keep the rules. */
const writeOut = (file: string): void => {
  const { include } = read(file);
  if (include.length === 0) return;
  const beside = (id: string): string => join(dirname(file), `${id}.yaml`);
  for (const id of include) {
    const other = read(beside(id));
    if (other.include.length > 0)
      throw new CliError(`${beside(id)} includes others itself: expected a runbook that includes none`);
  }
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    writtenOut(text, (id) => readFileSync(beside(id), 'utf8')),
  );
  note(`${file}: the steps of ${include.join(', ')} stand in it now`);
};

const read = (file: string): LoadedRunbook => {
  try {
    return readOne(file);
  } catch (error) {
    if (error instanceof RunbookError)
      throw new CliError(error.problems.map((problem) => safe(describeProblem(problem))).join('\n'), EXIT.foundWanting);
    throw new CliError(`${file} can't be read: ${(error as Error).message}`);
  }
};

const readKey = (file: string): KeyObject => {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(file));
  } catch (error) {
    throw new CliError(`--key: ${file} can't be read as a private key: ${(error as Error).message}`);
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new CliError(`--key: expected an Ed25519 key, ${file} has ${key.asymmetricKeyType ?? 'another one'}`);
};
