import type { ColumnType } from '../../table.ts';

interface PostgresType {
  /** As `format_type` spells it, so that the catalog's answer can be compared. */
  readonly name: string;
  /** For people and for names of renamed columns. */
  readonly short: string;
  /** Whether a canonical cell can hold a character that COPY reads as something else. */
  readonly escaped: boolean;
}

/** What each warehouse-neutral type is in Postgres. */
export const postgresTypes = {
  text: { name: 'text', short: 'text', escaped: true },
  integer: { name: 'bigint', short: 'bigint', escaped: false },
  number: { name: 'numeric', short: 'numeric', escaped: false },
  boolean: { name: 'boolean', short: 'boolean', escaped: false },
  timestamp: { name: 'timestamp with time zone', short: 'timestamptz', escaped: false },
  date: { name: 'date', short: 'date', escaped: false },
  json: { name: 'jsonb', short: 'jsonb', escaped: true },
  'text[]': { name: 'text[]', short: 'text[]', escaped: true },
} satisfies Readonly<Record<ColumnType, PostgresType>>;

/** The catalog's name of a type as people write it. */
export function shortType(name: string): string {
  return Object.values(postgresTypes).find((type) => type.name === name)?.short ?? name;
}
