import { type Kysely, sql } from 'kysely';

/** What people changed in HubSpot's definitions stands beside what that meant for the tables. Never edited once released. */
export function definitionChanges(schema: string): { up(db: Kysely<unknown>): Promise<void> } {
  return {
    async up(db) {
      const table = sql.id(schema, 'schema_changes');
      await sql`alter table ${table} add column property text, add column detail jsonb`.execute(db);
      await sql`comment on table ${table} is ${sql.lit(meaning)}`.execute(db);
      for (const [column, text] of columns) {
        const path = sql.id(schema, 'schema_changes', column);
        await sql`comment on column ${path} is ${sql.lit(text)}`.execute(db);
      }
    },
  };
}

const meaning = 'Every change that Keyway made to the tables, and every change of a property in HubSpot';

const columns: readonly (readonly [string, string])[] = [
  [
    'kind',
    'Of a table: create_table, add_column, retype_column or comment. Of a property: add_property, relabel_property, retype_property, change_options, archive_property, restore_property, delete_property, recreate_property, hide_property or show_property',
  ],
  ['column_name', 'The column, or that of the property'],
  ['property', 'HubSpot’s internal name, where the change is one of HubSpot’s'],
  ['detail', 'What it was and what it is; of options those that were added, removed and renamed'],
];
