import {
  BIGINT,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampValue,
  LIST,
  TIMESTAMP,
  VARCHAR,
  listValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { writeJson } from './canonical-json.ts';
import { WrittenNumber } from './parse-json.ts';
import type { Field } from './schema.ts';
import { isInt64, isNumeric, parseDate, parseTimestamp } from './values.ts';

const types: Readonly<Record<Field['type'], DuckDBType>> = {
  BOOL: BOOLEAN,
  DATE,
  FLOAT64: DOUBLE,
  INT64: BIGINT,
  JSON: VARCHAR,
  NUMERIC: DECIMAL(38, 9),
  STRING: VARCHAR,
  TIMESTAMP,
};

export function columnType({ type, mode }: Field): DuckDBType {
  return mode === 'REPEATED' ? LIST(types[type]) : types[type];
}

/**
 * A value of a row, as load jobs read it. Throws an error with the reason.
 * https://docs.cloud.google.com/bigquery/docs/loading-data-cloud-storage-json#details_of_loading_json_data
 */
export function loadValue(field: Field, value: unknown): DuckDBValue {
  const { name, type, mode } = field;
  if (mode === 'REPEATED') {
    if (value === undefined || value === null) return listValue([]);
    if (!Array.isArray(value))
      throw new Error(`Array specified for non-repeated field, or the reverse: ${name}.`);
    return listValue(value.map((item) => element(field, item)));
  }
  if (value === undefined || (value === null && type !== 'JSON')) {
    if (mode === 'REQUIRED') throw new Error(`Missing required field: ${name}.`);
    return null;
  }
  if (Array.isArray(value) && type !== 'JSON')
    throw new Error(`Array specified for non-repeated field: ${name}.`);
  return scalar(field, value);
}

function element(field: Field, item: unknown): DuckDBValue {
  // https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-types#array_nulls
  if (item === null)
    throw new Error(`Only optional fields can be set to NULL. Field: ${field.name}; Value: NULL`);
  return scalar(field, item);
}

function scalar({ name, type }: Field, value: unknown): DuckDBValue {
  // https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/json-data#load_from_newline_delimited_json_files: as it is
  if (type === 'JSON') return writeJson(value);
  const text = textOf(value);
  const read = text === undefined ? undefined : readers[type](text, typeof value === 'string');
  // The value itself stays out of the message: it may be anybody's.
  if (read === undefined) throw new Error(`Could not convert value to ${type}. Field: ${name}`);
  return read;
}

/** Nothing for an object. */
function textOf(value: unknown): string | undefined {
  if (value instanceof WrittenNumber) return value.text;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

type Reader = (text: string, isString: boolean) => DuckDBValue | undefined;

const readers: Readonly<Record<Exclude<Field['type'], 'JSON'>, Reader>> = {
  BOOL: (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined),
  DATE(text, isString) {
    const days = isString ? parseDate(text) : undefined;
    return days === undefined ? undefined : new DuckDBDateValue(days);
  },
  FLOAT64(text) {
    if (/^(nan|[+-]?inf(inity)?)$/i.test(text))
      return text.toLowerCase().startsWith('-') ? -Infinity : /nan/i.test(text) ? NaN : Infinity;
    const number = text.trim() === '' ? NaN : Number(text);
    return Number.isNaN(number) ? undefined : number;
  },
  // As a JSON number, it is read as a double: beyond 2^53 it is another one.
  INT64(text, isString) {
    const whole = isString || !/^-?\d+$/.test(text) ? text : String(BigInt(Number(text)));
    return isInt64(whole) ? BigInt(whole.replace('+', '')) : undefined;
  },
  NUMERIC: (text) => (isNumeric(text) ? new DuckDBDecimalValue(scaled(text), 38, 9) : undefined),
  STRING: (text) => text,
  TIMESTAMP(text, isString) {
    const micros = isString ? parseTimestamp(text) : BigInt(Math.round(Number(text) * 1e6));
    return micros === undefined ? undefined : new DuckDBTimestampValue(micros);
  },
};

/** A decimal number times 10^9. */
function scaled(text: string): bigint {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const shift = 9 + Number(exponent) - fraction.length;
  const digits = BigInt(`${whole}${fraction}` || '0');
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  return sign === '-' ? -value : value;
}
