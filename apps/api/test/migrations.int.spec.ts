import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callBuilt, query, ROOT, temporaryDir, TestPostgres, TestServer } from '../../../test/support/server';

const MIGRATIONS = join(ROOT, 'prisma', 'migrations');
const SCHEMA = join(ROOT, 'prisma', 'schema.prisma');
const MIGRATOR = 'platform/migrator.js';

const migrate = async (url: string, dir = MIGRATIONS): Promise<string[]> => {
  const { value, error } = await callBuilt<string[]>(MIGRATOR, 'applyMigrations', [url, dir]);
  if (error) throw Object.assign(new Error(error.message), { name: error.name });
  return value ?? [];
};

/** What a database holds, in words that can be compared: columns, constraints, indexes. */
const shape = async (url: string): Promise<Record<'columns' | 'constraints' | 'indexes', string[]>> => {
  const lines = async (sql: string): Promise<string[]> =>
    (await query<{ line: string }>(url, sql)).map(({ line }) => line).sort();
  const ours = "NOT IN ('_prisma_migrations')";
  return {
    columns: await lines(
      // Without their position: a column that a later migration adds stands last.
      `SELECT concat_ws(' ', table_name, column_name, udt_name, datetime_precision, is_nullable, column_default) AS line
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name ${ours}`,
    ),
    constraints: await lines(
      `SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS line
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text ${ours} AND contype <> 'n'`,
    ),
    indexes: await lines(
      // A partitioned table's index says ON ONLY.
      `SELECT replace(indexdef, ' ON ONLY ', ' ON ') AS line FROM pg_indexes WHERE schemaname = 'public' AND tablename ${ours}`,
    ),
  };
};

describe('migrations', () => {
  let postgres: TestPostgres;
  const scratch = temporaryDir('migrations');

  beforeAll(async () => {
    postgres = await TestPostgres.start('migrations');
  });

  afterAll(async () => {
    await postgres.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('are applied once: a second time there is nothing to do', async () => {
    const url = await postgres.createDatabase('once');
    const first = await migrate(url);
    expect(first.length).toBeGreaterThan(0);
    expect([...first].sort()).toEqual(first);
    expect(await migrate(url)).toEqual([]);
    const rows = await query<{ migration_name: string }>(
      url,
      'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1',
    );
    expect(rows.map((row) => row.migration_name)).toEqual(first);
  });

  it('are applied once when an api and its workers start together', async () => {
    const url = await postgres.createDatabase('together');
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    const [{ count } = { count: '' }] = await query<{ count: string }>(url, 'SELECT count(*) FROM _prisma_migrations');
    expect(Number(count)).toBe(applied.flat().length);
  });

  it('make the tables that schema.prisma describes, but for the partitions of measurement and an index with a condition', async () => {
    const migrated = await postgres.createDatabase('migrated');
    await migrate(migrated);
    const described = await postgres.createDatabase('described');
    const { value: sql, error } = await callBuilt<string>(MIGRATOR, 'diffSql', [described, SCHEMA, { tag: 'empty' }]);
    expect(error).toBeUndefined();
    await query(described, sql ?? '');
    const [actual, wanted] = [await shape(migrated), await shape(described)];
    expect(wanted.columns.length).toBeGreaterThan(100);
    expect(actual.columns).toEqual(wanted.columns);
    expect(actual.constraints).toEqual(wanted.constraints);
    // An index with a condition, which Prisma's schema can't express.
    expect(actual.indexes.filter((index) => !index.includes(' run_one_heavy_idx '))).toEqual(wanted.indexes);
    const [kind] = await query<{ relkind: string }>(
      migrated,
      "SELECT relkind FROM pg_class WHERE relname = 'measurement'",
    );
    expect(kind?.relkind).toBe('p');
  });

  it('of which one fails are a StartupError that names it, now and at the next start', async () => {
    const url = await postgres.createDatabase('broken');
    const dir = join(scratch, 'broken');
    cpSync(MIGRATIONS, dir, { recursive: true });
    mkdirSync(join(dir, '20990101000000_broken'));
    writeFileSync(join(dir, '20990101000000_broken', 'migration.sql'), 'ALTER TABLE no_such_table ADD COLUMN x int;');
    await expect(migrate(url, dir)).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringMatching(
        /^the database could not be brought up to date: the migration 20990101000000_broken failed: .*no_such_table$/,
      ),
    });
    await expect(migrate(url, dir)).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringMatching(/20990101000000_broken/),
    });
  });

  it('that failed once stop the server from starting, with one line that names them', async () => {
    const url = await postgres.createDatabase('half');
    await migrate(url);
    await query(
      url,
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
       VALUES ('x', 'x', NULL, '20990101000000_half', now(), 0)`,
    );
    const server = new TestServer(url);
    await expect(server.up()).rejects.toThrow(/the server ended \(2\): fleetscope: .*20990101000000_half/);
    expect(server.log.trim().split('\n')).toHaveLength(1);
    await server.stop();
  });
});
