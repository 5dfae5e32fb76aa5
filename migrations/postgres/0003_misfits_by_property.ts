import { type Kysely, sql } from 'kysely';

/** Which properties had values that did not fit; and what the two tables of the migrations are. Never edited once released. */
export function misfitsByProperty(schema: string): { up(db: Kysely<unknown>): Promise<void> } {
  return {
    async up(db) {
      const table = sql.id(schema, 'pipeline_runs');
      await sql`alter table ${table} add column misfits_by_property jsonb`.execute(db);
      for (const [path, meaning] of columns)
        await sql`comment on column ${sql.id(schema, ...path)} is ${sql.lit(meaning)}`.execute(db);
      for (const [name, meaning] of tables)
        await sql`comment on table ${sql.id(schema, name)} is ${sql.lit(meaning)}`.execute(db);
    },
  };
}

const columns: readonly (readonly [readonly [string, string], string])[] = [
  [
    ['pipeline_runs', 'misfits'],
    'Values that did not fit their column and went to _extra; each once in a run',
  ],
  [
    ['pipeline_runs', 'misfits_by_property'],
    'How many of them each property had: the 50 properties with most; empty where there were none',
  ],
  [['migrations', 'name'], 'The migration'],
  [['migrations', 'timestamp'], 'When it was applied'],
  [['migration_lock', 'id'], 'The one row there is'],
  [['migration_lock', 'is_locked'], 'Not used: one transaction at a time migrates'],
];

const tables: readonly (readonly [string, string])[] = [
  ['migrations', 'The migrations of Keyway’s own tables that were applied'],
  ['migration_lock', 'Part of how migrations are applied; of no use to anybody else'],
];
