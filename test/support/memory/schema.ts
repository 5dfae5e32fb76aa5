import { KeywayError } from '../../../src/errors.ts';
import type { DefinitionChange } from '../../../src/definition-change.ts';
import type { StoredColumns, WarehouseLimits } from '../../../src/limits.ts';
import type { Table } from '../../../src/table.ts';
import type { SchemaChange } from '../../../src/warehouse.ts';
import { isPlainName } from '../tight-limits.ts';
import { tick, type MemoryState } from './store.ts';

export function columns(state: MemoryState, table: string): StoredColumns | undefined {
  const stored = state.tables.get(table)?.columns;
  if (stored === undefined) return undefined;
  const types = new Map([...stored].map(([name, { type }]) => [name, type]));
  return { types: types.set('_synced_at', 'timestamp'), used: stored.size + 1 };
}

export function differences(state: MemoryState, tables: readonly Table[]): readonly SchemaChange[] {
  return tables.flatMap((table): SchemaChange[] => {
    const stored = state.tables.get(table.name);
    if (stored === undefined) return [{ kind: 'create_table', table: table.name }];
    const described = stored.description === table.description;
    return [
      ...(described ? [] : [{ kind: 'comment' as const, table: table.name }]),
      ...table.columns.flatMap(({ name, type, description }): SchemaChange[] => {
        const column = stored.columns.get(name);
        const where = { table: table.name, column: name };
        if (column === undefined) return [{ kind: 'add_column', ...where, type }];
        if (column.type !== type) {
          const renamedTo = freeName(stored.columns, `${name}__was_${column.type}`);
          return [{ kind: 'retype_column', ...where, from: column.type, type, renamedTo }];
        }
        return column.description === description ? [] : [{ kind: 'comment', ...where }];
      }),
    ];
  });
}

function freeName(columns: ReadonlyMap<string, unknown>, wanted: string): string {
  let name = wanted;
  for (let i = 2; columns.has(name); i++) name = `${wanted}_${i}`;
  return name;
}

export function apply(
  state: MemoryState,
  changes: readonly SchemaChange[],
  {
    tables,
    limits = {},
  }: { readonly tables: readonly Table[]; readonly limits: Partial<WarehouseLimits> | undefined },
): void {
  const { columns: most = 1600, columnNames } = limits;
  if (columnNames !== undefined) tables.forEach(assertPlain);
  for (const change of changes) {
    const table = tables.find(({ name }) => name === change.table);
    if (table !== undefined) applyOne(state, change, table);
    logChanges(state, [change]);
  }
  for (const { name } of tables) {
    const used = columns(state, name)?.used ?? 0;
    if (used > most) throw new KeywayError('warehouse_refused', `${name} has ${used} columns of ${most}.`);
  }
}

function assertPlain({ name, columns }: Table): void {
  const odd = columns.filter((column) => !isPlainName(column.name)).map((column) => column.name);
  if (odd.length > 0)
    throw new KeywayError('warehouse_refused', `${name} cannot have columns called ${odd.join()}.`);
}

function applyOne(state: MemoryState, change: SchemaChange, table: Table): void {
  const stored = state.tables.get(table.name);
  if (stored === undefined) {
    const columns = new Map(table.columns.map((column) => [column.name, column]));
    const { key, description } = table;
    state.tables.set(table.name, { key, description, columns, rows: new Map() });
    return;
  }
  stored.rows = new Map(stored.rows);
  if (change.kind === 'comment' && change.column === undefined) stored.description = table.description;
  const column = 'column' in change && table.columns.find(({ name }) => name === change.column);
  if (column === undefined || column === false) return;
  const old = stored.columns.get(column.name);
  if (change.kind === 'retype_column' && old !== undefined && !stored.columns.has(change.renamedTo)) {
    stored.columns.set(change.renamedTo, { ...old, name: change.renamedTo });
    for (const [key, row] of stored.rows) {
      const kept = row.get(column.name) ?? null;
      stored.rows.set(key, new Map([...row, [change.renamedTo, kept], [column.name, null]]));
    }
  }
  stored.columns.set(column.name, column);
  if (change.kind !== 'add_column') return;
  for (const [key, row] of stored.rows) {
    if (!row.has(column.name)) stored.rows.set(key, new Map([...row, [column.name, null]]));
  }
}

/** What is known of a change, but for its detail. */
export function logChanges(state: MemoryState, changes: readonly (SchemaChange | DefinitionChange)[]): void {
  if (changes.length === 0) return;
  const changedAt = tick(state);
  state.schemaChanges.push(
    ...changes.map((change) => ({
      changedAt,
      kind: change.kind,
      table: change.table,
      ...('column' in change && change.column !== undefined && { column: change.column }),
      ...('property' in change && { property: change.property }),
      ...('from' in change && { oldType: change.from }),
      ...('type' in change && { newType: change.type }),
    })),
  );
}
