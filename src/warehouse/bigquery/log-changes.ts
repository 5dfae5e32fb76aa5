import { randomUUIDv7 } from 'node:crypto';
import type { DefinitionChange } from '../../definition-change.ts';
import type { SchemaChange } from '../../warehouse.ts';
import type { Connection } from './connection.ts';
import { bind, type Parameters } from './parameters.ts';
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

/** All of them as one JSON text: a parameter each would come to more than a statement may have. */
function insertion(target: string, entries: readonly object[], parameters: Parameters): string {
  const documents = (entries as readonly Entry[]).map((entry) => ({ id: randomUUIDv7(), ...entry }));
  const array = bind(parameters, 'STRING', JSON.stringify(documents));
  const text = (name: string): string => `JSON_VALUE(e, '$.${name}')`;
  const values = ['id', 'kind', 'table', 'column', 'from', 'type', 'to', 'property'].map(text);
  return `INSERT INTO ${target} (changed_at, id, kind, table_name, column_name, old_type, new_type, renamed_to, property, detail) SELECT CURRENT_TIMESTAMP(), ${values.join(', ')}, JSON_QUERY(e, '$.detail') FROM UNNEST(JSON_QUERY_ARRAY(PARSE_JSON(${array}, wide_number_mode=>'round'), '$')) AS e`;
}
