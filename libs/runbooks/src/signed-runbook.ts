import { type SignedRunbook } from '@fleetscope/contracts';
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

type Source = Pick<SignedRunbook, 'text' | 'programs'>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Line endings, and what is at the very end, are a matter of editors. */
const canonical = (text: string): string => `${text.replaceAll('\r\n', '\n').trimEnd()}\n`;

/** What a signature is over: the name and version it is good for, the text, and every program. A new meaning needs a new first line. */
const signedText = ({ text, programs }: Source, id: string, version: number): Buffer =>
  Buffer.from(
    [
      'fleetscope-runbook-1',
      `${id}@${version}`,
      sha256(canonical(text)),
      ...Object.keys(programs)
        .sort()
        .map((name) => `${name} ${sha256(programs[name] ?? '')}`),
    ].join('\n'),
  );

/** Ed25519, base64. */
export const signRunbook = (source: Source, id: string, version: number, key: KeyObject): string =>
  sign(null, signedText(source, id, version), key).toString('base64');

/** Whether one of the keys (SPKI in DER, base64) signed it as this id and version. */
export const isSignedBy = (signed: SignedRunbook, id: string, version: number, keys: readonly string[]): boolean => {
  const [text, signature] = [signedText(signed, id, version), Buffer.from(signed.signature, 'base64')];
  return keys.some((key) => verify(null, text, publicKey(key), signature));
};

const publicKey = (text: string): KeyObject =>
  createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });

/** Whether this is an Ed25519 public key as a policy lists it. */
export const isRunbookKey = (text: string): boolean => {
  try {
    return publicKey(text).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
};
