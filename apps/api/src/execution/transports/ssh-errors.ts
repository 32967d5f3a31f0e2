import { TransportError, type TransportTarget } from './transport';

/** What is known about a connection attempt at the time it failed. */
export interface AttemptState {
  readonly target: TransportTarget;
  /** What the server sent before its SSH version, if anything. */
  readonly greeting: string;
  readonly handshakeDone: boolean;
  readonly probeStarted: boolean;
}

const field = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;

const UNREACHABLE: Readonly<Record<string, string>> = {
  EHOSTUNREACH: 'no route leads to it',
  ENETUNREACH: 'no route leads to its network',
  EHOSTDOWN: 'it does not answer on its network',
  ENOTFOUND: 'its name is not known to DNS',
  EAI_AGAIN: 'DNS did not answer',
  EADDRNOTAVAIL: 'this machine has no local port or address left for it',
  EACCES: 'a firewall here forbids it',
  EPERM: 'a firewall here forbids it',
};

const place = (target: TransportTarget): string =>
  `${target.name} (${target.address.includes(':') ? `[${target.address}]` : target.address}:${target.port})`;

/** ssh2's errors and the system's, as one kind of ours with words that say what to do. */
export const transportErrorOf = (error: unknown, state: AttemptState): TransportError => {
  if (error instanceof TransportError) return error;
  const { target, probeStarted } = state;
  const code = String(field(error, 'code') ?? '');
  const level = String(field(error, 'level') ?? '');
  const message = error instanceof Error ? error.message : String(error);
  const detail = { cause: error, probeStarted };
  if (probeStarted)
    return new TransportError(
      'dropped',
      `The connection to ${place(target)} was lost while the probe ran (${message}). What came back until then is kept; the probe ends itself on the host.`,
      detail,
    );
  if (code === 'ECONNREFUSED')
    return new TransportError(
      'refused',
      `${place(target)} refuses connections: is sshd running, and is the port right?`,
      { ...detail, retryable: true },
    );
  if (UNREACHABLE[code] !== undefined)
    return new TransportError('unreachable', `${place(target)} can't be reached: ${UNREACHABLE[code]}.`, detail);
  if (code === 'ETIMEDOUT' || level === 'client-timeout' || /timed out/i.test(message))
    return new TransportError(
      'timeout',
      `${place(target)} did not answer in time: is it up, and does a firewall drop the packets?`,
      detail,
    );
  if (level === 'client-authentication')
    return new TransportError(
      'auth',
      `${target.user} was not let in on ${place(target)}: none of the ${target.identities.length} identities given was accepted. Check the user, and that the public key is in its authorized_keys.`,
      detail,
    );
  if (/no matching/i.test(message) || level === 'handshake')
    return new TransportError(
      'incompatible',
      `${place(target)} and Fleetscope found no common way to speak (${message}): its sshd may be too old or locked down.`,
      detail,
    );
  return droppedEarly(state, message, error);
};

const droppedEarly = (state: AttemptState, message: string, cause: unknown): TransportError => {
  const { target, greeting } = state;
  const detail = { cause, retryable: true };
  if (/MaxStartups/i.test(greeting))
    return new TransportError(
      'dropped',
      `${place(target)} takes no more logins at once (MaxStartups): it is tried again more slowly. Raise MaxStartups, or lower how many hosts are asked at a time through it.`,
      detail,
    );
  if (/not allowed at this time/i.test(greeting))
    return new TransportError(
      'dropped',
      `${place(target)} penalises this address for earlier failed logins (PerSourcePenalties of OpenSSH 9.8 and later): wait, and mend the failing logins first.`,
      detail,
    );
  if (greeting !== '' && !/^SSH-/.test(greeting))
    return new TransportError(
      'unreachable',
      `${place(target)} answers, but not as an SSH server ("${greeting.slice(0, 60).replace(/[^\x20-\x7e]/g, '?')}"): is the port right?`,
      { cause },
    );
  const when = state.handshakeDone ? 'before the probe started' : 'before the login';
  return new TransportError(
    'dropped',
    `${place(target)} closed the connection ${when} (${message}). Busy servers do so (MaxStartups), and OpenSSH 9.8 and later penalises addresses with failed logins: it is tried again more slowly.`,
    detail,
  );
};
