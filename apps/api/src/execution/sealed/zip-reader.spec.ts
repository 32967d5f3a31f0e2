import { strToU8, zipSync } from 'fflate';
import { ZipError, ZipReader } from './zip-reader';
import { zipped, type ZipFile } from './zip-writer';

const LONG = 'the quick brown fox\n'.repeat(50_000);

const written = async (files: readonly ZipFile[]): Promise<Buffer> => {
  const source = async function* (): AsyncGenerator<ZipFile> {
    yield* files;
  };
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipped(source())) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const refused = (bytes: Uint8Array, words: RegExp): void => {
  expect(() => new ZipReader(Buffer.from(bytes))).toThrow(ZipError);
  expect(() => new ZipReader(Buffer.from(bytes))).toThrow(words);
};

/** Sets bytes of the directory's entry of the first file, which stands alone in the zip. */
const patched = (zip: Buffer, field: number, value: number): Buffer => {
  const copy = Buffer.from(zip);
  copy.writeUInt32LE(value, copy.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + field);
  return copy;
};

describe('zip', () => {
  it('is read as it was written: long and empty files, and what is packed already', async () => {
    const gzipped = Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]);
    const zip = new ZipReader(
      await written([
        { name: 'a/long', bytes: Buffer.from(LONG) },
        { name: 'a/empty', bytes: Buffer.alloc(0) },
        { name: 'a/packed', bytes: gzipped },
      ]),
    );
    expect(zip.names).toEqual(['a/long', 'a/empty', 'a/packed']);
    expect((await zip.read('a/long')).toString()).toBe(LONG);
    expect(await zip.read('a/empty')).toHaveLength(0);
    expect(await zip.read('a/packed')).toEqual(gzipped);
  });

  it('is made of one file at a time', async () => {
    const asked: number[] = [];
    const source = async function* (): AsyncGenerator<ZipFile> {
      for (const n of [1, 2, 3]) {
        asked.push(n);
        yield { name: `file-${n}`, bytes: Buffer.from('x') };
      }
    };
    const zip = zipped(source());
    await zip.next();
    expect(asked).toEqual([1]);
    await zip.return(undefined);
  });

  it('of other tools, with folders and a comment, is read', async () => {
    const made = Buffer.from(zipSync({ folder: { 'file.txt': strToU8('hello') } }));
    const commented = Buffer.concat([made, Buffer.from('a note')]);
    commented.writeUInt16LE(6, made.length - 2);
    const zip = new ZipReader(commented);
    expect(zip.names).toEqual(['folder/file.txt']);
    expect((await zip.read('folder/file.txt')).toString()).toBe('hello');
  });

  it.each(['/etc/passwd', '../x', 'a/../../x', 'a\\b', 'a//b', './a', 'a\u0000b', 'C:\\x'])(
    'with the name %j is refused',
    (name) => {
      refused(zipSync({ [name]: strToU8('x') }), /name is not allowed/);
    },
  );

  it('that unpacks to more than it says is refused, and no more than that is unpacked', async () => {
    const zip = await written([{ name: 'bomb', bytes: Buffer.alloc(50_000_000) }]);
    expect(zip.length).toBeLessThan(100_000);
    await expect(new ZipReader(patched(zip, 24, 10)).read('bomb')).rejects.toThrow(/bomb can't be unpacked/);
    await expect(new ZipReader(patched(zip, 24, 60_000_000)).read('bomb')).rejects.toThrow(/bomb can't be unpacked/);
    // Packing 50 MB twice takes a while on a busy machine.
  }, 60_000);

  it('whose directory points elsewhere is refused', async () => {
    const zip = await written([{ name: 'file', bytes: Buffer.from(LONG) }]);
    await expect(new ZipReader(patched(zip, 42, 12)).read('file')).rejects.toThrow(
      /not where the zip's directory says/,
    );
    await expect(new ZipReader(patched(zip, 42, 0xffffffff)).read('file')).rejects.toThrow(ZipError);
    await expect(new ZipReader(patched(zip, 20, 0xfffffff)).read('file')).rejects.toThrow(/cut off/);
  });

  it('that is cut anywhere, or was changed anywhere, gives a ZipError or other bytes, never anything else', async () => {
    const zip = await written([
      { name: 'one', bytes: Buffer.from('hello hello hello') },
      { name: 'two', bytes: Buffer.from('world') },
    ]);
    const tried = async (bytes: Buffer): Promise<void> => {
      try {
        const reader = new ZipReader(bytes);
        for (const name of reader.names) await reader.read(name);
      } catch (error) {
        if (!(error instanceof ZipError)) throw error;
      }
    };
    for (let length = 0; length < zip.length; length++) await tried(zip.subarray(0, length));
    for (let at = 0; at < zip.length; at++) {
      const changed = Buffer.from(zip);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      await tried(changed);
    }
  });
});
