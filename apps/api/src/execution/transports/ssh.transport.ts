import { HandshakeGate } from './handshake-gate';
import { bootstrapCommand } from '@fleetscope/runbooks';
import { type ClientChannel } from 'ssh2';
import { openSsh, type ReadKeyFile, type SshConnection, type SshLimits } from './ssh-connection';
import { transportErrorOf } from './ssh-errors';
import {
  BoundedText,
  type PresentedHostKey,
  type RunEnd,
  type RunOptions,
  type Transport,
  TransportError,
  type TransportTarget,
} from './transport';

export interface SshTransportLimits extends SshLimits {
  /** From closing stdin to closing the channel; the probe needs about a second to end what it started. */
  readonly graceMs: number;
  readonly stderrBytes: number;
}

export const SSH_LIMITS: SshTransportLimits = {
  connectMs: 10_000,
  keepaliveMs: 5_000,
  keepaliveMissed: 3,
  graceMs: 4_000,
  stderrBytes: 65_536,
};

const CANCELLED: RunEnd = { exitStatus: null, signal: null, stderr: '', cancelled: true };

/** What all connections through the first hop have in common; null for a direct one. */
const bastionOf = ({ jump: [first] }: TransportTarget): string | null =>
  first ? `${first.address}:${first.port}` : null;

/** One connection and one exec per host, no terminal; the host key is always verified. */
export class SshTransport implements Transport {
  constructor(
    private readonly readKeyFile: ReadKeyFile,
    private readonly limits: SshTransportLimits = SSH_LIMITS,
    private readonly gate: HandshakeGate = new HandshakeGate({ total: 64, perBastion: 8 }),
  ) {}

  async run(target: TransportTarget, program: string, options: RunOptions): Promise<RunEnd> {
    const { signal } = options;
    if (signal?.aborted) return CANCELLED;
    const deadlineAt = performance.now() + options.deadlineMs;
    let connection: SshConnection;
    try {
      const open = (): Promise<SshConnection> =>
        openSsh(target, { limits: this.limits, readKeyFile: this.readKeyFile, signal });
      connection = await this.gate.pass(bastionOf(target), open);
    } catch (error) {
      if (signal?.aborted) return CANCELLED;
      throw error;
    }
    try {
      return await this.exec(connection, program, options, Math.max(1, deadlineAt - performance.now()));
    } finally {
      connection.close();
    }
  }

  /** Connects just far enough to learn the key that the server shows; nothing is logged in to (but jump hosts). */
  async presentedHostKey(target: TransportTarget, signal?: AbortSignal): Promise<PresentedHostKey> {
    const seen = new TransportError('dropped', `The key of ${target.name} was looked at.`);
    let key: PresentedHostKey | null = null;
    const options = { limits: this.limits, readKeyFile: this.readKeyFile, signal };
    try {
      const connection = await openSsh(target, options, (presented) => {
        key = presented;
        return seen;
      });
      connection.close();
    } catch (error) {
      if (error !== seen) throw error;
    }
    if (key === null) throw new TransportError('dropped', `${target.name} showed no host key.`, { retryable: true });
    return key;
  }

  private exec(connection: SshConnection, program: string, options: RunOptions, deadlineMs: number): Promise<RunEnd> {
    const { client, target } = connection;
    const stderr = new BoundedText(this.limits.stderrBytes);
    return new Promise((resolve, reject) => {
      let channel: ClientChannel | null = null;
      let stopped: 'cancelled' | 'deadline' | null = null;
      let ended: { exitStatus: number | null; signal: string | null } | null = null;
      const timers: NodeJS.Timeout[] = [];
      const settle = (act: () => void): void => {
        for (const timer of timers) clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
        act();
      };
      const finish = (cause: unknown): void =>
        settle(() => {
          if (stopped === 'deadline')
            reject(
              new TransportError(
                'timeout',
                `The probe on ${target.name} was ended: it took longer than ${options.deadlineMs} ms.`,
                { probeStarted: true },
              ),
            );
          else if (stopped === 'cancelled' || ended !== null)
            resolve({
              ...(ended ?? { exitStatus: null, signal: null }),
              stderr: stderr.toString(),
              cancelled: stopped === 'cancelled',
            });
          else reject(transportErrorOf(cause, { target, greeting: '', handshakeDone: true, probeStarted: true }));
        });
      const stop = (why: 'cancelled' | 'deadline'): void => {
        if (stopped !== null) return;
        stopped = why;
        channel?.end();
        timers.push(setTimeout(() => channel?.close(), this.limits.graceMs));
        timers.push(setTimeout(() => finish(new Error('no answer to closing')), this.limits.graceMs + 500));
      };
      const onAbort = (): void => stop('cancelled');
      timers.push(setTimeout(() => stop('deadline'), deadlineMs));
      options.signal?.addEventListener('abort', onAbort, { once: true });
      client.once('close', () => finish(new Error('connection closed')));
      client.exec(
        bootstrapCommand(Buffer.byteLength(program), { become: target.become }),
        { pty: false },
        (error, stream) => {
          if (error) {
            settle(() =>
              reject(
                new TransportError(
                  'refused',
                  `${target.name} let ${target.user} in but runs no command for it: ${error.message}. A forced command or a locked shell may be why.`,
                  { cause: error },
                ),
              ),
            );
            return;
          }
          channel = stream;
          stream.on('data', (chunk: Buffer) => options.onBytes(chunk));
          stream.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
          stream.on('error', () => undefined); // writing to a channel that has just closed; 'close' tells
          stream.on('exit', (status: number | null, name?: string) => {
            ended = { exitStatus: status, signal: name ?? null };
          });
          stream.on('close', () => finish(new Error('channel closed without a status')));
          options.onAsk?.();
          stream.write(program);
          if (stopped !== null) stream.end();
        },
      );
    });
  }
}
