import { createHash } from 'node:crypto';
import { type HostPublicKey, type PresentedHostKey, TransportError, type TransportTarget } from './transport';

/** Host key algorithms, the ones we prefer first; an RSA key can sign in three ways. */
const ALGORITHMS = [
  { type: 'ssh-ed25519', names: ['ssh-ed25519'] },
  { type: 'ecdsa-sha2-nistp256', names: ['ecdsa-sha2-nistp256'] },
  { type: 'ecdsa-sha2-nistp384', names: ['ecdsa-sha2-nistp384'] },
  { type: 'ecdsa-sha2-nistp521', names: ['ecdsa-sha2-nistp521'] },
  { type: 'ssh-rsa', names: ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] },
] as const;

export type ServerHostKeyName = (typeof ALGORITHMS)[number]['names'][number];

/** The types already known for the host first: else a server would show its other key, which looks changed. */
export const hostKeyOrder = (known: readonly HostPublicKey[]): ServerHostKeyName[] => {
  const types = new Set(known.map((key) => key.type));
  const first = ALGORITHMS.filter(({ type }) => types.has(type));
  const rest = ALGORITHMS.filter(({ type }) => !types.has(type));
  return [...first, ...rest].flatMap(({ names }) => [...names]);
};

/** A key as the server sends it: its first field is the type. */
export const presentedKeyOf = (blob: Buffer): PresentedHostKey => {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  const type = blob.subarray(4, 4 + Math.min(length, 64)).toString('latin1');
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
  return { type, fingerprint, publicKey: blob.toString('base64') };
};

/** Null when the key is trusted for the target; else the error that says what to do. */
export const judgeHostKey = (target: TransportTarget, key: PresentedHostKey): TransportError | null => {
  const same = (known: HostPublicKey): boolean =>
    Buffer.from(known.publicKey, 'base64').equals(Buffer.from(key.publicKey, 'base64'));
  const shown = `${key.type} ${key.fingerprint}`;
  if (target.revokedKeys.some(same))
    return new TransportError(
      'host-key-revoked',
      `${target.name} shows a host key that was revoked (${shown}). Somebody may be in between: don't connect before its owner has told you the new key.`,
      { presentedKey: key },
    );
  if (target.trustedKeys.some(same)) return null;
  if (target.trustedKeys.length === 0)
    return new TransportError(
      'host-key-unknown',
      `The host key of ${target.name} is not known yet: ${shown}. Compare the fingerprint with the host's own (ssh-keygen -lf on it), then: fleetscope hosts trust ${target.name}`,
      { presentedKey: key },
    );
  const known = target.trustedKeys.map((trusted) => presentedKeyOf(Buffer.from(trusted.publicKey, 'base64')));
  return new TransportError(
    'host-key-changed',
    `${target.name} shows another host key than the trusted one: ${shown} instead of ${known.map((trusted) => `${trusted.type} ${trusted.fingerprint}`).join(', ')}. Either it was installed anew or somebody is in between: ask its owner, then: fleetscope hosts trust ${target.name} --replace`,
    { presentedKey: key },
  );
};
