import { ApiError, notUnderstood } from './api-error.ts';

/** What DuckDB says, as BigQuery would say it; what only DuckDB can mean is no answer of BigQuery's. */
export function duckError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const [, kind = '', text = ''] = /^(\w+(?: \w+)*) Error: ([^]*)$/.exec(message) ?? [];
  const column = /^NOT NULL constraint failed: .*\.(.*)$/s.exec(text)?.[1];
  if (column !== undefined) return new ApiError('invalidQuery', `Required field ${column} cannot be null`);
  const [firstLine = ''] = text.split('\n');
  const name = /column "([^"]+)" (?:not found|does not)/i.exec(firstLine)?.[1];
  if (name !== undefined) return new ApiError('invalidQuery', `Unrecognized name: ${name}`);
  if (kind === 'Invalid Input' || kind === 'Conversion' || kind === 'Out of Range')
    return new ApiError('invalidQuery', firstLine);
  return notUnderstood(`what it gave to DuckDB: ${message}`);
}
