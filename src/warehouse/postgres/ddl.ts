import { KeywayError } from '../../errors.ts';
import { type Column, syncedColumn, type Table } from '../../table.ts';
import type { SchemaChange } from '../../warehouse.ts';
import { storedTables } from './catalog.ts';
import type { Client, Connection } from './connection.ts';
import { commentOf, differencesOf } from './differences.ts';
import { identifier, identifierBytes, literal } from './identifier.ts';
import { blockers } from './blockers.ts';
import { logChanges } from './log-changes.ts';
import { postgresTypes } from './types.ts';

export function differences(
  connection: Connection,
  tables: readonly Table[],
): Promise<readonly SchemaChange[]> {
  return connection.transaction((client) => differing(client, connection.schema, tables), { readOnly: true });
}

/** One transaction per table, so that no lock is held longer than its own change. */
export async function apply(
  connection: Connection,
  stateSchema: string,
  changes: readonly SchemaChange[],
  tables: readonly Table[],
): Promise<void> {
  for (const table of tables) {
    const wanted = changes.filter((change) => change.table === table.name);
    if (wanted.length === 0) continue;
    assertNames(table);
    const work = (client: Client): Promise<void> =>
      change(client, { connection, stateSchema, table, wanted });
    try {
      await connection.transaction(work, { lockTimeout: connection.lockTimeout, table: table.name });
    } catch (error) {
      throw await blocked(connection, table.name, error);
    }
  }
}

interface TableChange {
  readonly connection: Connection;
  readonly stateSchema: string;
  readonly table: Table;
  readonly wanted: readonly SchemaChange[];
}

async function differing(
  client: Client,
  schema: string,
  tables: readonly Table[],
): Promise<readonly SchemaChange[]> {
  const stored = await storedTables(
    client,
    schema,
    tables.map((table) => table.name),
  );
  return tables.flatMap((table) => differencesOf(table, stored.get(table.name)));
}

async function change(
  client: Client,
  { connection, stateSchema, table, wanted }: TableChange,
): Promise<void> {
  const { schema } = connection;
  // Two processes that start together would both create the table: the second finds nothing left to do.
  await lockDdl(client, schema);
  await ensureSchema(client, schema);
  const asked = new Set(wanted.map(nameOf));
  const due = (await differing(client, schema, [table])).filter((item) => asked.has(nameOf(item)));
  for (const statement of statements(identifier(schema, table.name), table, due))
    await client.query(statement);
  await logChanges(client, stateSchema, due);
}

function nameOf(change: SchemaChange): string {
  return JSON.stringify([change.kind, change.table, 'column' in change ? change.column : null]);
}

export async function lockDdl(client: Client, schema: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`keyway ddl ${schema}`]);
}

export async function ensureSchema(client: Client, schema: string): Promise<void> {
  // CREATE SCHEMA IF NOT EXISTS asks for the right to create even when there is nothing to create.
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [schema]);
  if (rowCount === 0) await client.query(`create schema ${identifier(schema)}`);
}

function statements(target: string, table: Table, changes: readonly SchemaChange[]): readonly string[] {
  if (changes.some((item) => item.kind === 'create_table')) return creation(target, table);
  const renames = changes.flatMap((item) =>
    item.kind === 'retype_column'
      ? [
          // A required column would refuse the rows to come, which leave it empty.
          `alter table ${target} alter column ${identifier(item.column)} drop not null`,
          `alter table ${target} rename column ${identifier(item.column)} to ${identifier(item.renamedTo)}`,
        ]
      : item.kind === 'allow_null'
        ? [`alter table ${target} alter column ${identifier(item.column)} drop not null`]
        : [],
  );
  const added = changes.flatMap((item) =>
    item.kind === 'add_column' || item.kind === 'retype_column' ? columnNamed(table, item.column) : [],
  );
  const adding = added.map(
    (column) => `add column ${identifier(column.name)} ${postgresTypes[column.type].name}`,
  );
  const commented = changes.flatMap((item) =>
    (item.kind === 'comment' || item.kind === 'allow_null') && item.column !== undefined
      ? columnNamed(table, item.column)
      : [],
  );
  return [
    ...renames,
    ...(adding.length === 0 ? [] : [`alter table ${target} ${adding.join(', ')}`]),
    ...(changes.some((item) => item.kind === 'comment' && item.column === undefined)
      ? [tableComment(target, table)]
      : []),
    ...[...added, ...commented].map((column) => columnComment(target, column)),
  ];
}

function columnNamed(table: Table, name: string): readonly Column[] {
  return [...table.columns, syncedColumn].filter((column) => column.name === name);
}

function creation(target: string, table: Table): readonly string[] {
  const columns = [...table.columns, syncedColumn];
  const lines = columns.map((column) => {
    const required = column.required === true || table.key.includes(column.name);
    return `${identifier(column.name)} ${postgresTypes[column.type].name}${required ? ' not null' : ''}`;
  });
  const key = `primary key (${table.key.map((name) => identifier(name)).join(', ')})`;
  return [
    `create table ${target} (${[...lines, key].join(', ')})${columns.length > wide ? inline : ''}`,
    tableComment(target, table),
    ...columns.map((column) => columnComment(target, column)),
  ];
}

/**
 * From 2 KB on, Postgres moves values out of a row one by one, however short they are. Rows of many short values do not
 * shrink by that, they only get slow: with this, two of them fill a page.
 */
const inline = ' with (toast_tuple_target = 4080)';
const wide = 64;

function tableComment(target: string, table: Table): string {
  return `comment on table ${target} is ${commentLiteral(table.description)}`;
}

function columnComment(target: string, column: Column): string {
  return `comment on column ${target}.${identifier(column.name)} is ${commentLiteral(column.description)}`;
}

function commentLiteral(description: string): string {
  const text = commentOf(description);
  return text === null ? 'null' : literal(text);
}

function assertNames(table: Table): void {
  // Postgres cuts longer names silently, and two that share a beginning would become one column.
  const long = [table.name, ...table.columns.map((column) => column.name)].find(
    (name) => Buffer.byteLength(name) > identifierBytes,
  );
  if (long !== undefined) throw new KeywayError('internal', `The name "${long}" is too long for Postgres`);
}

async function blocked(connection: Connection, table: string, error: unknown): Promise<unknown> {
  if (!(error instanceof KeywayError) || error.details['code'] !== '55P03') return error;
  const who = await blockers(connection, table);
  return new KeywayError(
    'warehouse_unavailable',
    `Table ${table} cannot be changed because ${who} holds a lock on it. End that transaction; Keyway tries again at the next run.`,
    { verdict: 'retry', details: error.details },
  );
}
