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

const NAME = /^measurement_(\d{4})_(\d{2})$/;
const ROWS = 5_000;

/**
 * Drops the months that were over before `before`. One that holds measurements of kept runs stays, with those alone: the
 * others go in bounded steps.
 */
export const dropPartitions = async (
  database: Database,
  before: Date,
  keptRuns: readonly string[],
): Promise<{ dropped: string[]; rows: number }> => {
  const partitions = await database.$queryRaw<{ name: string }[]>`
    SELECT relid::regclass::text AS name FROM pg_partition_tree('measurement') WHERE isleaf ORDER BY 1`;
  const dropped: string[] = [];
  let rows = 0;
  for (const { name } of partitions) {
    const [, year, number] = NAME.exec(name) ?? [];
    if (year === undefined || new Date(Date.UTC(Number(year), Number(number), 1)) > before) continue;
    const [kept] = await database.$queryRawUnsafe<{ some: boolean }[]>(
      `SELECT EXISTS (SELECT 1 FROM ${name} WHERE run_id = ANY($1::uuid[])) AS some`,
      [...keptRuns],
    );
    if (kept?.some) rows += await emptyBut(database, name, keptRuns);
    else {
      await database.$executeRawUnsafe(`DROP TABLE ${name}`);
      dropped.push(name);
    }
  }
  return { dropped, rows };
};

const emptyBut = async (database: Database, name: string, keptRuns: readonly string[]): Promise<number> => {
  let total = 0;
  for (let count = ROWS; count === ROWS; total += count) {
    count = await database.$executeRawUnsafe(
      `DELETE FROM ${name} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${name} WHERE run_id <> ALL($1::uuid[]) LIMIT ${ROWS}))`,
      [...keptRuns],
    );
  }
  return total;
};
