import { type Kysely, sql } from 'kysely';

/** What a comparison found, how deep it went and what it cost. Never edited once released. */
export function fullReconciliations(schema: string): { up(db: Kysely<unknown>): Promise<void> } {
  return {
    async up(db) {
      const table = sql.id(schema, 'reconciliations');
      const added = columns.map(([name, type]) => sql`add column ${sql.id(name)} ${sql.raw(type)}`);
      await sql`alter table ${table} ${sql.join(added)}`.execute(db);
      for (const [column, , meaning] of columns) {
        const path = sql.id(schema, 'reconciliations', column);
        await sql`comment on column ${path} is ${sql.lit(meaning)}`.execute(db);
      }
      for (const [name, column, meaning] of corrected) {
        const path = sql.id(schema, name, column);
        await sql`comment on column ${path} is ${sql.lit(meaning)}`.execute(db);
      }
    },
  };
}

/** Name, Postgres type, meaning. The defaults are for rows that are there already. */
const columns: readonly (readonly [string, string, string])[] = [
  [
    'depth',
    `text not null default 'counts'`,
    'counts: ids only where counts differ; ids: every id and version',
  ],
  ['stale', 'bigint not null default 0', 'Rows older than their record'],
  ['archived', 'bigint not null default 0', 'Living rows whose record is in the recycle bin'],
  ['deleted', 'bigint not null default 0', 'Living rows whose record is no longer in HubSpot'],
  ['months', `text[] not null default '{}'`, 'Months of creation in which counts differed'],
  ['calls', 'bigint not null default 0', 'Calls to HubSpot that it took'],
];

/** Table, column, meaning: where more became possible than the comment said. */
const corrected: readonly (readonly [string, string, string])[] = [
  ['reconciliations', 'verdict', 'equal; repaired; different: found, and not repaired'],
  [
    'pipeline_runs',
    'outcome',
    'running, complete, partial (but for parts named in reason), skipped, failed or interrupted',
  ],
];
