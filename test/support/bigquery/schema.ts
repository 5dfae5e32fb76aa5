import { ApiError, notUnderstood } from './api-error.ts';
import type { TableField } from './rest.ts';
import { duckType, quote, scalarName, type ScalarName } from './sql/types.ts';

/** A column. Nested ones are left to others. */
export interface Field {
  readonly name: string;
  readonly type: ScalarName;
  readonly mode: 'NULLABLE' | 'REQUIRED' | 'REPEATED';
  readonly description?: string;
}

const maximumColumns = 10_000;

export function fieldsOf(given: readonly TableField[]): Field[] {
  const seen = new Set<string>();
  const fields = given.map(fieldOf);
  for (const { name } of fields) {
    if (seen.has(name.toLowerCase()))
      throw new ApiError('invalid', `Duplicate field names are not allowed: ${name}`);
    seen.add(name.toLowerCase());
  }
  if (fields.length > maximumColumns)
    throw new ApiError('invalid', 'Too many columns: at most 10000 are allowed');
  return fields;
}

export function fieldOf({ name = '', type = '', mode, description }: TableField): Field {
  checkColumnName(name);
  const upper = (mode ?? 'NULLABLE').toUpperCase();
  if (upper !== 'NULLABLE' && upper !== 'REQUIRED' && upper !== 'REPEATED')
    throw new ApiError('invalid', `Invalid mode of field ${name}: ${upper}`);
  if (description !== undefined && description.length > 1024)
    throw new ApiError(
      'invalid',
      `The description for field ${name} is too long. The maximum length is 1024 characters.`,
    );
  if (/^(RECORD|STRUCT)$/i.test(type)) throw notUnderstood('nested columns');
  return { name, type: scalarName(type), mode: upper, ...(description ? { description } : {}) };
}

/** https://docs.cloud.google.com/bigquery/docs/schemas#column_names */
function checkColumnName(name: string): void {
  const bad = (why: string): ApiError => new ApiError('invalid', `Invalid field name "${name}". ${why}`);
  if (name === '' || name.length > 300) throw bad('Fields must have 1 to 300 characters.');
  const prefix = forbiddenPrefixes.find((prefix) => name.toUpperCase().startsWith(prefix));
  if (prefix !== undefined) throw bad(`Fields must not begin with ${prefix}.`);
  if (!/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd} &%=+:'<>#|_-]+$/u.test(name))
    throw bad('Fields must contain only letters, numbers, underscores and a few other characters.');
}

const forbiddenPrefixes = [
  '_TABLE_',
  '_FILE_',
  '_PARTITION',
  '_ROW_TIMESTAMP',
  '__ROOT__',
  '_COLIDENTIFIER',
  '_CHANGE_SEQUENCE_NUMBER',
  '_CHANGE_TYPE',
  '_CHANGE_TIMESTAMP',
];

/** In answers, types have their older names. https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema */
export function fieldResource({ name, type, mode, description }: Field): TableField {
  return { name, type: legacyName(type), mode, ...(description === undefined ? {} : { description }) };
}

function legacyName(type: ScalarName): string {
  if (type === 'INT64') return 'INTEGER';
  if (type === 'FLOAT64') return 'FLOAT';
  return type === 'BOOL' ? 'BOOLEAN' : type;
}

/**
 * A column of DuckDB's. What has no array has an empty one: BigQuery stores no NULL in its place.
 * https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-types#array_nulls
 */
export function duckColumn({ name, type, mode }: Field): string {
  const duck = duckType({ kind: 'scalar', name: type });
  // As a text: DuckDB fills a new column with what is computed, `[]` too, and then takes no other change with it.
  // https://github.com/duckdb/duckdb/pull/22093
  if (mode === 'REPEATED') return `${quote(name)} ${duck}[] DEFAULT '[]'`;
  return `${quote(name)} ${duck}${mode === 'REQUIRED' ? ' NOT NULL' : ''}`;
}
