import { TransportError, type TransportErrorKind, type TransportTarget } from './transport';

interface Meaning {
  readonly sign: RegExp;
  readonly kind: TransportErrorKind;
  readonly says: string;
  readonly retryable?: boolean;
}

/** Messages of OpenSSH's client (sshconnect.c, sshconnect2.c, packet.c, misc.c), the first that is there. */
const MEANINGS: readonly Meaning[] = [
  {
    sign: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    kind: 'host-key-changed',
    says: 'shows another host key than the one that is trusted: somebody may listen in. If it was set up anew, trust its new key',
  },
  {
    sign: /revoked (host )?key|is marked as revoked/i,
    kind: 'host-key-revoked',
    says: 'shows a host key that is revoked',
  },
  {
    sign: /host key is known for|Host key verification failed/,
    kind: 'host-key-unknown',
    says: 'shows a host key that nobody has trusted, or a certificate of an authority that is not in known_hosts',
  },
  {
    sign: /Permission denied|Too many authentication failures|no mutual signature/,
    kind: 'auth',
    says: 'does not let us in: check the user, and its key or certificate (`ssh-keygen -L -f …-cert.pub` shows until when it is valid)',
  },
  {
    sign: /Connection refused/,
    kind: 'refused',
    says: 'refuses connections: is sshd running, and is the port right?',
    retryable: true,
  },
  { sign: /Could not resolve hostname/, kind: 'unreachable', says: 'has a name that is not known to DNS' },
  {
    sign: /No route to host|Network is unreachable/,
    kind: 'unreachable',
    says: "can't be reached: no route leads to it",
  },
  {
    sign: /timed out/i,
    kind: 'timeout',
    says: 'did not answer in time: is it up, and does a firewall drop the packets?',
  },
  {
    sign: /no matching (host key|key exchange|cipher|MAC)/i,
    kind: 'incompatible',
    says: 'and ssh found no common way to speak',
  },
  {
    sign: /kex_exchange_identification|Connection (closed|reset) by/,
    kind: 'dropped',
    says: 'closed the connection before the login. Busy servers do so (MaxStartups), and OpenSSH 9.8 and later penalises addresses with failed logins',
    retryable: true,
  },
];

/** Lines in which ssh tells of its work, and no fault. */
const TALK =
  /^(Authenticated to |Transferred: |Bytes per second: |debug\d: |Warning: Permanently added |Connecting to |Pseudo-terminal )/;

/** What ssh and the remote side said, without its talk. */
export const withoutTalk = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => !TALK.test(line))
    .join('\n');

/** Why ssh ended with its own status 255 before it was logged in. */
export const openSshError = (target: TransportTarget, stderr: string): TransportError => {
  const said = withoutTalk(stderr).trim();
  const last = said.split('\n').slice(-2).join(' ').slice(0, 300);
  const meaning = MEANINGS.find(({ sign }) => sign.test(said));
  const words = meaning
    ? `${target.name} (${target.address}:${target.port}) ${meaning.says}. ssh said: ${last}`
    : `ssh could not log in to ${target.name} (${target.address}:${target.port}): ${last || 'it gave no reason'}`;
  return new TransportError(meaning?.kind ?? 'unreachable', words, { retryable: meaning?.retryable ?? false });
};
