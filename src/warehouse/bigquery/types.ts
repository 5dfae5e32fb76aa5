import type { ColumnType } from '../../table.ts';
import type { ScalarType } from './parameters.ts';

interface BigqueryType {
  /** The type in SQL, of one element where there are several. */
  readonly scalar: ScalarType;
  readonly repeated?: true;
  /** For people, and for names of renamed columns. */
  readonly short: string;
  /** Whether `=` compares it; arrays and JSON are compared by their text. */
  readonly comparable: boolean;
}

/** What each warehouse-neutral type is in BigQuery. */
export const bigqueryTypes = {
  text: { scalar: 'STRING', short: 'string', comparable: true },
  integer: { scalar: 'INT64', short: 'int64', comparable: true },
  number: { scalar: 'NUMERIC', short: 'numeric', comparable: true },
  boolean: { scalar: 'BOOL', short: 'bool', comparable: true },
  timestamp: { scalar: 'TIMESTAMP', short: 'timestamp', comparable: true },
  date: { scalar: 'DATE', short: 'date', comparable: true },
  json: { scalar: 'JSON', short: 'json', comparable: false },
  'text[]': { scalar: 'STRING', repeated: true, short: 'array<string>', comparable: false },
} satisfies Readonly<Record<ColumnType, BigqueryType>>;

export function typeOf(type: ColumnType): BigqueryType {
  return bigqueryTypes[type];
}

/** As DDL writes it. */
export function sqlType(type: ColumnType): string {
  const { scalar, repeated } = typeOf(type);
  return repeated === true ? `ARRAY<${scalar}>` : scalar;
}
