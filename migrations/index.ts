export { migratePostgres } from './migrate-postgres.ts';
export { bigqueryMigrations, migrationsTable, type OwnTable } from './bigquery/index.ts';
