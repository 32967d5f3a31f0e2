import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, gzip } from 'node:zlib';

/** What we write ourselves. Output of hosts goes as it is: its length and hash are what the run says of it. */
const OURS = /^(application\/([a-z]+\+)?json|application\/javascript|text\/(css|html|javascript)|image\/svg\+xml)\b/;
/** Less is sooner sent than compressed. */
const WORTH_IT = 4_096;
/** A tenth of the size at a third of the default's time. */
const OPTIONS = { level: 3 };
const zipped = promisify(gzip);

const accepts = (header: string | string[] | undefined): boolean =>
  String(header ?? '')
    .split(',')
    .some((one) => /^\s*(gzip|\*)\s*(;\s*q=(1(\.0*)?|0\.0*[1-9]\d*)\s*)?$/i.test(one));

/**
 * Gzips answers to GET, which carry no secrets that somebody could guess by their length. Those that come bit by bit are
 * flushed as they come.
 */
export const compressAnswers = async (
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> => {
  const type = String(reply.getHeader('content-type') ?? '');
  if (request.method !== 'GET' || reply.statusCode !== 200 || !OURS.test(type) || reply.hasHeader('content-encoding'))
    return payload;
  reply.header('vary', [reply.getHeader('vary'), 'accept-encoding'].filter(Boolean).join(', '));
  if (!accepts(request.headers['accept-encoding'])) return payload;
  const isStream = payload instanceof Readable;
  if (!isStream && typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
  const length = isStream ? Number(reply.getHeader('content-length') ?? Infinity) : Buffer.byteLength(payload);
  if (length < WORTH_IT) return payload;
  reply.header('content-encoding', 'gzip').removeHeader('content-length').removeHeader('accept-ranges');
  if (!isStream) return zipped(payload, OPTIONS);
  const packed = createGzip({ ...OPTIONS, flush: constants.Z_SYNC_FLUSH });
  // Whoever breaks off on either side ends the other.
  payload.once('error', (error) => packed.destroy(error));
  packed.once('close', () => payload.destroy());
  return payload.pipe(packed);
};
