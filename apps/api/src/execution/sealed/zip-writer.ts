import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { setImmediate } from 'node:timers/promises';

export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const CHUNK = 262_144;

const isPacked = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A zip as it is made: one file is held at a time, and the next is asked for when the reader has taken the one before. */
export async function* zipped(files: AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array> {
  const made: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    made.push(chunk);
  });
  for await (const { name, bytes } of files) {
    const file = isPacked(bytes) ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    zip.add(file);
    for (let at = 0; at === 0 || at < bytes.length; at += CHUNK) {
      file.push(bytes.subarray(at, at + CHUNK), at + CHUNK >= bytes.length);
      yield* made.splice(0);
      // Deflating is synchronous: others have their turn between chunks.
      await setImmediate();
    }
  }
  zip.end();
  yield* made.splice(0);
}
