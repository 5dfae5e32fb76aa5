import type { DuckDBValue } from '@duckdb/node-api';
import { gunzipSync } from 'node:zlib';
import { ApiError } from './api-error.ts';
import { loadValue } from './load-value.ts';
import { parseJson } from './parse-json.ts';
import type { Field } from './schema.ts';

/**
 * The columns of newline-delimited JSON, gzipped or not. One bad row is one too many: `maxBadRecords` is 0.
 * https://docs.cloud.google.com/bigquery/docs/loading-data-cloud-storage-json
 */
export function readNdjson(
  data: Buffer,
  fields: readonly Field[],
): { rows: number; columns: DuckDBValue[][] } {
  const text = (isGzip(data) ? gunzipSync(data) : data).toString('utf8');
  const columns: DuckDBValue[][] = fields.map(() => []);
  const byName = new Map(fields.map(({ name }, i) => [name.toLowerCase(), i]));
  let rows = 0;
  let position = 0;
  for (const line of text.split('\n')) {
    if (line.trim() !== '') {
      try {
        readRow(parseJson(line), { fields, byName, columns });
      } catch (error) {
        throw badRow(
          position,
          error instanceof SyntaxError ? 'Parser terminated before end of string' : (error as Error).message,
        );
      }
      rows += 1;
    }
    position += Buffer.byteLength(line) + 1;
  }
  return { rows, columns };
}

function isGzip(data: Buffer): boolean {
  return data[0] === 0x1f && data[1] === 0x8b;
}

interface Target {
  readonly fields: readonly Field[];
  readonly byName: ReadonlyMap<string, number>;
  readonly columns: readonly DuckDBValue[][];
}

function readRow(row: unknown, { fields, byName, columns }: Target): void {
  if (!(row instanceof Map)) throw new Error('Expected an object.');
  const values: unknown[] = [];
  for (const [name, value] of row as ReadonlyMap<string, unknown>) {
    const i = byName.get(name.toLowerCase());
    if (i === undefined) throw new Error(`No such field: ${name}.`);
    values[i] = value;
  }
  for (const [i, field] of fields.entries()) columns[i]?.push(loadValue(field, values[i]));
}

function badRow(position: number, why: string): ApiError {
  const error = new ApiError(
    'invalid',
    'Error while reading data, error message: JSON table encountered too many errors, giving up. Rows: 1; errors: 1. Please look into the errors[] collection for more details.',
  );
  const detail = `Error while reading data, error message: JSON parsing error in row starting at position ${String(position)}: ${why}`;
  error.details.push(new ApiError('invalid', detail));
  return error;
}
