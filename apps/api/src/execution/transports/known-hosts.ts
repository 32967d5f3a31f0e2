import { createHmac, timingSafeEqual } from 'node:crypto';
import { type HostPublicKey } from './transport';

/** One line of an OpenSSH known_hosts file; see "SSH_KNOWN_HOSTS FILE FORMAT" in sshd(8). */
export interface KnownHostsEntry extends HostPublicKey {
  readonly marker: 'revoked' | 'cert-authority' | null;
  /** The host field as it stands: patterns joined by commas, or one hashed name. */
  readonly hosts: string;
  readonly line: number;
}

export interface KnownHosts {
  readonly entries: readonly KnownHostsEntry[];
  readonly problems: readonly { readonly line: number; readonly reason: string }[];
}

export interface KnownHostKeys {
  readonly trusted: readonly HostPublicKey[];
  readonly revoked: readonly HostPublicKey[];
  /** Keys that sign host certificates; a host known only by one of them can't be verified by a plain key. */
  readonly certAuthorities: readonly HostPublicKey[];
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The type that stands inside the key must be the one the line names. */
const typeInside = (publicKey: string): string => {
  const blob = Buffer.from(publicKey, 'base64');
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  return blob.subarray(4, 4 + length).toString('latin1');
};

export const parseKnownHosts = (text: string): KnownHosts => {
  const entries: KnownHostsEntry[] = [];
  const problems: { line: number; reason: string }[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = index + 1;
    const words = raw.trim().split(/[ \t]+/);
    if (words[0] === '' || words[0]?.startsWith('#')) return;
    const mark = words[0]?.startsWith('@') ? words.shift() : undefined;
    const marker = mark === '@revoked' ? 'revoked' : mark === '@cert-authority' ? 'cert-authority' : null;
    if (mark !== undefined && marker === null) {
      problems.push({ line, reason: `unknown marker ${mark}` });
      return;
    }
    const [hosts, type, publicKey] = words;
    if (hosts === undefined || type === undefined || publicKey === undefined) {
      problems.push({ line, reason: 'expected hosts, key type and key' });
      return;
    }
    if (!BASE64.test(publicKey) || typeInside(publicKey) !== type) {
      problems.push({ line, reason: `the key is no ${type} key in base64` });
      return;
    }
    entries.push({ marker, hosts, type, publicKey, line });
  });
  return { entries, problems };
};

/** `*` and `?` as in OpenSSH; no backtracking beyond the last star, so a line can't make it slow. */
const wildcardMatch = (pattern: string, name: string): boolean => {
  let p = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n]) && pattern[p] !== '*') {
      p += 1;
      n += 1;
    } else if (pattern[p] === '*') {
      star = p;
      mark = n;
      p += 1;
    } else if (star >= 0) {
      p = star + 1;
      mark += 1;
      n = mark;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
};

const hashedMatch = (field: string, name: string): boolean => {
  const [, version, salt, hash] = field.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64');
  const got = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return wanted.length === got.length && timingSafeEqual(wanted, got);
};

/** A negated pattern that matches rules the whole line out. */
const hostsMatch = (field: string, name: string): boolean => {
  if (field.startsWith('|')) return hashedMatch(field, name);
  let matched = false;
  for (const pattern of field.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!wildcardMatch(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
};

/** The keys that a file holds for a host; a port other than 22 is looked up as `[host]:port`, as ssh does. */
export const lookupKnownHost = (known: KnownHosts, host: string, port: number): KnownHostKeys => {
  const lower = host.toLowerCase();
  const name = port === 22 ? lower : `[${lower}]:${port}`;
  const of = (marker: KnownHostsEntry['marker']): HostPublicKey[] =>
    known.entries
      .filter((entry) => entry.marker === marker && hostsMatch(entry.hosts, name))
      .map(({ type, publicKey }) => ({ type, publicKey }));
  const revoked = of('revoked');
  const trusted = of(null).filter((key) => !revoked.some((other) => other.publicKey === key.publicKey));
  return { trusted, revoked, certAuthorities: of('cert-authority') };
};
