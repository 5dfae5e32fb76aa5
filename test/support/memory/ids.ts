import { compareIds } from '../../../src/source.ts';
import type { CreatedIn, FullnessQuery, IdQuery, LivingQuery, StoredId } from '../../../src/warehouse.ts';
import type { MemoryRow, MemoryState } from './store.ts';

export async function* ids(state: MemoryState, query: IdQuery): AsyncGenerator<readonly StoredId[]> {
  let after = query.after ?? '0';
  for (;;) {
    const rows = ascending(state.tables.get(query.table)?.rows ?? new Map());
    const chunk: StoredId[] = [];
    for (let at = firstAbove(rows, after); at < rows.length && chunk.length < query.chunk; at++) {
      const row = rows[at]!;
      if (!fits(row, query)) continue;
      const { fullness } = query;
      chunk.push({ ...storedId(row, query), ...(fullness && { fullness: fullnessOf(row, fullness) }) });
    }
    if (chunk.length > 0) yield await Promise.resolve(chunk);
    if (chunk.length < query.chunk) return;
    after = chunk.at(-1)?.id ?? after;
  }
}

/** Rows by id. A commit makes a new map of a table's rows, so that each is sorted once. */
function ascending(rows: ReadonlyMap<string, MemoryRow>): readonly MemoryRow[] {
  const known = sorted.get(rows);
  if (known !== undefined) return known;
  const list = [...rows.values()].sort((a, b) => compareIds(idOf(a), idOf(b)));
  sorted.set(rows, list);
  return list;
}

const sorted = new WeakMap<ReadonlyMap<string, MemoryRow>, readonly MemoryRow[]>();

function firstAbove(rows: readonly MemoryRow[], id: string): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareIds(idOf(rows[middle]!), id) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function countLiving(state: MemoryState, { table, created }: LivingQuery): number {
  let count = 0;
  for (const row of state.tables.get(table)?.rows.values() ?? []) {
    if (isLiving(row) && isCreated(row, created)) count++;
  }
  return count;
}

function fits(row: MemoryRow, query: IdQuery): boolean {
  if (query.state === 'living' && !isLiving(row)) return false;
  if (query.state === 'open' && isClosed(row)) return false;
  if (query.state === 'archived' && !isArchived(row)) return false;
  if (query.upTo !== undefined && compareIds(idOf(row), query.upTo) > 0) return false;
  if (query.among?.includes(idOf(row)) === false) return false;
  const written = Date.parse(String(row.get('_synced_at')));
  if (query.writtenSince !== undefined && written < query.writtenSince) return false;
  return isCreated(row, query.created) && hasInExtra(row, query.inExtra);
}

function hasInExtra(row: MemoryRow, names: readonly string[] | undefined): boolean {
  const extra = row.get('_extra');
  if (names === undefined) return true;
  const kept = typeof extra === 'string' ? (JSON.parse(extra) as object) : {};
  return names.some((name) => Object.hasOwn(kept, name));
}

function isCreated(row: MemoryRow, created: CreatedIn | undefined): boolean {
  if (created === undefined) return true;
  const at = instant(row, created.column);
  return at !== undefined && at >= created.from && at < created.until;
}

function isClosed(row: MemoryRow): boolean {
  return (row.get('_deleted_at') ?? null) !== null;
}

function isLiving(row: MemoryRow): boolean {
  return !isClosed(row) && row.get('_archived') !== 'true';
}

function isArchived(row: MemoryRow): boolean {
  return !isClosed(row) && row.get('_archived') === 'true';
}

function idOf(row: MemoryRow): string {
  return String(row.get('id'));
}

function storedId(row: MemoryRow, { telling }: IdQuery): StoredId {
  const known = (telling?.[isClosed(row) ? 'closed' : 'open'] ?? []).filter((name) => row.has(name));
  const [updatedAt, archivedAt] = [instant(row, '_updated_at'), instant(row, '_archived_at')];
  return {
    id: idOf(row),
    living: isLiving(row),
    archived: isArchived(row),
    ...(known.length > 0 && { empty: known.every((name) => row.get(name) === null) }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(archivedAt === undefined ? {} : { archivedAt }),
  };
}

function fullnessOf(row: MemoryRow, { columns, members }: FullnessQuery): NonNullable<StoredId['fullness']> {
  const extra = row.get('_extra');
  const document = typeof extra === 'string' ? (JSON.parse(extra) as object) : {};
  return {
    filled: columns.filter((name) => (row.get(name) ?? null) !== null).length,
    elsewhere: members.some((name) => Object.hasOwn(document, name)),
  };
}

function instant(row: MemoryRow, column: string): number | undefined {
  const cell = row.get(column);
  return typeof cell === 'string' ? Date.parse(cell) : undefined;
}
