import Redis from 'ioredis';
import { StartupError } from './startup-error';

const CONNECT_MS = 5_000;

/** @throws StartupError when the Redis of REDIS_URL does not answer: the queue would wait for it without a word. */
export const checkRedis = async (url: string): Promise<void> => {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let cause: Error | undefined;
  client.on('error', (error: Error) => (cause = error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    const { host, port } = client.options;
    throw new StartupError(
      `Redis at ${host}:${port} does not answer: ${(cause ?? (error as Error)).message}`,
      'check REDIS_URL, or unset it to keep the queue in Postgres',
    );
  } finally {
    client.disconnect();
  }
};
