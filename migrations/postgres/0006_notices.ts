import { type Kysely, sql } from 'kysely';

/** What people were told of by a notification. Never edited once released. */
export function notices(schema: string): { up(db: Kysely<unknown>): Promise<void> } {
  return {
    async up(db) {
      const table = sql.id(schema, 'notices');
      await sql`create table ${table}
        (id text primary key, kind text not null, text text not null, told_at timestamptz not null)`.execute(
        db,
      );
      await sql`comment on table ${table} is ${sql.lit(meaning)}`.execute(db);
      for (const [column, text] of columns)
        await sql`comment on column ${sql.id(schema, 'notices', column)} is ${sql.lit(text)}`.execute(db);
    },
  };
}

const meaning = 'What people were told of by a notification, and will be told the end of';

const columns: readonly (readonly [string, string])[] = [
  ['id', 'What it is about, such as failure/contacts; schema: the changes up to told_at'],
  ['kind', 'failure, staleness, schema or key'],
  ['text', 'What they were told'],
  ['told_at', 'On the clock of the machine that told it; of schema on the database’s'],
];
