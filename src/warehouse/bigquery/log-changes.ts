import { randomUUIDv7 } from 'node:crypto';
import type { DefinitionChange } from '../../definition-change.ts';
import type { SchemaChange } from '../../warehouse.ts';
import type { Connection } from './connection.ts';
import { bind, bindStructs, type Parameters } from './parameters.ts';
import { change } from './query.ts';

/** Of tables. */
export async function logChanges(connection: Connection, changes: readonly SchemaChange[]): Promise<void> {
  if (changes.length === 0) return;
  const parameters: Parameters = [];
  const entries = changes.map((item) => ({
    kind: item.kind,
    table: item.table,
    ...('column' in item && { column: item.column }),
    ...('type' in item && { type: item.type }),
    ...(item.kind === 'retype_column' && { from: item.from, to: item.renamedTo }),
  }));
  const sql = insertion(connection.own('schema_changes'), entries, parameters);
  await change(connection, { sql, parameters, purpose: 'schema' });
}

/** Of a table that somebody had dropped. */
export async function logDropped(connection: Connection, table: string): Promise<void> {
  const parameters: Parameters = [];
  const sql = insertion(connection.own('schema_changes'), [{ kind: 'drop_table', table }], parameters);
  await change(connection, { sql, parameters, purpose: 'schema' });
}

/** Of HubSpot's properties; statements for the transaction of their batch. */
export function definitionStatements(
  target: string,
  changes: readonly DefinitionChange[],
  parameters: Parameters,
): readonly string[] {
  const hidden = changes.filter(({ kind }) => kind === 'hide_property');
  return [
    ...(changes.length === 0 ? [] : [insertion(target, changes, parameters)]),
    ...hidden.map(
      ({ table, property }) =>
        `UPDATE ${target} AS t SET detail = NULL WHERE t.kind = 'change_options' AND t.table_name = ${bind(parameters, 'STRING', table)} AND t.property = ${bind(parameters, 'STRING', property)}`,
    ),
  ];
}

interface Entry {
  readonly kind: string;
  readonly table: string;
  readonly column?: string | undefined;
  readonly from?: string;
  readonly type?: string;
  readonly to?: string;
  readonly property?: string;
  readonly detail?: unknown;
}

function insertion(target: string, entries: readonly object[], parameters: Parameters): string {
  const given = bindStructs(
    parameters,
    fields,
    (entries as readonly Entry[]).map((entry) => ({
      id: randomUUIDv7(),
      kind: entry.kind,
      table_name: entry.table,
      column_name: entry.column ?? null,
      old_type: entry.from ?? null,
      new_type: entry.type ?? null,
      renamed_to: entry.to ?? null,
      property: entry.property ?? null,
      detail: entry.detail === undefined ? null : JSON.stringify(entry.detail),
    })),
  );
  const { detail: _, ...texts } = fields;
  const names = Object.keys(texts);
  const detail = "IF(e.detail IS NULL, NULL, PARSE_JSON(e.detail, wide_number_mode=>'round'))";
  return `INSERT INTO ${target} (changed_at, ${names.join(', ')}, detail) SELECT CURRENT_TIMESTAMP(), ${names.map((name) => `e.${name}`).join(', ')}, ${detail} FROM UNNEST(${given}) AS e`;
}

const fields = {
  id: 'STRING',
  kind: 'STRING',
  table_name: 'STRING',
  column_name: 'STRING',
  old_type: 'STRING',
  new_type: 'STRING',
  renamed_to: 'STRING',
  property: 'STRING',
  detail: 'STRING',
} as const;
