import { KeywayError } from '../../errors.ts';
import { syncedColumn, type Column, type Table } from '../../table.ts';
import type { SchemaChange } from '../../warehouse.ts';
import type { TableResource } from './api.ts';
import { type StoredTable, storedTable } from './catalog.ts';
import type { Connection } from './connection.ts';
import { columnDescription, differencesOf, tableDescription } from './differences.ts';
import { fieldOf } from './fields.ts';
import { columnName, identifier, literal, tableName } from './identifier.ts';
import { labelled } from './labels.ts';
import { logChanges } from './log-changes.ts';
import { change } from './query.ts';
import { sqlType } from './types.ts';

export async function differences(
  connection: Connection,
  tables: readonly Table[],
): Promise<readonly SchemaChange[]> {
  const changes = await Promise.all(
    tables.map(async (table) => differencesOf(table, await storedTable(connection, table.name))),
  );
  return changes.flat();
}

/** Of two processes that start together, the second finds nothing left to do. */
export async function apply(
  connection: Connection,
  changes: readonly SchemaChange[],
  tables: readonly Table[],
): Promise<void> {
  for (const table of tables) {
    const asked = new Set(changes.filter((item) => item.table === table.name).map(nameOf));
    if (asked.size === 0) continue;
    const stored = await storedTable(connection, table.name);
    const due = differencesOf(table, stored).filter((item) => asked.has(nameOf(item)));
    if (stored === undefined) await create(connection, table);
    else await alter(connection, table, { stored, due });
    await logChanges(connection, due);
  }
}

function nameOf(item: SchemaChange): string {
  return JSON.stringify([item.kind, item.table, 'column' in item ? item.column : null]);
}

async function create(connection: Connection, table: Table): Promise<void> {
  const { dataset, project } = connection.options;
  const columns = [...table.columns, syncedColumn];
  const resource: TableResource = {
    tableReference: { projectId: project, datasetId: dataset, tableId: tableName(table.name) },
    description: tableDescription(table),
    labels: labelled('rows'),
    schema: {
      fields: columns.map((column) =>
        fieldOf(column, column.required === true || table.key.includes(column.name)),
      ),
    },
    clustering: { fields: table.key.slice(0, mostClustered).map(columnName) },
    // Not enforced; the optimizer knows by it that a join by key finds one row at most.
    tableConstraints: { primaryKey: { columns: table.key.map(columnName) } },
  };
  await connection.create({ uri: `/datasets/${dataset}/tables`, body: resource, table: table.name });
}

/** BigQuery docs, Clustered tables: four columns. */
const mostClustered = 4;

interface Alteration {
  readonly stored: StoredTable;
  readonly due: readonly SchemaChange[];
}

async function alter(connection: Connection, table: Table, { stored, due }: Alteration): Promise<void> {
  for (const sql of alterations(connection.table(table.name), table, due)) {
    await change(connection, { sql, parameters: [], table: table.name, purpose: 'schema' });
  }
  if (due.some((item) => item.kind === 'comment')) await describe(connection, table, stored);
}

/** One statement for all new columns: five changes of a table's metadata in ten seconds (BigQuery docs, Quotas and limits). */
function alterations(target: string, table: Table, due: readonly SchemaChange[]): readonly string[] {
  const renamed = due.flatMap((item) => (item.kind === 'retype_column' ? [item] : []));
  const relaxed = [
    ...renamed.filter(({ column }) => isRequired(table, column)),
    ...due.filter((item) => item.kind === 'allow_null'),
  ].flatMap((item) =>
    'column' in item ? [`ALTER COLUMN ${identifier(item.column ?? '')} DROP NOT NULL`] : [],
  );
  const renames = renamed.map(
    ({ column, renamedTo }) => `RENAME COLUMN ${identifier(column)} TO ${identifier(renamedTo)}`,
  );
  const added = due
    .flatMap((item) =>
      item.kind === 'add_column' || item.kind === 'retype_column' ? columnNamed(table, item.column) : [],
    )
    .map(addition);
  return [relaxed, renames, added]
    .filter((actions) => actions.length > 0)
    .map((actions) => `ALTER TABLE ${target} ${actions.join(', ')}`);
}

/** A required column that is renamed would refuse the rows to come, which leave it empty. */
function isRequired(table: Table, name: string): boolean {
  return columnNamed(table, name).some(({ required }) => required === true);
}

function columnNamed(table: Table, name: string): readonly Column[] {
  return [...table.columns, syncedColumn].filter((column) => column.name === name);
}

function addition(column: Column): string {
  const options = `OPTIONS(description=${literal(columnDescription(column))})`;
  return `ADD COLUMN IF NOT EXISTS ${identifier(column.name)} ${sqlType(column.type)} ${options}`;
}

/**
 * All descriptions in one request, which fails when the table was changed since it was read: by somebody else, or by this
 * very request, whose answer was lost. It is read again then.
 */
async function describe(connection: Connection, table: Table, stored: StoredTable): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { resource } = (await storedTable(connection, table.name)) ?? stored;
    try {
      return await patch(connection, table, resource);
    } catch (error) {
      const isOutdated = error instanceof KeywayError && error.details['status'] === 412;
      if (!isOutdated || tries === mostTries) throw error;
    }
  }
}

const mostTries = 3;

async function patch(connection: Connection, table: Table, resource: TableResource): Promise<void> {
  const texts = new Map(
    [...table.columns, syncedColumn].map((column) => [columnName(column.name), columnDescription(column)]),
  );
  const fields = (resource.schema?.fields ?? []).map((field) => {
    const description = texts.get(field.name ?? '');
    return description === undefined ? field : { ...field, description };
  });
  await connection.request({
    method: 'PATCH',
    uri: `/datasets/${connection.options.dataset}/tables/${tableName(table.name)}`,
    body: { description: tableDescription(table), schema: { fields } },
    headers: { 'If-Match': resource.etag ?? '*' },
    table: table.name,
  });
}
