import { ownTables } from './0001_own_tables.ts';
import { notices } from './0002_notices.ts';
import type { OwnTable } from './own-table.ts';

export type { OwnTable } from './own-table.ts';

/**
 * In their order. Each only creates tables, which may be done twice: BigQuery changes no schema within a transaction (BigQuery
 * docs, Multi-statement transactions, Limitations).
 */
export const bigqueryMigrations: readonly { readonly name: string; readonly tables: readonly OwnTable[] }[] =
  [
    { name: '0001_own_tables', tables: ownTables },
    { name: '0002_notices', tables: [notices] },
  ];

/** Which of them were applied. */
export const migrationsTable: OwnTable = {
  name: 'migrations',
  meaning: 'The migrations of Keyway’s own tables that were applied',
  key: ['name'],
  columns: [
    ['name', 'STRING', 'The migration'],
    ['applied_at', 'TIMESTAMP', 'On BigQuery’s clock'],
  ],
};
