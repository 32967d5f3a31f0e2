import { connect, type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import { type AnyAuthMethod, Client, type KexAlgorithm, utils } from 'ssh2';
import { hostKeyOrder, judgeHostKey, presentedKeyOf } from './host-keys';
import { transportErrorOf } from './ssh-errors';
import { type PresentedHostKey, TransportError, type TransportTarget } from './transport';

export interface SshLimits {
  /** For one hop: TCP, key exchange, login. */
  readonly connectMs: number;
  readonly keepaliveMs: number;
  readonly keepaliveMissed: number;
}

/** Reads a private key's file; injected, so that the transport knows no disk. */
export type ReadKeyFile = (path: string) => Promise<string>;

/** One hop: an open, verified, logged-in connection. */
export interface SshConnection {
  readonly client: Client;
  readonly target: TransportTarget;
  close(): void;
}

/** Called with the server's key; an error refuses it. */
type JudgeKey = (key: PresentedHostKey) => TransportError | null;

/** Our order, not ssh2's default of the day. */
const KEX: KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha256',
];

const authMethods = async (target: TransportTarget, readKeyFile: ReadKeyFile): Promise<AnyAuthMethod[]> => {
  const methods: AnyAuthMethod[] = [];
  const problems: string[] = [];
  for (const identity of target.identities) {
    if (identity.kind === 'agent') {
      methods.push({ type: 'agent', username: target.user, agent: identity.socket });
      continue;
    }
    const label = identity.kind === 'file' ? identity.path : 'the stored key';
    const text =
      identity.kind === 'key' ? identity.privateKey : await readKeyFile(identity.path).catch((error: unknown) => error);
    if (typeof text !== 'string') {
      problems.push(`${label} can't be read (${text instanceof Error ? text.message : 'unknown error'})`);
      continue;
    }
    const key = utils.parseKey(text, identity.passphrase);
    if (key instanceof Error) problems.push(`${label} is no usable private key (${key.message})`);
    else methods.push({ type: 'publickey', username: target.user, key, passphrase: identity.passphrase });
  }
  if (methods.length === 0) {
    const why = problems.length > 0 ? problems.join('; ') : 'no identity is configured and there is no ssh-agent';
    throw new TransportError('auth', `There is no key to log in to ${target.name} with: ${why}.`);
  }
  return methods;
};

const tcp = (target: TransportTarget): Socket => connect({ host: target.address, port: target.port, noDelay: true });

/** Opens one hop over `through` (a forwarded channel) or over TCP. */
const openHop = async (
  target: TransportTarget,
  through: Duplex | null,
  limits: SshLimits,
  methods: AnyAuthMethod[],
  judge: JudgeKey,
  signal: AbortSignal | undefined,
): Promise<SshConnection> => {
  const client = new Client();
  const socket = through ?? tcp(target);
  let greeting = '';
  let handshakeDone = false;
  let refusedKey: TransportError | null = null;
  const note = (chunk: Buffer): void => {
    if (greeting.length < 256) greeting += chunk.subarray(0, 256).toString('latin1');
  };
  const close = (): void => {
    client.end();
    // end() waits for the other side, which may be gone.
    setTimeout(() => {
      client.destroy();
      socket.destroy();
    }, 500).unref();
  };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      client.destroy();
      socket.destroy();
      reject(refusedKey ?? transportErrorOf(error, { target, greeting, handshakeDone, probeStarted: false }));
    };
    const onAbort = (): void => fail(new TransportError('dropped', `Cancelled before ${target.name} was connected.`));
    const timer = setTimeout(
      () => fail(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' })),
      limits.connectMs,
    );
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    client.on('error', fail);
    client.once('close', () => fail(new Error('connection closed')));
    client.once('handshake', () => {
      handshakeDone = true;
    });
    client.once('ready', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('data', note);
      client.removeAllListeners('error');
      client.removeAllListeners('close');
      client.on('error', () => undefined); // 'close' follows, and whoever uses the connection listens to it
      resolve({ client, target, close });
    });
    socket.on('error', fail);
    const begin = (): void => {
      socket.on('data', note);
      client.connect({
        sock: socket,
        username: target.user,
        authHandler: methods,
        readyTimeout: 0,
        keepaliveInterval: limits.keepaliveMs,
        keepaliveCountMax: limits.keepaliveMissed,
        algorithms: { kex: KEX, serverHostKey: hostKeyOrder(target.trustedKeys) },
        hostVerifier: (key: Buffer, verify: (ok: boolean) => void) => {
          refusedKey = judge(presentedKeyOf(key));
          verify(refusedKey === null);
        },
      });
    };
    if (through === null) socket.once('connect', begin);
    else begin();
  });
};

const forward = (hop: SshConnection, next: TransportTarget): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    hop.client.forwardOut('127.0.0.1', 0, next.address, next.port, (error, channel) => {
      if (error)
        reject(
          new TransportError(
            'unreachable',
            `The jump host ${hop.target.name} can't reach ${next.name} (${next.address}:${next.port}): ${error.message}.`,
            { cause: error },
          ),
        );
      else resolve(channel);
    });
  });

export interface OpenOptions {
  readonly limits: SshLimits;
  readonly readKeyFile: ReadKeyFile;
  readonly signal?: AbortSignal;
}

/**
 * Connects to a target through its jump hosts; every hop's key is verified. The last connection comes with `close` for
 * all of them.
 */
export const openSsh = async (
  target: TransportTarget,
  options: OpenOptions,
  judgeLast?: JudgeKey,
): Promise<SshConnection> => {
  const opened: SshConnection[] = [];
  const closeAll = (): void => {
    for (const hop of [...opened].reverse()) hop.close();
  };
  try {
    let through: Duplex | null = null;
    for (const hop of [...target.jump, target]) {
      const before = opened.at(-1);
      if (before !== undefined) through = await forward(before, hop);
      const last = hop === target ? judgeLast : undefined;
      // Whoever only looks at the key needs no identity.
      const methods: AnyAuthMethod[] = last
        ? [{ type: 'none', username: hop.user }]
        : await authMethods(hop, options.readKeyFile);
      opened.push(
        await openHop(hop, through, options.limits, methods, last ?? ((key) => judgeHostKey(hop, key)), options.signal),
      );
    }
    const connection = opened.at(-1);
    if (connection === undefined) throw new TypeError('a target is a hop');
    return { ...connection, close: closeAll };
  } catch (error) {
    closeAll();
    throw error;
  }
};
