import { ApiError } from '../api-error.ts';
import { duckDate, duckTimestamp, parseDate, parseTimestamp } from '../values.ts';

/** `TIMESTAMP '…'` and `DATE '…'`. */
export function typedLiteral(type: 'TIMESTAMP' | 'DATE', text: string): string {
  const value = type === 'DATE' ? parseDate(text) : parseTimestamp(text);
  if (value === undefined) throw new ApiError('invalidQuery', `Invalid ${type} literal`);
  return typeof value === 'bigint' ? duckTimestamp(value) : duckDate(value);
}
