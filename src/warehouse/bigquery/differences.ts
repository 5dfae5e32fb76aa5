import { KeywayError } from '../../errors.ts';
import { formerName } from '../../former-column.ts';
import { type Column, syncedColumn, type Table } from '../../table.ts';
import type { SchemaChange } from '../../warehouse.ts';
import type { StoredColumn, StoredTable } from './catalog.ts';
import { columnName, identifierBytes } from './identifier.ts';
import { bigqueryLimits } from './limits.ts';
import { bigqueryTypes, typeOf } from './types.ts';

/** What it takes to make the stored table as wanted: only additions. Pure. */
export function differencesOf(table: Table, stored: StoredTable | undefined): readonly SchemaChange[] {
  if (stored === undefined) return [{ kind: 'create_table', table: table.name }];
  if (stored.kind !== 'TABLE') throw taken(table.name);
  const names = new Set(stored.columns.keys());
  const changes = [...table.columns, syncedColumn].flatMap((column) => {
    const change = columnChange(table, column, stored.columns.get(columnName(column.name)), names);
    return change === undefined ? [] : [change];
  });
  assertRoom(table.name, stored, changes);
  return [
    ...changes,
    ...(stored.description === tableDescription(table)
      ? []
      : [{ kind: 'comment', table: table.name } as const]),
  ];
}

/** BigQuery API, tables, TableFieldSchema: 1,024 characters. */
export function columnDescription({ description }: Column): string {
  return beginning(description, 1_024);
}

/** BigQuery docs, Quotas and limits: 16,384 characters. */
export function tableDescription({ description }: Table): string {
  return beginning(description, 16_384);
}

function beginning(text: string, characters: number): string {
  return text.toWellFormed().replaceAll('\0', '').slice(0, characters).toWellFormed();
}

function columnChange(
  table: Table,
  column: Column,
  stored: StoredColumn | undefined,
  names: Set<string>,
): SchemaChange | undefined {
  const { short } = bigqueryTypes[column.type];
  if (stored === undefined) {
    return { kind: 'add_column', table: table.name, column: column.name, type: short };
  }
  const { shortType: from } = stored;
  if (!holds(stored, column)) {
    if (table.key.includes(column.name)) throw keyRetyped(table.name, column.name, from);
    const renamedTo = formerName(columnName(column.name), formerType(stored), {
      taken: names,
      identifierBytes,
    });
    names.add(renamedTo);
    return { kind: 'retype_column', table: table.name, column: column.name, from, type: short, renamedTo };
  }
  if (stored.required && isOptional(table, column)) {
    return { kind: 'allow_null', table: table.name, column: column.name };
  }
  return stored.description === columnDescription(column)
    ? undefined
    : { kind: 'comment', table: table.name, column: column.name };
}

function formerType({ type, shortType }: StoredColumn): string {
  return type === undefined ? shortType : typeOf(type).former;
}

/** A column that somebody has widened holds all that it is to hold: it stays as it is. */
function holds({ type, shortType }: StoredColumn, column: Column): boolean {
  return type === column.type || (wider[column.type] ?? []).includes(shortType);
}

/** BigQuery docs, Modify table schemas, Change a column's data type: widenings without loss. */
const wider: Readonly<Partial<Record<Column['type'], readonly string[]>>> = {
  number: ['bignumeric'],
  integer: ['numeric', 'bignumeric'],
};

/** In a dictionary: what is required in the table of an object, somebody else may have wanted. */
function isOptional({ version, key }: Table, { name, required }: Column): boolean {
  return version === undefined && required !== true && !key.includes(name);
}

function assertRoom(table: string, stored: StoredTable, changes: readonly SchemaChange[]): void {
  const added = changes.filter((change) => change.kind !== 'comment').length;
  if (added === 0 || stored.columns.size + added <= bigqueryLimits.columns) return;
  throw new KeywayError(
    'warehouse_refused',
    `Table ${table} would have more than ${bigqueryLimits.columns} columns, the most that one statement can merge (it has ${stored.columns.size}). Archive properties that are not needed in HubSpot.`,
    { details: { table } },
  );
}

function taken(table: string): KeywayError {
  return new KeywayError(
    'warehouse_refused',
    `There is a view or something else called ${table} where Keyway's table should be. Rename it, or use another dataset.`,
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
