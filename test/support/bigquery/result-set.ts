import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  type DuckDBResultReader,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { notUnderstood } from './api-error.ts';
import type { TableField, TableRow } from './rest.ts';

/** The rows of a SELECT. */
export interface ResultSet {
  readonly fields: readonly TableField[];
  readonly rows: readonly (readonly DuckDBValue[])[];
}

export function resultSet(reader: DuckDBResultReader): ResultSet {
  const types = reader.columnTypes();
  const fields = reader
    .columnNames()
    .map((name, i) => fieldOf(isNameless(name) ? `f${String(i)}_` : name, types[i] as DuckDBType));
  return { fields, rows: reader.getRows() };
}

/** What DuckDB names after its text has no name in BigQuery. */
function isNameless(name: string): boolean {
  return /[()' ]/.test(name) && /[(']/.test(name);
}

function fieldOf(name: string, type: DuckDBType): TableField {
  if (type.typeId === DuckDBTypeId.LIST) return { ...fieldOf(name, type.valueType), mode: 'REPEATED' };
  if (type.typeId === DuckDBTypeId.STRUCT) {
    const { entryNames, entryTypes } = type;
    return {
      name,
      type: 'RECORD',
      mode: 'NULLABLE',
      fields: entryNames.map((name, i) => fieldOf(name, entryTypes[i] as DuckDBType)),
    };
  }
  if (type.alias === 'JSON') return { name, type: 'JSON', mode: 'NULLABLE' };
  const known = names[type.typeId];
  if (known === undefined) throw notUnderstood(`a column of type ${type.toString()} in a result`);
  return { name, type: known, mode: 'NULLABLE' };
}

const names: Readonly<Partial<Record<DuckDBTypeId, string>>> = {
  [DuckDBTypeId.BIGINT]: 'INTEGER',
  [DuckDBTypeId.BOOLEAN]: 'BOOLEAN',
  [DuckDBTypeId.DATE]: 'DATE',
  [DuckDBTypeId.DECIMAL]: 'NUMERIC',
  [DuckDBTypeId.DOUBLE]: 'FLOAT',
  [DuckDBTypeId.HUGEINT]: 'INTEGER',
  [DuckDBTypeId.INTEGER]: 'INTEGER',
  [DuckDBTypeId.SQLNULL]: 'INTEGER',
  [DuckDBTypeId.TIMESTAMP]: 'TIMESTAMP',
  [DuckDBTypeId.VARCHAR]: 'STRING',
};

/**
 * `{ f: [{ v }] }`, everything as text.
 * https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults and DataFormatOptions
 */
export function tableRow(
  fields: readonly TableField[],
  row: readonly DuckDBValue[],
  useInt64Timestamp: boolean,
): TableRow {
  return { f: row.map((value, i) => ({ v: cellOf(fields[i] ?? {}, value, useInt64Timestamp) })) };
}

function cellOf(field: TableField, value: DuckDBValue, int64: boolean): unknown {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number') return field.type === 'FLOAT' ? floatText(value) : String(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof DuckDBTimestampValue) return int64 ? String(value.micros) : secondsText(value.micros);
  if (value instanceof DuckDBDateValue) return new Date(value.days * 86_400_000).toISOString().slice(0, 10);
  if (value instanceof DuckDBDecimalValue)
    return value.toString().replace(/\.?0+$/, (zeros) => (value.scale === 0 ? zeros : ''));
  if (value instanceof DuckDBListValue) return value.items.map((item) => ({ v: cellOf(field, item, int64) }));
  if (value instanceof DuckDBStructValue)
    return tableRow(field.fields ?? [], Object.values(value.entries), int64);
  throw notUnderstood('a value in a result');
}

/** Whole numbers with a point, infinities in words. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text.replace('e+', 'E').replace('e-', 'E-');
}

/** Seconds as a float, as the API writes them where nothing else is asked for: microseconds are lost. */
function secondsText(micros: bigint): string {
  return String(Number(micros) / 1e6);
}
