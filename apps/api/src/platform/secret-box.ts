import { Inject, Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { RUNTIME, type Runtime } from './runtime';

const IV = 12;
const TAG = 16;

/** Secrets at rest: AES-256-GCM, laid out as iv (12 bytes), tag (16), ciphertext; the name is authenticated with it. */
@Injectable()
export class SecretBox {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  seal(name: string, plain: string): Uint8Array<ArrayBuffer> {
    const iv = randomBytes(IV);
    const cipher = createCipheriv('aes-256-gcm', this.runtime.secretKey, iv).setAAD(Buffer.from(name));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), body]));
  }

  /** @throws Error when the key is another one, or the row was changed or moved to another name. */
  open(name: string, sealed: Uint8Array): string {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', this.runtime.secretKey, bytes.subarray(0, IV)).setAAD(
      Buffer.from(name),
    );
    decipher.setAuthTag(bytes.subarray(IV, IV + TAG));
    return Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()]).toString('utf8');
  }
}
