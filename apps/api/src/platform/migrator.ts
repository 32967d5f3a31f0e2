import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StartupError } from './startup-error';

/**
 * Applies prisma/migrations with Prisma's own engine, compiled to WebAssembly: the native one is a download that not
 * every network allows. The tables are those `prisma migrate deploy` would make, and its history table is the same.
 */
export interface MigrationList {
  baseDir: string;
  lockfile: { path: string; content: string | null };
  shadowDbInitScript: string;
  migrationDirectories: { path: string; migrationFile: { path: string; content: { tag: 'ok'; value: string } } }[];
}

interface SchemaEngine {
  applyMigrations(input: {
    migrationsList: MigrationList;
    filters: unknown;
  }): Promise<{ appliedMigrationNames: string[] }>;
  diff(input: unknown): Promise<{ exitCode: number; stdout?: string | null }>;
}

interface EngineModule {
  SchemaEngine: { new: (options: unknown, log: (line: string) => void, adapter: unknown) => Promise<SchemaEngine> };
  __wbg_set_wasm(exports: unknown): void;
}

const FILTERS = { externalTables: [], externalEnums: [] };

let loaded: Promise<EngineModule> | undefined;

// Once per process: the bindings keep one module-wide instance, and a second one would read the first one's memory.
const loadEngine = (): Promise<EngineModule> =>
  (loaded ??= (async () => {
    // The engine reports a panic here before it traps; without the object the report itself would throw.
    Object.assign(globalThis, {
      PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => process.stderr.write(`${text}\n`) },
    });
    const bindings = createRequire(__filename).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    // The package's own entry imports the .wasm as a module, which Node does not do; instantiate it by hand.
    const engine = (await import(bindings)) as EngineModule & WebAssembly.ModuleImports;
    const wasm = await WebAssembly.compile(readFileSync(join(dirname(bindings), 'schema_engine_bg.wasm')));
    const instance = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': engine });
    engine.__wbg_set_wasm(instance.exports);
    (instance.exports['__wbindgen_start'] as () => void)();
    return engine;
  })());

/** A schema engine on a database. `datamodels` is [path, text] of schema.prisma files; none to apply migrations. */
export const schemaEngine = async (databaseUrl: string, datamodels: [string, string][] = []): Promise<SchemaEngine> => {
  const { SchemaEngine } = await loadEngine();
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: databaseUrl }));
  return SchemaEngine.new({ datamodels: datamodels.length > 0 ? datamodels : undefined }, () => undefined, adapter);
};

export const readMigrations = (dir: string): MigrationList => {
  const lock = join(dir, 'migration_lock.toml');
  return {
    baseDir: dir,
    lockfile: { path: 'migration_lock.toml', content: existsSync(lock) ? readFileSync(lock, 'utf8') : null },
    shadowDbInitScript: '',
    migrationDirectories: readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
      .map((name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok' as const, value: readFileSync(join(dir, name, 'migration.sql'), 'utf8') },
        },
      })),
  };
};

/** The engine's report, several lines and a trace, as one line: which migration, and what the database said of it. */
const whyNot = (report: string): { reason: string; hint?: string } => {
  const broken = /migration_name="([^"]+)"/.exec(report)?.[1];
  if (broken) {
    const said = report.slice(0, Math.max(0, report.search(/\n\s+0: /))).trim();
    return { reason: `the migration ${broken} failed: ${said.split('\n').slice(-2).join(' ')}`, hint: RESTORE };
  }
  const before = /The `([^`]+)` migration started at (.+) failed/.exec(report);
  if (before)
    return {
      reason: `the migration ${before[1]} failed at ${before[2]}, and nothing was applied since`,
      hint: RESTORE,
    };
  return { reason: report.trim().split('\n')[0] ?? 'the engine did not say why' };
};

const RESTORE = 'restore the backup from before the upgrade, or give another database';

/** @returns the names of the migrations that were applied now. */
export const applyMigrations = async (databaseUrl: string, dir: string): Promise<string[]> => {
  try {
    const engine = await schemaEngine(databaseUrl);
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: readMigrations(dir),
      filters: FILTERS,
    });
    return appliedMigrationNames;
  } catch (error) {
    const { reason, hint } = whyNot((error as Error).message);
    throw new StartupError(`the database could not be brought up to date: ${reason}`, hint);
  }
};

/** SQL that leads from one schema to another; empty when they are the same. */
export const diffSql = async (databaseUrl: string, schemaFile: string, from: unknown): Promise<string> => {
  const text = readFileSync(schemaFile, 'utf8');
  const engine = await schemaEngine(databaseUrl, [[schemaFile, text]]);
  const { stdout } = await engine.diff({
    from,
    to: { tag: 'schemaDatamodel', files: [{ path: schemaFile, content: text }], configDir: dirname(schemaFile) },
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: FILTERS,
  });
  return stdout ?? '';
};
