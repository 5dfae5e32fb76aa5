export { postgresLimits } from './limits.ts';
export { openPostgres, type PostgresOptions } from './open-postgres.ts';
export { queryPostgres, type QueryAnswer } from './query.ts';
