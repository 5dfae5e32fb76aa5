import type { CellQuery, Scope, ScopeQuery } from '../../../src/warehouse.ts';
import type { MemoryRow, MemoryState } from './store.ts';

export function scoped({ within = {}, parents }: Scope): (row: MemoryRow) => boolean {
  const ids = parents && new Set(parents.ids);
  return (row) =>
    Object.entries(within).every(([name, value]) => row.get(name) === value) &&
    (parents === undefined || ids?.has(String(row.get(parents.column))) === true);
}

export function rowsIn(state: MemoryState, query: ScopeQuery): readonly MemoryRow[] {
  const { table, writtenSince = -Infinity, writtenBefore = Infinity } = query;
  const isIn = scoped(query);
  return [...(state.tables.get(table)?.rows.values() ?? [])].filter((row) => {
    const written = Date.parse(String(row.get('_synced_at')));
    return isIn(row) && written >= writtenSince && written < writtenBefore;
  });
}

export function cells(state: MemoryState, query: CellQuery): readonly (readonly string[])[] {
  const found = rowsIn(state, query).map((row) => query.columns.map((name) => String(row.get(name))));
  return [...new Map(found.map((texts) => [JSON.stringify(texts), texts])).values()];
}
