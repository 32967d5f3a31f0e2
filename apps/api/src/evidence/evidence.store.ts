import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { RUNTIME, type Runtime } from '../platform';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Evidence that is not what it was. The message is for people; the bytes are not shown. */
export class DamagedEvidence extends Error {}

/**
 * Content-addressed files, written once: `evidence/ab/abcdef….gz` holds the bytes whose SHA-256 is its name. The same
 * bytes from many hosts are kept once.
 */
@Injectable()
export class EvidenceStore {
  private readonly root: string;

  constructor(@Inject(RUNTIME) runtime: Runtime) {
    this.root = runtime.evidenceDir;
  }

  /** @returns the SHA-256 of the bytes, hexadecimal. */
  async put(bytes: Uint8Array): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const path = this.path(sha256);
    if (await this.touch(path)) return sha256;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const half = `${path}.${randomUUID()}`;
    try {
      await writeFile(half, await compress(bytes), { mode: 0o400 });
      // Appears whole or not at all.
      await rename(half, path);
    } catch (error) {
      await rm(half, { force: true }); // a full disk: what was begun takes room, too
      throw error;
    }
    return sha256;
  }

  /**
   * Removes a file that was last wanted before `before`. It is moved aside first and looked at again: who stores the same
   * bytes at this moment has touched the file, and then it goes back. @returns whether it is gone
   */
  async remove(sha256: string, before: Date): Promise<boolean> {
    const path = this.path(sha256);
    const aside = `${path}.${randomUUID()}`;
    const isOld = async (file: string): Promise<boolean> => (await stat(file)).mtime < before;
    try {
      if (!(await isOld(path))) return false;
      await rename(path, aside);
      if (await isOld(aside)) {
        await rm(aside, { force: true });
        return true;
      }
      await rename(aside, path);
      return false;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
      throw error;
    }
  }

  /** What all files take up together. */
  async bytes(): Promise<number> {
    let total = 0;
    for (const folder of await readdir(this.root).catch(() => []))
      for (const file of await readdir(join(this.root, folder)).catch(() => []))
        total += (await stat(join(this.root, folder, file)).catch(() => null))?.size ?? 0;
    return total;
  }

  /** @throws DamagedEvidence when the bytes are gone or are not what their name says. */
  async get(sha256: string): Promise<Buffer> {
    let packed: Buffer;
    try {
      packed = await readFile(this.path(sha256));
    } catch (error) {
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw new DamagedEvidence(`the evidence ${sha256} ${gone ? 'is gone from the disk' : "can't be read"}`, {
        cause: error,
      });
    }
    const bytes = await decompress(packed).catch(() => null);
    if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new DamagedEvidence(`the evidence ${sha256} was changed on disk since it was stored`);
    return bytes;
  }

  /** Whether the file is there; if so it has just been wanted. */
  private async touch(path: string): Promise<boolean> {
    const now = new Date();
    return utimes(path, now, now).then(
      () => true,
      () => false,
    );
  }

  private path(sha256: string): string {
    return join(this.root, sha256.slice(0, 2), `${sha256}.gz`);
  }
}
