import {
  SEALED_FORMAT,
  SEALED_MANIFEST,
  SEALED_SEAL,
  SEALED_VERSION,
  type SealedFile,
  type SealedManifest,
  sealedManifestSchema,
  type SealedRun,
} from '@fleetscope/contracts';
import { createHash } from 'node:crypto';
import { ZipError, ZipReader } from './zip-reader';

export interface SealLimits {
  readonly manifestBytes: number;
  /** Of all files, unpacked. */
  readonly totalBytes: number;
}
export const SEAL_LIMITS: SealLimits = { manifestBytes: 64 * 1024 * 1024, totalBytes: 1024 * 1024 * 1024 };

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Sealed evidence that is whole: whoever has one has seen every file's hash agree. */
export class SealedEvidence {
  private constructor(
    readonly manifest: SealedManifest,
    /** SHA-256 of the manifest: two people who have the same one have the same evidence. */
    readonly seal: string,
    private readonly zip: ZipReader,
  ) {}

  /** @throws ZipError with a sentence that names the file */
  static async open(bytes: Buffer, limits: SealLimits = SEAL_LIMITS): Promise<SealedEvidence> {
    const zip = new ZipReader(bytes);
    const { manifest, seal } = await readManifest(zip, limits);
    checkNames(zip, manifest);
    checkSizes(zip, manifest, limits);
    for (const file of filesOf(manifest)) await readFile(zip, file);
    return new SealedEvidence(manifest, seal, zip);
  }

  async read({ files }: SealedRun): Promise<{ file: SealedFile; bytes: Buffer }[]> {
    const read: { file: SealedFile; bytes: Buffer }[] = [];
    for (const file of files) read.push({ file, bytes: await readFile(this.zip, file) });
    return read;
  }
}

const filesOf = ({ runs }: SealedManifest): SealedFile[] => runs.flatMap(({ files }) => files);

const readManifest = async (
  zip: ZipReader,
  { manifestBytes }: SealLimits,
): Promise<{ manifest: SealedManifest; seal: string }> => {
  const size = zip.sizeOf(SEALED_MANIFEST);
  if (size === null) throw new ZipError(`the zip holds no ${SEALED_MANIFEST}: it is no sealed evidence of Fleetscope`);
  if (size > manifestBytes) throw new ZipError(`${SEALED_MANIFEST} is too large: ${size} bytes`);
  const bytes = await zip.read(SEALED_MANIFEST);
  const seal = sha256Of(bytes);
  const manifest = parsed(bytes);
  if ((zip.sizeOf(SEALED_SEAL) ?? 0) > 200) throw new ZipError(`${SEALED_SEAL} is too large`);
  const said = (await zip.read(SEALED_SEAL)).toString('utf8').split(/\s/)[0];
  if (said !== seal) throw new ZipError(`${SEALED_MANIFEST} was changed: its SHA-256 is not the one in ${SEALED_SEAL}`);
  return { manifest, seal };
};

const parsed = (bytes: Buffer): SealedManifest => {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ZipError(`${SEALED_MANIFEST} is no JSON: this is no sealed evidence of Fleetscope`);
  }
  const { format, formatVersion } = (json ?? {}) as Record<string, unknown>;
  if (format !== SEALED_FORMAT) throw new ZipError(`${SEALED_MANIFEST} is not of Fleetscope's sealed evidence`);
  if (formatVersion !== SEALED_VERSION)
    throw new ZipError(
      `the evidence was sealed in format ${String(formatVersion)}; this version reads ${SEALED_VERSION}`,
    );
  const result = sealedManifestSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ZipError(`${SEALED_MANIFEST}: ${issue ? `${issue.path.join('.')}: ${issue.message}` : 'not understood'}`);
};

/** What the manifest names is there, once, and nothing else is. */
const checkNames = (zip: ZipReader, manifest: SealedManifest): void => {
  const named = new Set<string>([SEALED_MANIFEST, SEALED_SEAL]);
  for (const { file } of filesOf(manifest)) {
    if (named.has(file)) throw new ZipError(`${SEALED_MANIFEST} names ${file} twice`);
    if (zip.sizeOf(file) === null) throw new ZipError(`${file} is missing in the zip`);
    named.add(file);
  }
  const foreign = zip.names.find((name) => !named.has(name));
  if (foreign !== undefined) throw new ZipError(`${foreign} is in the zip, but the manifest does not name it`);
  const hosts = new Set<string>();
  for (const { host, files, steps } of manifest.runs) {
    if (hosts.has(host)) throw new ZipError(`${SEALED_MANIFEST} names the host ${host} twice`);
    hosts.add(host);
    const streams = files.map(({ step, stream }) => `${step} ${stream}`);
    const twice = streams.find((one, i) => streams.indexOf(one) !== i);
    if (twice !== undefined) throw new ZipError(`${SEALED_MANIFEST} names ${twice} of ${host} twice`);
    const stray = files.find(({ step }) => !steps.some((one) => one.step === step));
    if (stray) throw new ZipError(`${stray.file} is of a step that the run of ${host} does not have`);
  }
};

const checkSizes = (zip: ZipReader, manifest: SealedManifest, { totalBytes }: SealLimits): void => {
  let total = 0;
  for (const { file, size } of filesOf(manifest)) {
    if (zip.sizeOf(file) !== size)
      throw new ZipError(`${file} was changed: it has ${zip.sizeOf(file)} bytes, the manifest says ${size}`);
    total += size;
  }
  if (total > totalBytes)
    throw new ZipError(`the evidence is too large: ${total} bytes, at most ${totalBytes} are taken`);
};

const readFile = async (zip: ZipReader, { file, sha256 }: SealedFile): Promise<Buffer> => {
  const bytes = await zip.read(file);
  if (sha256Of(bytes) !== sha256) throw new ZipError(`${file} was changed: its SHA-256 is not the one in the manifest`);
  return bytes;
};
