import { ApiError } from './api-error.ts';
import type { StoredTable } from './catalog.ts';
import type { Double } from './double.ts';
import { inTransaction } from './duckdb.ts';
import { checkLabels } from './labels.ts';
import type { Table } from './rest.ts';
import { duckColumn, fieldsOf, type Field } from './schema.ts';
import { quote } from './sql/types.ts';
import { checkTable, etagOf, tableResource } from './tables.ts';

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/tables/patch */
export async function patchTable(
  double: Double,
  table: StoredTable,
  { given, etag }: { readonly given: Table; readonly etag: string | undefined },
): Promise<Table> {
  checkTable(given);
  await double.gate.alone(async () => {
    if (etag !== undefined && etag !== etagOf(table))
      throw new ApiError('conditionNotMet', 'Precondition Failed');
    const fields = given.schema === undefined ? table.fields : fieldsOf(given.schema.fields ?? []);
    const changes = shapeChanges(table, fields);
    const labels = given.labels === undefined ? table.labels : merged(table.labels, given.labels);
    double.quota.take(table);
    await alter(double, table, changes);
    table.fields = inOrder(table.fields, fields);
    table.labels = labels;
    if ('description' in given) table.description = given.description ?? undefined;
    if ('friendlyName' in given) table.friendlyName = given.friendlyName ?? undefined;
    if ('expirationTime' in given)
      table.expiresAt = given.expirationTime === null ? undefined : Number(given.expirationTime);
    touched(double, table);
  });
  return tableResource(double, table);
}

export function touched({ clock }: Double, table: StoredTable): void {
  table.version += 1;
  table.modifiedAt = clock.now();
}

/** Columns stay where they are; new ones come last. */
function inOrder(before: readonly Field[], after: readonly Field[]): Field[] {
  const rest = new Map(after.map((field) => [field.name.toLowerCase(), field]));
  const kept = before.map((old) => {
    const field = rest.get(old.name.toLowerCase());
    rest.delete(old.name.toLowerCase());
    return { ...(field ?? old), name: old.name };
  });
  return [...kept, ...rest.values()];
}

/** A label of null goes. */
function merged(
  labels: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> {
  const all = Object.entries({ ...labels, ...given });
  return checkLabels(Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null)));
}

/**
 * Columns may be added, and REQUIRED ones relaxed; nothing else.
 * https://docs.cloud.google.com/bigquery/docs/managing-table-schemas
 */
export function shapeChanges({ key, fields: before }: StoredTable, after: readonly Field[]): string[] {
  const mismatch = (why: string): ApiError =>
    new ApiError('invalid', `Provided Schema does not match Table ${key}. ${why}`);
  const changes: string[] = [];
  const byName = new Map(after.map((field) => [field.name.toLowerCase(), field]));
  for (const old of before) {
    const field = byName.get(old.name.toLowerCase());
    if (field === undefined) throw mismatch(`Field ${old.name} is missing in new schema`);
    if (field.type !== old.type)
      throw mismatch(`Field ${old.name} has changed type from ${old.type} to ${field.type}`);
    if (field.mode !== old.mode && !(old.mode === 'REQUIRED' && field.mode === 'NULLABLE'))
      throw mismatch(`Field ${old.name} has changed mode from ${old.mode} to ${field.mode}`);
    if (field.mode !== old.mode) changes.push(`ALTER COLUMN ${quote(old.name)} DROP NOT NULL`);
    byName.delete(old.name.toLowerCase());
  }
  for (const field of byName.values()) {
    if (field.mode === 'REQUIRED')
      throw mismatch(`Cannot add required fields to an existing schema. (field: ${field.name})`);
    changes.push(`ADD COLUMN ${duckColumn(field)}`);
  }
  return changes;
}

export async function alter({ duck }: Double, table: StoredTable, changes: readonly string[]): Promise<void> {
  if (changes.length === 0) return;
  const connection = await duck.borrow();
  try {
    await inTransaction(connection, async () => {
      for (const change of changes) await connection.run(`ALTER TABLE ${table.sql} ${change}`);
    });
  } finally {
    duck.giveBack(connection);
  }
}
