import { type Kysely, sql } from 'kysely';

/** Which key did what and when, which one has replaced which, and how much of the account's day was left. Never edited once released. */
export function keyLife(schema: string): { up(db: Kysely<unknown>): Promise<void> } {
  return {
    async up(db) {
      const [keys, usage, installation] = ['service_keys', 'api_usage', 'installation'].map((name) =>
        sql.id(schema, name),
      );
      await sql`alter table ${keys} add column slot text, add column scopes text[], add column replaced_at timestamptz,
        alter column first_used_at drop not null, alter column last_used_at drop not null`.execute(db);
      await sql`alter table ${usage} add column key_fingerprint text not null default '', add column first_called_at timestamptz,
        add column last_called_at timestamptz, add column day_limit bigint, add column day_left bigint,
        drop constraint api_usage_pkey, add primary key (run_id, key_fingerprint, endpoint, status)`.execute(
        db,
      );
      await sql`create table ${installation} (id boolean primary key default true check (id),
        fingerprint_secret text not null, created_at timestamptz not null default now())`.execute(db);
      // Two random UUIDs are 244 random bits.
      await sql`insert into ${installation} (fingerprint_secret)
        values (gen_random_uuid()::text || gen_random_uuid()::text)`.execute(db);
      await sql`comment on table ${installation} is ${sql.lit(meaning)}`.execute(db);
      for (const [table, column, text] of columns)
        await sql`comment on column ${sql.id(schema, table, column)} is ${sql.lit(text)}`.execute(db);
    },
  };
}

const meaning = 'What belongs to this state alone, and to no other';

const columns: readonly (readonly [string, string, string])[] = [
  ['service_keys', 'fingerprint', 'Of the key, never the key; keyed with a secret of this installation'],
  ['service_keys', 'first_used_at', 'On the database’s clock; empty: never used, another key went before it'],
  ['service_keys', 'last_used_at', 'On the database’s clock; the last call of each run is in api_usage'],
  ['service_keys', 'slot', 'The setting in which it last stood'],
  ['service_keys', 'scopes', 'What it may read, where HubSpot tells'],
  ['service_keys', 'replaced_at', 'Since when another key is used in its place; empty while it is in use'],
  ['api_usage', 'key_fingerprint', 'The key of these calls'],
  ['api_usage', 'first_called_at', 'On the clock of the machine that ran it'],
  ['api_usage', 'last_called_at', 'On the clock of the machine that ran it'],
  [
    'api_usage',
    'day_limit',
    'Calls that the account has a day, as HubSpot told with the last of these calls',
  ],
  ['api_usage', 'day_left', 'How many of them were left then, for all apps together'],
  [
    'schema_changes',
    'kind',
    'Of a table: create_table, add_column, retype_column, comment or drop_table. Of a property: add_property, relabel_property, retype_property, change_options, archive_property, restore_property, delete_property, recreate_property, hide_property or show_property',
  ],
  ['installation', 'id', 'There is one row'],
  ['installation', 'fingerprint_secret', 'What fingerprints of keys are keyed with'],
  ['installation', 'created_at', 'On the database’s clock'],
];
