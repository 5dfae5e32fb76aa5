import type { StoredTable } from './catalog.ts';
import type { Double } from './double.ts';
import type { Field } from './schema.ts';
import { quote } from './sql/types.ts';

export interface Size {
  readonly rows: number;
  /** Logical bytes. */
  readonly bytes: number;
  /** Of each column, by its name in small letters. */
  readonly columns: ReadonlyMap<string, number>;
}

interface Known {
  readonly state: string;
  readonly size: Size;
  /** By `performance.now()`. */
  readonly at: number;
}

const known = new WeakMap<StoredTable, Known>();

/** How much a table holds; nothing is counted twice. */
export async function sizeOf({ duck }: Double, table: StoredTable): Promise<Size> {
  const state = `${String(table.version)} ${String(table.changes)}`;
  const before = known.get(table);
  if (before?.state === state) return before.size;
  const sums = table.fields.map((field) => `coalesce(sum(${bytesOf(field)}), 0)::DOUBLE`);
  const connection = await duck.borrow();
  try {
    const reader = await connection.runAndReadAll(
      `SELECT count(*)::DOUBLE, ${sums.join(', ')} FROM ${table.sql}`,
    );
    const [rows = 0, ...bytes] = (reader.getRows()[0] ?? []).map(Number);
    const columns = new Map(table.fields.map(({ name }, i) => [name.toLowerCase(), bytes[i] ?? 0]));
    const size = { rows, bytes: bytes.reduce((sum, one) => sum + one, 0), columns };
    known.set(table, { state, size, at: performance.now() });
    return size;
  } finally {
    duck.giveBack(connection);
  }
}

/** NULL has no size. https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-types#data_type_sizes */
function bytesOf({ name, type, mode }: Field): string {
  const column = quote(name);
  if (mode === 'REPEATED') return `list_sum(list_transform(${column}, x -> ${sizes('x')[type]}))`;
  return `CASE WHEN ${column} IS NOT NULL THEN ${sizes(column)[type]} END`;
}

function sizes(value: string): Readonly<Record<Field['type'], string>> {
  return {
    BOOL: '1',
    DATE: '8',
    FLOAT64: '8',
    INT64: '8',
    JSON: `strlen(CAST(${value} AS VARCHAR))`,
    NUMERIC: '16',
    STRING: `2 + strlen(${value})`,
    TIMESTAMP: '8',
  };
}

/** As it was within the last second: good enough to tell what was billed, without counting after each statement. */
export async function lastSizeOf(double: Double, table: StoredTable): Promise<Size> {
  const before = known.get(table);
  const isFresh = before?.size.columns.size === table.fields.length && performance.now() - before.at < 1_000;
  return isFresh ? before.size : sizeOf(double, table);
}
