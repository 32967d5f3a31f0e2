/** How a Transport reaches a host. Key material never stands in messages or errors. */
export interface TransportTarget {
  /** The host's name in Fleetscope, for messages. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Nobody named a user: who runs us is meant, unless ssh's own configuration says otherwise. */
  readonly userIsDefault?: boolean;
  readonly become: 'sudo' | null;
  /** Tried in this order. */
  readonly identities: readonly Identity[];
  readonly trustedKeys: readonly HostPublicKey[];
  readonly revokedKeys: readonly HostPublicKey[];
  /** Hosts to go through, first hop first; a hop's own `jump` and `become` are not looked at. */
  readonly jump: readonly TransportTarget[];
}

export type Identity =
  | { readonly kind: 'key'; readonly privateKey: string; readonly passphrase?: string }
  | { readonly kind: 'file'; readonly path: string; readonly passphrase?: string }
  | { readonly kind: 'agent'; readonly socket: string };

/** `type` as in a public key file (`ssh-ed25519`), the key itself in base64. */
export interface HostPublicKey {
  readonly type: string;
  readonly publicKey: string;
}

export interface PresentedHostKey extends HostPublicKey {
  /** `SHA256:…`, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
}

export interface RunOptions {
  /** The probe's stdout as it comes; give it to a FrameDecoder. */
  readonly onBytes: (chunk: Uint8Array) => void;
  /** The connection stands, and the probe is sent now; not called where nobody can say when that is. */
  readonly onAsk?: () => void;
  /** Cancels: stdin is closed, the probe ends everything it started and says so; then the connection goes. */
  readonly signal?: AbortSignal;
  /** For all of it, connecting included; the compiled probe's `deadlineMs` plus what connecting may take. */
  readonly deadlineMs: number;
}

export interface RunEnd {
  /** Null when a signal ended it, or when it was cancelled before its status came. */
  readonly exitStatus: number | null;
  readonly signal: string | null;
  /** What the remote shell, sudo or a login script said; at most 64 KiB. */
  readonly stderr: string;
  readonly cancelled: boolean;
}

export interface Transport {
  /**
   * Runs one probe on one host.
   * @returns how the remote command ended; whether the probe was complete is for the frames to say
   * @throws TransportError when the host was not reached, not trusted, or lost on the way
   */
  run(target: TransportTarget, program: string, options: RunOptions): Promise<RunEnd>;
}

export type TransportErrorKind =
  | 'unreachable'
  | 'refused'
  | 'auth'
  | 'host-key-unknown'
  | 'host-key-changed'
  | 'host-key-revoked'
  | 'timeout'
  | 'dropped'
  /** Both sides have no key exchange, cipher or kind of key in common. */
  | 'incompatible'
  /** The host's own policy forbids it. */
  | 'policy';

export interface TransportErrorDetail {
  /** True as soon as the remote command was asked for: the probe may have run. */
  readonly probeStarted?: boolean;
  /** Worth another attempt after a pause; never once the probe may have run. */
  readonly retryable?: boolean;
  readonly presentedKey?: PresentedHostKey;
  readonly cause?: unknown;
}

/** Why a host could not be used. The message is for people and says what to do. */
export class TransportError extends Error {
  readonly probeStarted: boolean;
  readonly retryable: boolean;
  readonly presentedKey: PresentedHostKey | null;

  constructor(
    readonly kind: TransportErrorKind,
    message: string,
    detail: TransportErrorDetail = {},
  ) {
    super(message, { cause: detail.cause });
    this.name = 'TransportError';
    this.probeStarted = detail.probeStarted ?? false;
    this.retryable = (detail.retryable ?? false) && !this.probeStarted;
    this.presentedKey = detail.presentedKey ?? null;
  }
}

/** Plain words for a remote command that ended before its first frame; null when nothing is known. */
export const explainEnd = (target: Pick<TransportTarget, 'name' | 'user' | 'become'>, end: RunEnd): string | null => {
  const said = end.stderr.trim().split('\n').slice(-3).join(' ').slice(0, 300);
  if (target.become === 'sudo' && /sudo:/.test(end.stderr))
    return `sudo without a password is not allowed for ${target.user} on ${target.name}: permit it in sudoers, or clear \`become\`. It said: ${said}`;
  if (target.become === 'sudo' && end.exitStatus === 127)
    return `sudo is not installed on ${target.name}: install it, or clear \`become\`.`;
  if (end.exitStatus === 97) return `The program reached ${target.name} incomplete; nothing was run. Try again.`;
  if (end.exitStatus === 0 || end.exitStatus === null) return said || null;
  return `The remote shell of ${target.name} ended with status ${end.exitStatus}${said ? `: ${said}` : ''}.`;
};

/** Collects the head of a stream; the rest is dropped and said to be. */
export class BoundedText {
  private readonly parts: Uint8Array[] = [];
  private length = 0;
  private cut = false;

  constructor(private readonly maxBytes: number) {}

  add(chunk: Uint8Array): void {
    const room = this.maxBytes - this.length;
    if (chunk.length > room) this.cut = true;
    if (room <= 0) return;
    const part = chunk.slice(0, room);
    this.parts.push(part);
    this.length += part.length;
  }

  toString(): string {
    return Buffer.concat(this.parts).toString('utf8') + (this.cut ? '\n… (more was dropped)' : '');
  }
}
