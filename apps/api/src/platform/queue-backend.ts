import { createPostgresBackend, Queue, Worker, withBackend, type ConnectionOptions } from 'bullmq';
import { type Runtime } from './runtime';

export interface QueueBackend {
  readonly Queue: typeof Queue;
  readonly Worker: typeof Worker;
  readonly connection: ConnectionOptions;
}

/** BullMQ, on Redis where REDIS_URL is given and on Postgres otherwise. It dispatches; it holds nothing that can't be lost. */
export const queueBackend = ({ redisUrl, databaseUrl }: Runtime, connections: number): QueueBackend => {
  if (redisUrl) return { Queue, Worker, connection: { url: redisUrl, maxRetriesPerRequest: null } };
  const backed = withBackend(createPostgresBackend);
  return {
    Queue: backed.Queue as unknown as typeof Queue,
    Worker: backed.Worker as unknown as typeof Worker,
    connection: { connectionString: databaseUrl, migrate: true, max: connections } as unknown as ConnectionOptions,
  };
};
