import { Inject, Injectable } from '@nestjs/common';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RUNTIME, type Runtime } from '../platform';

/** Chunks of this time are one write to the disk: a probe's bytes come in hundreds of them, and each write costs a thread. */
const GATHER_MS = 100;

/**
 * The bytes of a running probe, appended to a file as they arrive: what a killed process had received is not lost (but for
 * the last tenth of a second), the next one reads it from here. Deleted when the run has ended.
 */
@Injectable()
export class Spool {
  private readonly dir: string;

  constructor(@Inject(RUNTIME) runtime: Runtime) {
    this.dir = join(runtime.dataDir, 'spool');
  }

  /** A full disk stops the spool, not the run: `onError` is told once, and later bytes are dropped here. */
  async open(runId: string, onError: (error: Error) => void): Promise<WriteStream | null> {
    try {
      await mkdir(this.dir, { recursive: true, mode: 0o700 });
    } catch (error) {
      onError(error as Error);
      return null;
    }
    const file = createWriteStream(this.path(runId), { flags: 'w', mode: 0o600 });
    file.once('error', onError);
    file.cork();
    const gathered = setInterval(() => {
      file.uncork();
      if (!file.writableEnded) file.cork();
    }, GATHER_MS).unref();
    file.once('close', () => clearInterval(gathered));
    return file;
  }

  async size(runId: string): Promise<number> {
    return (await stat(this.path(runId)).catch(() => null))?.size ?? 0;
  }

  async read(runId: string, onBytes: (bytes: Uint8Array) => void): Promise<void> {
    for await (const chunk of createReadStream(this.path(runId))) onBytes(chunk as Uint8Array);
  }

  async drop(runId: string): Promise<void> {
    await rm(this.path(runId), { force: true });
  }

  private path(runId: string): string {
    return join(this.dir, `${runId}.frames`);
  }
}
