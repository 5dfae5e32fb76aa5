import type { DefinitionChange } from '../../definition-change.ts';
import type { SchemaChange } from '../../warehouse.ts';
import type { Client } from './connection.ts';
import { identifier } from './identifier.ts';

/** Of tables. */
export function logChanges(
  client: Client,
  stateSchema: string,
  changes: readonly SchemaChange[],
): Promise<void> {
  return log(
    client,
    stateSchema,
    changes.map((item) => ({
      kind: item.kind,
      table: item.table,
      ...('column' in item && { column: item.column }),
      ...('type' in item && { type: item.type }),
      ...(item.kind === 'retype_column' && { from: item.from, to: item.renamedTo }),
    })),
  );
}

/** Of a table that somebody had dropped. */
export function logDropped(client: Client, stateSchema: string, table: string): Promise<void> {
  return log(client, stateSchema, [{ kind: 'drop_table', table }]);
}

/** Of HubSpot's properties. */
export async function logDefinitions(
  client: Client,
  stateSchema: string,
  changes: readonly DefinitionChange[],
): Promise<void> {
  await log(client, stateSchema, changes);
  for (const { table, property } of changes.filter(({ kind }) => kind === 'hide_property')) {
    await client.query(
      `update ${identifier(stateSchema, 'schema_changes')} set detail = null
        where kind = 'change_options' and table_name = $1 and property = $2`,
      [table, property],
    );
  }
}

async function log(client: Client, stateSchema: string, entries: readonly object[]): Promise<void> {
  if (entries.length === 0) return;
  await client.query(
    `insert into ${identifier(stateSchema, 'schema_changes')}
       (kind, table_name, column_name, old_type, new_type, renamed_to, property, detail)
     select e->>'kind', e->>'table', e->>'column', e->>'from', e->>'type', e->>'to', e->>'property', e->'detail'
       from jsonb_array_elements($1::jsonb) with ordinality as x(e, place) order by place`,
    [storable(entries)],
  );
}

/** jsonb takes neither NUL nor half a surrogate pair. */
function storable(entries: readonly object[]): string {
  return JSON.stringify(entries, (_key, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : value,
  );
}
