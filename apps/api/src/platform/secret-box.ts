import { Inject, Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { RUNTIME, type Runtime } from './runtime';

const IV = 12;
const TAG = 16;

/** Seals a row of some table anew when it is not sealed with the current key. @returns how many rows it changed. */
type Resealer = () => Promise<number>;

/** Secrets at rest: AES-256-GCM, laid out as iv (12 bytes), tag (16), ciphertext; the name is authenticated with it. */
@Injectable()
export class SecretBox {
  private readonly resealers = new Map<string, Resealer>();

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'secretKeys'>) {}

  seal(name: string, plain: string): Uint8Array<ArrayBuffer> {
    const iv = randomBytes(IV);
    const cipher = createCipheriv('aes-256-gcm', this.runtime.secretKeys.current, iv).setAAD(Buffer.from(name));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), body]));
  }

  /** @throws Error when the key is another one, or the row was changed or moved to another name. */
  open(name: string, sealed: Uint8Array): string {
    const { current, previous } = this.runtime.secretKeys;
    try {
      return this.openWith(current, name, sealed);
    } catch (error) {
      if (!previous) throw error;
      return this.openWith(previous, name, sealed);
    }
  }

  /** The same under the current key; null when it is under that one already. */
  resealed(name: string, sealed: Uint8Array): Uint8Array<ArrayBuffer> | null {
    try {
      this.openWith(this.runtime.secretKeys.current, name, sealed);
      return null;
    } catch {
      return this.seal(name, this.open(name, sealed));
    }
  }

  /** Every room that keeps something sealed says here how all of it is sealed anew. */
  onRotate(what: string, resealer: Resealer): void {
    this.resealers.set(what, resealer);
  }

  /** A new key, and everything under it; what was begun and broke off is gone on with. @returns how many were sealed anew. */
  async rotate(): Promise<number> {
    const { secretKeys } = this.runtime;
    secretKeys.begin();
    let changed = 0;
    for (const reseal of this.resealers.values()) changed += await reseal();
    secretKeys.settle();
    return changed;
  }

  private openWith(key: Buffer, name: string, sealed: Uint8Array): string {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV)).setAAD(Buffer.from(name));
    decipher.setAuthTag(bytes.subarray(IV, IV + TAG));
    return Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()]).toString('utf8');
  }
}
