import { type Lease, MAX_SIGNED_RUNBOOK } from '@fleetscope/contracts';
import { type ProbeEnd } from './probe';

/** What the agent asks of the root half: a runbook of its catalogue by id, version and digest, or a signed one; with typed parameters. */
export type Errand = Pick<Lease, 'runbook' | 'runbookVersion' | 'runbookDigest' | 'signed' | 'parameters'>;

/** How a probe of the root half ended. */
export type RootEnd = ProbeEnd & {
  /** Why it was not run at all. */
  readonly refused: string | null;
};

/** @throws Error when it is none */
export const rootEndOf = (text: string): RootEnd => {
  const { exitStatus, signal, stderr, refused } = JSON.parse(text) as Partial<RootEnd>;
  const isText = (value: unknown): value is string | null => value === null || typeof value === 'string';
  const isNumber = exitStatus === null || Number.isSafeInteger(exitStatus);
  if (
    exitStatus === undefined ||
    !isNumber ||
    signal === undefined ||
    !isText(signal) ||
    refused === undefined ||
    !isText(refused)
  )
    throw new Error('the root half sent an end that is none');
  return { exitStatus, signal, stderr: typeof stderr === 'string' ? stderr : '', refused };
};

/**
 * On the socket: the agent sends one line of JSON, an Errand, and keeps the connection open as the probe's lifeline; back come
 * frames of a kind (one byte), a length (four, big endian) and so many bytes: `O` the probe's output, `E` a RootEnd, the last.
 */
const HEAD = 5;
const MAX_FRAME = 1 << 20;
/** Whoever sends more is no agent. */
export const MAX_ERRAND = 65_536 + MAX_SIGNED_RUNBOOK;

export const frame = (kind: 'O' | 'E', bytes: Buffer): Buffer => {
  const head = Buffer.alloc(HEAD);
  head.write(kind, 'latin1');
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
};

/** Cuts what arrives into frames. */
export class FrameReader {
  private held: Buffer = Buffer.alloc(0);

  constructor(private readonly onFrame: (kind: string, bytes: Buffer) => void) {}

  /** @throws Error when it is no frame of ours */
  push(bytes: Buffer): void {
    this.held = this.held.length === 0 ? bytes : Buffer.concat([this.held, bytes]);
    while (this.held.length >= HEAD) {
      const length = this.held.readUInt32BE(1);
      if (length > MAX_FRAME) throw new Error('the root half sent what is no frame');
      if (this.held.length < HEAD + length) return;
      const kind = this.held.toString('latin1', 0, 1);
      const content = this.held.subarray(HEAD, HEAD + length);
      this.held = this.held.subarray(HEAD + length);
      this.onFrame(kind, content);
    }
  }
}
