import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { ownTables } from './postgres/0001_own_tables.ts';
import { definitionChanges } from './postgres/0004_definition_changes.ts';
import { fullReconciliations } from './postgres/0002_full_reconciliations.ts';
import { keyLife } from './postgres/0005_key_life.ts';
import { notices } from './postgres/0006_notices.ts';
import { misfitsByProperty } from './postgres/0003_misfits_by_property.ts';

/**
 * Brings Keyway's own tables in `schema` up to date, and creates the schema. The caller owns the transaction, and keeps
 * other processes out of it. When the database holds migrations that this build does not know, nothing is touched and
 * their names are returned.
 */
export async function migratePostgres(db: Kysely<unknown>, schema: string): Promise<readonly string[]> {
  const migrations = ownMigrations(schema);
  const unknown = (await applied(db, schema)).filter((name) => !(name in migrations));
  if (unknown.length > 0) return unknown;
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableSchema: schema,
    disableTransactions: true,
    migrationTableName,
    migrationLockTableName: 'migration_lock',
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return [];
}

const migrationTableName = 'migrations';

function ownMigrations(schema: string): Readonly<Record<string, Migration>> {
  return {
    '0001_own_tables': ownTables(schema),
    '0002_full_reconciliations': fullReconciliations(schema),
    '0003_misfits_by_property': misfitsByProperty(schema),
    '0004_definition_changes': definitionChanges(schema),
    '0005_key_life': keyLife(schema),
    '0006_notices': notices(schema),
  };
}

async function applied(db: Kysely<unknown>, schema: string): Promise<readonly string[]> {
  const found = await sql<{ found: boolean }>`
    select exists (
      select from pg_catalog.pg_tables where schemaname = ${schema} and tablename = ${migrationTableName}
    ) as found`.execute(db);
  if (found.rows[0]?.found !== true) return [];
  const { rows } = await sql<{
    name: string;
  }>`select name from ${sql.id(schema, migrationTableName)} order by name`.execute(db);
  return rows.map((row) => row.name);
}
