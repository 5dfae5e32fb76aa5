import { objects } from '../../src/sandbox/objects/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { instantOf } from './instant-of.ts';
import type { Cells, Tables } from './tables.ts';

/** Lists and who is in them, as the sandbox knows them. */
export async function compareLists(tables: Tables, sandbox: Sandbox): Promise<readonly string[]> {
  const rows = (await tables.rows('lists')).filter((row) => row['_deleted_at'] === null);
  const members = await tables.rows('list_memberships');
  const have = new Set([
    ...rows.map((row) => JSON.stringify(listCells(row, sandbox))),
    ...members.map((row) => {
      const joinedAt = instantOf(row['joined_at']);
      return JSON.stringify([row['list_id'], objectOf(row['object_type']), row['record_id'], joinedAt]);
    }),
  ]);
  const want = new Set(wanted(sandbox).map((row) => JSON.stringify(row)));
  return [
    ...[...want].filter((row) => !have.has(row)).map((row) => `lists: missing ${row}`),
    ...[...have].filter((row) => !want.has(row)).map((row) => `lists: left over ${row}`),
  ];
}

function wanted(sandbox: Sandbox): readonly (readonly unknown[])[] {
  const { truth } = sandbox.world;
  return truth.lists().flatMap((list) => {
    const { id, name, object, processingType, createdAt, updatedAt, filtersUpdatedAt } = list;
    const members = [...truth.memberships(id)];
    const plain = ['list', id, name, object, processingType, 'COMPLETE', '9000011', '9000011'];
    const marks = [String(members.length), list.lastAddedAt, list.lastRemovedAt];
    return [
      [...plain, createdAt, updatedAt, filtersUpdatedAt, ...(marksAreTold(sandbox) ? marks : [])],
      ...members.map(({ recordId, joinedAt }) => [id, object, recordId, Date.parse(joinedAt)]),
    ];
  });
}

function listCells(row: Cells, sandbox: Sandbox): readonly unknown[] {
  const at = (column: string): number | null => (row[column] === null ? null : instantOf(row[column]));
  return [
    'list',
    row['id'],
    row['name'],
    objectOf(row['object_type']),
    ...['processing_type', 'processing_status', 'created_by_user_id', 'updated_by_user_id'].map(
      (name) => row[name],
    ),
    ...['created_at', 'updated_at', 'filters_updated_at'].map(at),
    ...(marksAreTold(sandbox) ? [row['size'], at('last_record_added_at'), at('last_record_removed_at')] : []),
  ];
}

/** What HubSpot says of a list's members, where it says it and it is so. */
function marksAreTold({ options }: Sandbox): boolean {
  return options.unknowns.listMarks === 'right';
}

/** The sandbox's name of an object. One that is not synced goes by its type id, a custom one by a name of its own. */
function objectOf(objectType: unknown): string {
  const name = String(objectType).replace(/^custom_/, '');
  return objects.find(({ typeId }) => typeId === name)?.name ?? name;
}
