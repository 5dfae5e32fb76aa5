import { objects } from '../../src/sandbox/objects/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { instantOf } from './instant-of.ts';
import type { Tables } from './tables.ts';

/** Lists and who is in them, as the sandbox knows them. */
export async function compareLists(tables: Tables, sandbox: Sandbox): Promise<readonly string[]> {
  const { truth } = sandbox.world;
  const rows = (await tables.rows('lists')).filter((row) => row['_deleted_at'] === null);
  const members = await tables.rows('list_memberships');
  const have = new Set([
    ...rows.map((row) => JSON.stringify(['list', row['id'], row['name'], objectOf(row['object_type'])])),
    ...members.map((row) => {
      const joinedAt = instantOf(row['joined_at']);
      return JSON.stringify([row['list_id'], objectOf(row['object_type']), row['record_id'], joinedAt]);
    }),
  ]);
  const want = new Set<string>();
  for (const { id, name, object } of truth.lists()) {
    want.add(JSON.stringify(['list', id, name, object]));
    for (const { recordId, joinedAt } of truth.memberships(id))
      want.add(JSON.stringify([id, object, recordId, Date.parse(joinedAt)]));
  }
  return [
    ...[...want].filter((row) => !have.has(row)).map((row) => `lists: missing ${row}`),
    ...[...have].filter((row) => !want.has(row)).map((row) => `lists: left over ${row}`),
  ];
}

/** The sandbox's name of an object. One that is not synced goes by its type id, a custom one by a name of its own. */
function objectOf(objectType: unknown): string {
  const name = String(objectType).replace(/^custom_/, '');
  return objects.find(({ typeId }) => typeId === name)?.name ?? name;
}
