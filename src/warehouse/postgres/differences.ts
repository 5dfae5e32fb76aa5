import { KeywayError } from '../../errors.ts';
import { formerName } from '../../former-column.ts';
import { type Column, syncedColumn, type Table } from '../../table.ts';
import type { SchemaChange } from '../../warehouse.ts';
import type { StoredColumn, StoredTable } from './catalog.ts';
import { identifierBytes } from './identifier.ts';
import { columnsAtMost } from './row-width.ts';
import { postgresTypes, shortType } from './types.ts';

/** What it takes to make the stored table as wanted: only additions. Pure. */
export function differencesOf(table: Table, stored: StoredTable | undefined): readonly SchemaChange[] {
  if (stored === undefined) return [{ kind: 'create_table', table: table.name }];
  if (stored.kind !== 'r' && stored.kind !== 'p') throw taken(table.name);
  const names = new Set(stored.columns.keys());
  const changes = [...table.columns, syncedColumn].flatMap((column) => {
    const change = columnChange(table, column, stored.columns.get(column.name), names);
    return change === undefined ? [] : [change];
  });
  assertRoom(table.name, stored, changes);
  return [
    ...changes,
    ...(stored.comment === commentOf(table.description)
      ? []
      : [{ kind: 'comment', table: table.name } as const]),
  ];
}

/** A comment as Postgres stores it: an empty one is none. */
export function commentOf(description: string): string | null {
  return description.toWellFormed().replaceAll('\0', '') || null;
}

function columnChange(
  table: Table,
  column: Column,
  stored: StoredColumn | undefined,
  taken: Set<string>,
): SchemaChange | undefined {
  const { name: wanted, short } = postgresTypes[column.type];
  if (stored === undefined) {
    return { kind: 'add_column', table: table.name, column: column.name, type: short };
  }
  if (stored.type !== wanted) {
    if (table.key.includes(column.name)) throw keyRetyped(table.name, column.name, shortType(stored.type));
    const from = shortType(stored.type);
    const renamedTo = formerName(column.name, from, { taken, identifierBytes });
    taken.add(renamedTo);
    return { kind: 'retype_column', table: table.name, column: column.name, from, type: short, renamedTo };
  }
  if (stored.required && isOptional(table, column)) {
    return { kind: 'allow_null', table: table.name, column: column.name };
  }
  return stored.comment === commentOf(column.description)
    ? undefined
    : { kind: 'comment', table: table.name, column: column.name };
}

/** In a dictionary: what is required in the table of an object, somebody else may have wanted. */
function isOptional({ version, key }: Table, { name, required }: Column): boolean {
  return version === undefined && required !== true && !key.includes(name);
}

function assertRoom(table: string, stored: StoredTable, changes: readonly SchemaChange[]): void {
  const added = changes.filter((change) => change.kind !== 'comment').length;
  if (added === 0 || stored.slots + added <= columnsAtMost) return;
  throw new KeywayError(
    'warehouse_refused',
    `Table ${table} would have more than ${columnsAtMost} columns, Postgres's limit (it holds ${stored.slots}, dropped ones included). Archive properties that are not needed in HubSpot.`,
    { details: { table } },
  );
}

function taken(table: string): KeywayError {
  return new KeywayError(
    'warehouse_refused',
    `"${table}" is not a table but a view or foreign table, so that it cannot be written. Rename it, or choose another schema.`,
    { details: { table } },
  );
}

function keyRetyped(table: string, column: string, type: string): KeywayError {
  return new KeywayError(
    'warehouse_refused',
    `The key column ${column} of ${table} has the type ${type}, which Keyway never made. Rename the table, and Keyway creates it afresh.`,
    { details: { table, column } },
  );
}
