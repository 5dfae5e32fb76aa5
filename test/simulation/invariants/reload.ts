import { isDeepStrictEqual } from 'node:util';
import type { Cells, Tables } from '../../support/tables.ts';

/** I1. What came in by and by is what a new warehouse gets at once: every row that is not closed, every cell, every link. */
export async function compareReload(tables: Tables, fresh: Tables): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [table, key] of Object.entries(keys)) {
    const [have, want] = [await byKey(tables, table, key), await byKey(fresh, table, key)];
    for (const [id, row] of want) {
      const stored = have.get(id);
      have.delete(id);
      const cells = Object.entries(row).filter(([name, cell]) => !isDeepStrictEqual(stored?.[name], cell));
      if (stored === undefined) found.push(`${table} ${id}: only a new warehouse has it`);
      else if (cells.length > 0)
        found.push(`${table} ${id}: a new warehouse has ${JSON.stringify(cells).slice(0, 160)}`);
    }
    for (const id of have.keys()) found.push(`${table} ${id}: a new warehouse does not have it`);
  }
  return found.slice(0, 10);
}

const keys: Readonly<Record<string, readonly string[]>> = {
  contacts: ['id'],
  companies: ['id'],
  deals: ['id'],
  tickets: ['id'],
  associations: ['from_type', 'from_id', 'to_type', 'to_id', 'category', 'type_id'],
  association_types: ['from_type', 'to_type', 'category', 'type_id'],
  owners: ['id'],
  owner_teams: ['owner_id', 'team_id'],
  teams: ['id'],
  team_members: ['team_id', 'user_id'],
  settings_users: ['id'],
  roles: ['id'],
  object_schemas: ['object_type'],
  pipelines: ['object_type', 'id'],
  list_memberships: ['list_id', 'object_type', 'record_id'],
  pipeline_stages: ['object_type', 'pipeline_id', 'id'],
  properties: ['object_type', 'name'],
};

/**
 * What a new warehouse cannot know, such as values without a place of properties that are no more, and what is its own: when
 * it wrote, and how columns came to their names.
 */
const ofItsOwn = new Set(['_synced_at', '_merged_into_id', '_extra', 'column_name']);

async function byKey(tables: Tables, table: string, key: readonly string[]): Promise<Map<string, Cells>> {
  const rows = (await tables.rows(table)).filter((row) => (row['_deleted_at'] ?? null) === null);
  return new Map(
    rows.map((row) => [
      key.map((name) => String(row[name])).join('/'),
      Object.fromEntries(Object.entries(row).filter(([name]) => !ofItsOwn.has(name))),
    ]),
  );
}
