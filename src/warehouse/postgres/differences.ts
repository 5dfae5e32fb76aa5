import { KeywayError } from '../../errors.ts';
import { type Column, syncedAt, type Table } from '../../table.ts';
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

/** The column that every table gets in addition. */
export const syncedColumn: Column = {
  name: syncedAt,
  type: 'timestamp',
  description: 'When Keyway last wrote the row',
  required: true,
};

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
    const renamedTo = freeName(column.name, from, taken);
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

function freeName(column: string, type: string, taken: ReadonlySet<string>): string {
  const word = type.replaceAll('[]', '_array').replaceAll(/\W+/g, '_').replace(/_+$/, '');
  for (let count = 1; ; count++) {
    const suffix = `__was_${word}${count === 1 ? '' : `_${count}`}`;
    const name = cut(column, identifierBytes - Buffer.byteLength(suffix)) + suffix;
    if (!taken.has(name)) return name;
  }
}

/** The text's beginning of at most so many bytes, without a torn character. */
function cut(text: string, bytes: number): string {
  let kept = '';
  let size = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    kept += character;
  }
  return kept;
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
