import { compareIds } from '../../../src/source.ts';
import type { CellQuery, IdRange, Scope, ScopeQuery } from '../../../src/scope.ts';
import type { MemoryRow, MemoryState } from './store.ts';

export function scoped({ within = {}, parents, range }: Scope): (row: MemoryRow) => boolean {
  const ids = parents && new Set(parents.ids);
  return (row) =>
    Object.entries(within).every(([name, value]) => row.get(name) === value) &&
    (parents === undefined || ids?.has(String(row.get(parents.column))) === true) &&
    (range === undefined || isBetween(row, range));
}

function isBetween(row: MemoryRow, { column, after, upTo }: IdRange): boolean {
  const id = row.get(column);
  if (typeof id !== 'string') return false;
  return (
    (after === undefined || compareIds(id, after) > 0) && (upTo === undefined || compareIds(id, upTo) <= 0)
  );
}

export function rowsIn(state: MemoryState, query: ScopeQuery): readonly MemoryRow[] {
  const { table, writtenSince = -Infinity, writtenBefore = Infinity } = query;
  const isIn = scoped(query);
  return [...(state.tables.get(table)?.rows.values() ?? [])].filter((row) => {
    const written = Date.parse(String(row.get('_synced_at')));
    const isOpen = query.open !== true || (row.get('_deleted_at') ?? null) === null;
    return isOpen && isIn(row) && written >= writtenSince && written < writtenBefore;
  });
}

export function cells(state: MemoryState, query: CellQuery): readonly (readonly string[])[] {
  const found = rowsIn(state, query).map((row) => query.columns.map((name) => String(row.get(name) ?? '')));
  return [...new Map(found.map((texts) => [JSON.stringify(texts), texts])).values()];
}
