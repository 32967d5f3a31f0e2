import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);

/** Why a zip is not taken; the message is for people. */
export class ZipError extends Error {}

interface Entry {
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const END = 0x06054b50;
const END_SIZE = 22;
const MAX_COMMENT = 65_535;
const CENTRAL = 0x02014b50;
const CENTRAL_SIZE = 46;
const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 0x1;

/** A name that could lead out of a folder is refused, though nothing here is ever written under it. */
const isPlainName = (name: string): boolean =>
  /^[A-Za-z0-9._@:+-]+(\/[A-Za-z0-9._@:+-]+)*\/?$/.test(name) && !name.split('/').some((part) => /^\.+$/.test(part));

/**
 * Reads a zip that a stranger may have made: only what its directory names, never more bytes than it says, and nothing
 * of encryption, several volumes or sizes beyond 4 GiB (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).
 */
export class ZipReader {
  private readonly entries = new Map<string, Entry>();

  /** @throws ZipError */
  constructor(private readonly bytes: Buffer) {
    const end = this.endOfDirectory();
    const count = bytes.readUInt16LE(end + 10);
    let at = bytes.readUInt32LE(end + 16);
    for (let i = 0; i < count; i++) at = this.readEntry(at, end);
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  /** As its directory says; null when there is no such file. */
  sizeOf(name: string): number | null {
    return this.entries.get(name)?.size ?? null;
  }

  /** @throws ZipError */
  async read(name: string): Promise<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw new ZipError(`${name} is missing in the zip`);
    const packed = this.packed(name, entry);
    if (entry.method === STORED) return packed;
    let plain: Buffer;
    try {
      plain = await inflate(packed, { maxOutputLength: Math.max(1, entry.size) });
    } catch {
      throw new ZipError(`${name} can't be unpacked: the zip is damaged`);
    }
    if (plain.length !== entry.size) throw new ZipError(`${name} can't be unpacked: the zip is damaged`);
    return plain;
  }

  private packed(name: string, { offset, packed, size, method }: Entry): Buffer {
    const { bytes } = this;
    if (offset + LOCAL_SIZE > bytes.length || bytes.readUInt32LE(offset) !== LOCAL)
      throw new ZipError(`${name} is not where the zip's directory says`);
    const from = offset + LOCAL_SIZE + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
    if (from + packed > bytes.length) throw new ZipError(`${name} is cut off`);
    if (method !== STORED && method !== DEFLATED)
      throw new ZipError(`${name} is packed by a method that is not read here`);
    if (method === STORED && packed !== size)
      throw new ZipError(`${name} has another size than the zip's directory says`);
    return bytes.subarray(from, from + packed);
  }

  private endOfDirectory(): number {
    const { bytes } = this;
    const first = Math.max(0, bytes.length - END_SIZE - MAX_COMMENT);
    for (let at = bytes.length - END_SIZE; at >= first; at--)
      if (bytes.readUInt32LE(at) === END && at + END_SIZE + bytes.readUInt16LE(at + 20) === bytes.length) return at;
    throw new ZipError('this is no zip, or it is cut off');
  }

  private readEntry(at: number, end: number): number {
    const { bytes } = this;
    if (at + CENTRAL_SIZE > end || bytes.readUInt32LE(at) !== CENTRAL)
      throw new ZipError("the zip's directory is damaged");
    const nameEnd = at + CENTRAL_SIZE + bytes.readUInt16LE(at + 28);
    const next = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (next > end) throw new ZipError("the zip's directory is damaged");
    const name = bytes.toString('utf8', at + CENTRAL_SIZE, nameEnd);
    if (!isPlainName(name))
      throw new ZipError(`the zip holds a file whose name is not allowed: ${JSON.stringify(name.slice(0, 100))}`);
    if ((bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0) throw new ZipError(`${name} is encrypted`);
    if (this.entries.has(name)) throw new ZipError(`${name} is in the zip twice`);
    // Folders, which some tools write, hold nothing.
    if (!name.endsWith('/'))
      this.entries.set(name, {
        method: bytes.readUInt16LE(at + 10),
        packed: bytes.readUInt32LE(at + 20),
        size: bytes.readUInt32LE(at + 24),
        offset: bytes.readUInt32LE(at + 42),
      });
    return next;
  }
}
