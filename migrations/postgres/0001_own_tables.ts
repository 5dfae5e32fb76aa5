import { type Kysely, sql } from 'kysely';

/** The tables in which Keyway remembers how far it is, who works and what it did. Never edited once released. */
export function ownTables(schema: string): { up(db: Kysely<unknown>): Promise<void> } {
  return {
    async up(db) {
      for (const table of tables) {
        const columns = table.columns.map(([name, type]) => sql`${sql.id(name)} ${sql.raw(type)}`);
        const key = sql`primary key (${sql.join(table.key.map((name) => sql.id(name)))})`;
        const name = sql.id(schema, table.name);
        await sql`create table ${name} (${sql.join([...columns, key])})`.execute(db);
        await sql`comment on table ${name} is ${sql.lit(table.meaning)}`.execute(db);
        for (const [column, , meaning] of table.columns) {
          const path = sql.id(schema, table.name, column);
          await sql`comment on column ${path} is ${sql.lit(meaning)}`.execute(db);
        }
      }
    },
  };
}

interface OwnTable {
  readonly name: string;
  readonly meaning: string;
  readonly key: readonly string[];
  /** Name, Postgres type, meaning. */
  readonly columns: readonly (readonly [string, string, string])[];
}

const runs: OwnTable = {
  name: 'runs',
  meaning: 'Every execution of a command that syncs',
  key: ['id'],
  columns: [
    ['id', 'uuid', 'UUIDv7: sorts by start'],
    ['command', 'text not null', 'The command, without its secrets'],
    ['version', 'text not null', 'Version of Keyway'],
    ['portal_id', 'text not null', 'HubSpot account'],
    ['key_fingerprint', 'text not null', 'Fingerprint of the Service Key, never the key'],
    ['started_at', 'timestamptz not null', 'On the clock of the machine that ran it'],
    ['finished_at', 'timestamptz', 'Empty while it runs'],
    ['outcome', 'text not null', 'running, complete, incomplete, failed, interrupted or crashed'],
    ['error', 'text', 'What ended the run'],
  ],
};

const pipelineRuns: OwnTable = {
  name: 'pipeline_runs',
  meaning: 'What each pipeline did within a run; a pipeline that was not complete says so here',
  key: ['run_id', 'pipeline'],
  columns: [
    ['run_id', 'uuid', 'Its run'],
    ['pipeline', 'text', 'What was synced'],
    ['started_at', 'timestamptz not null', 'On the clock of the machine that ran it'],
    ['finished_at', 'timestamptz', 'Empty while it runs'],
    ['outcome', 'text not null', 'running, complete, skipped, failed or interrupted'],
    ['code', 'text', 'Stable error code of a skipped or failed pipeline'],
    ['reason', 'text', 'What is missing or went wrong, and what to do'],
    ['read', 'bigint not null', 'Records, items or links that HubSpot gave'],
    ['inserted', 'bigint not null', 'Rows that are new'],
    ['updated', 'bigint not null', 'Rows that changed'],
    ['removed', 'bigint not null', 'Rows that were deleted or closed'],
    ['unchanged', 'bigint not null', 'Rows that were stored already'],
    ['misfits', 'bigint not null', 'Values that did not fit their column and went to _extra'],
    ['complete_up_to', 'timestamptz', 'The tables are complete up to this instant of HubSpot’s clock'],
  ],
};

const checkpoints: OwnTable = {
  name: 'checkpoints',
  meaning: 'How far each pipeline is; written in one transaction with its rows and by nothing else',
  key: ['pipeline'],
  columns: [
    ['pipeline', 'text', 'What is synced'],
    ['version', 'bigint not null', 'Rises by one with each commit; a commit that expects another is refused'],
    ['checkpoint', 'jsonb not null', 'Where the next run goes on'],
    ['run_id', 'text not null', 'The run that wrote it'],
    [
      'batch_id',
      'uuid not null',
      'The commit that wrote it: tells whether a commit without an answer arrived',
    ],
    ['updated_at', 'timestamptz not null', 'On the database’s clock'],
  ],
};

const leases: OwnTable = {
  name: 'leases',
  meaning: 'Who works at the moment',
  key: ['name'],
  columns: [
    ['name', 'text', 'What is held'],
    ['holder', 'text not null', 'The process: host, pid and a random part'],
    ['label', 'text not null', 'The process, for people'],
    ['expires_at', 'timestamptz not null', 'Free from then on; the database’s clock'],
  ],
};

const schemaChanges: OwnTable = {
  name: 'schema_changes',
  meaning: 'Every change that Keyway made to the tables',
  key: ['id'],
  columns: [
    ['id', 'bigint generated always as identity', 'Order of the changes'],
    ['changed_at', 'timestamptz not null default now()', 'On the database’s clock'],
    ['kind', 'text not null', 'create_table, add_column, retype_column or comment'],
    ['table_name', 'text not null', 'The table'],
    ['column_name', 'text', 'The column'],
    ['old_type', 'text', 'Type of the column that was renamed'],
    ['new_type', 'text', 'Type of the new column'],
    ['renamed_to', 'text', 'Where the old values are'],
  ],
};

const serviceKeys: OwnTable = {
  name: 'service_keys',
  meaning: 'The Service Keys that were used, by fingerprint, and the account that they pin',
  key: ['fingerprint'],
  columns: [
    ['fingerprint', 'text', 'Of the key, never the key'],
    ['portal_id', 'text not null', 'HubSpot account'],
    ['first_used_at', 'timestamptz not null', 'On the database’s clock'],
    ['last_used_at', 'timestamptz not null', 'On the database’s clock'],
  ],
};

const reconciliations: OwnTable = {
  name: 'reconciliations',
  meaning: 'Comparisons of HubSpot with the warehouse',
  key: ['id'],
  columns: [
    ['id', 'bigint generated always as identity', 'Order of the comparisons'],
    ['run_id', 'text', 'The run that compared'],
    ['pipeline', 'text not null', 'What was compared'],
    ['checked_at', 'timestamptz not null default now()', 'On the database’s clock'],
    ['in_hubspot', 'bigint', 'Living records in HubSpot'],
    ['in_warehouse', 'bigint', 'Living rows in the warehouse'],
    ['missing', 'bigint', 'Records without a row'],
    ['surplus', 'bigint', 'Rows without a record'],
    ['repaired', 'bigint', 'Rows that were mended'],
    ['verdict', 'text not null', 'equal, repaired or different'],
  ],
};

const apiUsage: OwnTable = {
  name: 'api_usage',
  meaning: 'Calls to HubSpot per run',
  key: ['run_id', 'endpoint', 'status'],
  columns: [
    ['run_id', 'uuid', 'The run'],
    ['endpoint', 'text', 'Method and route'],
    ['status', 'integer', 'HTTP status'],
    ['calls', 'bigint not null', 'Calls with that status'],
  ],
};

const tables = [
  runs,
  pipelineRuns,
  checkpoints,
  leases,
  schemaChanges,
  serviceKeys,
  reconciliations,
  apiUsage,
];
