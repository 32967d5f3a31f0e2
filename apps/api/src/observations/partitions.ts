import { type Database } from '../platform';

/** First instant of the month that lies `ahead` months after `time`'s, UTC. */
const month = (time: Date, ahead: number): Date =>
  new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + ahead, 1));

/**
 * Makes the monthly partitions of `measurement` for last month (runs imported late), this one and the next. Retention
 * drops whole partitions. The names and bounds are ours: nothing of a user reaches this SQL.
 */
export const ensurePartitions = async (database: Database, now: Date): Promise<void> => {
  for (const ahead of [-1, 0, 1]) {
    const from = month(now, ahead);
    const to = month(now, ahead + 1);
    const name = `measurement_${from.toISOString().slice(0, 7).replace('-', '_')}`;
    await database.$executeRawUnsafe(
      `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF measurement FOR VALUES FROM ('${from.toISOString()}') TO ('${to.toISOString()}')`,
    );
  }
};
