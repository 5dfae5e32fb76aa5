import type { ColumnType } from '../../table.ts';
import type { ScalarType } from './parameters.ts';

interface BigqueryType {
  /** The type in SQL, of one element where there are several. */
  readonly scalar: ScalarType;
  readonly repeated?: true;
  /** For people. */
  readonly short: string;
  /** In the name that an old column gets when its type changes: the same in every warehouse. */
  readonly former: string;
  /** Whether `=` compares it; arrays and JSON are compared by their text. */
  readonly comparable: boolean;
}

/** What each warehouse-neutral type is in BigQuery. */
export const bigqueryTypes = {
  text: { scalar: 'STRING', short: 'string', former: 'text', comparable: true },
  integer: { scalar: 'INT64', short: 'int64', former: 'bigint', comparable: true },
  number: { scalar: 'NUMERIC', short: 'numeric', former: 'numeric', comparable: true },
  boolean: { scalar: 'BOOL', short: 'bool', former: 'boolean', comparable: true },
  timestamp: { scalar: 'TIMESTAMP', short: 'timestamp', former: 'timestamptz', comparable: true },
  date: { scalar: 'DATE', short: 'date', former: 'date', comparable: true },
  json: { scalar: 'JSON', short: 'json', former: 'jsonb', comparable: false },
  'text[]': {
    scalar: 'STRING',
    repeated: true,
    short: 'array<string>',
    former: 'text_array',
    comparable: false,
  },
} satisfies Readonly<Record<ColumnType, BigqueryType>>;

export function typeOf(type: ColumnType): BigqueryType {
  return bigqueryTypes[type];
}

/** As DDL writes it. */
export function sqlType(type: ColumnType): string {
  const { scalar, repeated } = typeOf(type);
  return repeated === true ? `ARRAY<${scalar}>` : scalar;
}
