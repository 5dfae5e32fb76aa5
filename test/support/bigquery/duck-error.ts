import { ApiError, notUnderstood } from './api-error.ts';

/** What DuckDB says, as BigQuery would say it; what only DuckDB can mean is no answer of BigQuery's. */
export function duckError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const [, kind = '', text = ''] = /^(\w+(?: \w+)*) Error: ([^]*)$/.exec(message) ?? [];
  const column = /^NOT NULL constraint failed: .*\.(.*)$/s.exec(text)?.[1];
  if (column !== undefined) return new ApiError('invalidQuery', `Required field ${column} cannot be null`);
  const [firstLine = ''] = text.split('\n');
  const known = names.find(([pattern]) => pattern.test(firstLine));
  if (known !== undefined) return new ApiError('invalidQuery', firstLine.replace(...known));
  if (kind === 'Invalid Input' || kind === 'Conversion' || kind === 'Out of Range')
    return new ApiError('invalidQuery', firstLine);
  return notUnderstood(`what it gave to DuckDB: ${message}`);
}

/** Names that there are not. */
const names: readonly (readonly [RegExp, string])[] = [
  [/^.*column "([^"]+)" (?:not found|does not).*$/i, 'Unrecognized name: $1'],
  [/^.*Table "([^"]+)" does not have a column named "([^"]+)".*$/, 'Name $2 not found inside $1'],
  [/^.*Referenced table "([^"]+)" not found.*$/, 'Unrecognized name: $1'],
  [
    /^.*Table with name (\S+) does not exist.*$/,
    'Table "$1" must be qualified with a dataset (e.g. dataset.table).',
  ],
];
