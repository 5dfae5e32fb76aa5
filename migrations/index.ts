export { migratePostgres } from './migrate-postgres.ts';
