import { MAX_SIGNED_RUNBOOK, signedRunbookSchema } from '@fleetscope/contracts';
import { z } from 'zod';

/** What the agent asks of the root half: a runbook of its catalogue by id, version and digest, or a signed one; with typed parameters. */
export const errandSchema = z.strictObject({
  runbook: z.string().max(64),
  runbookVersion: z.int(),
  runbookDigest: z.string().max(128),
  signed: signedRunbookSchema.optional(),
  parameters: z.record(z.string().max(64), z.union([z.string().max(4096), z.number()])),
});
export type Errand = z.infer<typeof errandSchema>;

export const probeEndSchema = z.strictObject({
  exitStatus: z.int().nullable(),
  signal: z.string().nullable(),
  stderr: z.string(),
  /** Why it was not run at all. */
  refused: z.string().nullable(),
});
export type RootEnd = z.infer<typeof probeEndSchema>;

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
