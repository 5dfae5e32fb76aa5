import { KeywayError } from '../../../src/errors.ts';
import type { WarehouseLimits } from '../../../src/limits.ts';
import type { Cell, Row, Table } from '../../../src/table.ts';
import type { Closure, PackedRow, Write } from '../../../src/warehouse.ts';
import { assertHeld } from './held.ts';
import { scoped } from './scope.ts';
import { isSame, keyOf, rowOf, type MemoryRow, type MemoryTable } from './store.ts';

export interface Counts {
  inserted: number;
  updated: number;
  removed: number;
  unchanged: number;
}

/** A transaction: copies of the tables that it touches. */
export interface Transaction {
  table(name: string): MemoryTable;
  /** Nothing where there is no such table. */
  find(name: string): MemoryTable | undefined;
  readonly stamp: string;
  readonly limits: Partial<WarehouseLimits>;
}

export interface MemoryPacked extends PackedRow {
  readonly row: Row;
}

export function write(transaction: Transaction, item: Write): Counts {
  switch (item.kind) {
    case 'upsert':
      return upsert(transaction, item.table, item.rows);
    case 'replace':
      return replace(transaction, item);
    case 'close':
      return close(transaction, item.table, item.closures);
    case 'refresh':
      return refresh(transaction, item);
    case 'purge':
      return purge(transaction, item);
    case 'clear':
      return clear(transaction, item);
  }
}

const none = (): Counts => ({ inserted: 0, updated: 0, removed: 0, unchanged: 0 });

function cellsOf(row: Row | PackedRow): Row {
  return 'bytes' in row ? (row as MemoryPacked).row : row;
}

function upsert(transaction: Transaction, table: Table, rows: readonly (Row | PackedRow)[]): Counts {
  const counts = none();
  const target = transaction.table(table.name);
  const newest = newestRows(table, rows);
  target.written = table;
  counts.unchanged += rows.length - newest.size;
  for (const [key, given] of newest) {
    const stored = target.rows.get(key);
    if (stored === undefined) {
      const blank = new Map<string, Cell>([...target.columns.keys()].map((name) => [name, null]));
      target.rows.set(key, fitting(transaction, target, [...blank, ...given]));
      counts.inserted++;
    } else if (isOlder(table, given, stored) || !differs(target, given, stored)) counts.unchanged++;
    else {
      target.rows.set(key, fitting(transaction, target, [...stored, ...given]));
      counts.updated++;
    }
  }
  return counts;
}

/** By key; of two the newer version, else the later one. */
function newestRows(table: Table, rows: readonly (Row | PackedRow)[]): ReadonlyMap<string, MemoryRow> {
  const newest = new Map<string, MemoryRow>();
  for (const row of rows) {
    const given = rowOf(table, cellsOf(row));
    for (const { name, required } of table.columns) {
      if ((required === true || table.key.includes(name)) && given.get(name) === null) {
        throw new KeywayError('warehouse_refused', `A row of ${table.name} has no ${name}.`, {
          verdict: 'retry',
        });
      }
    }
    const key = keyOf(table.key, given);
    const rival = newest.get(key);
    if (rival === undefined || !isOlder(table, given, rival)) newest.set(key, given);
  }
  return newest;
}

function isOlder({ version }: Table, given: MemoryRow, stored: MemoryRow): boolean {
  const [a, b] = version === undefined ? [null, null] : [given.get(version), stored.get(version)];
  if (typeof b !== 'string') return false;
  return typeof a !== 'string' || Date.parse(a) < Date.parse(b);
}

function differs({ columns }: MemoryTable, given: MemoryRow, stored: MemoryRow): boolean {
  return [...given].some(([name, cell]) => !isSame(columns.get(name)?.type, cell, stored.get(name) ?? null));
}

function replace(transaction: Transaction, item: Extract<Write, { kind: 'replace' }>): Counts {
  const { table, rows, closedAt } = item;
  const counts = upsert(transaction, table, rows);
  const target = transaction.table(table.name);
  const given = new Set(rows.map((row) => keyOf(table.key, rowOf(table, cellsOf(row)))));
  const inScope = scoped(item);
  for (const [key, row] of target.rows) {
    if (!inScope(row) || given.has(key)) continue;
    if (closedAt === undefined) target.rows.delete(key);
    else if (row.get('_deleted_at') === null) {
      target.rows.set(key, new Map([...row, ['_deleted_at', closedAt], ['_synced_at', transaction.stamp]]));
    } else continue;
    counts.removed++;
  }
  return counts;
}

function close(transaction: Transaction, table: Table, closures: readonly Closure[]): Counts {
  const counts = none();
  const target = transaction.table(table.name);
  const byId = new Map<string, Closure>();
  for (const closure of closures) byId.set(closure.id, { ...closure, ...byId.get(closure.id) });
  for (const { id, deletedAt, mergedIntoId } of byId.values()) {
    const key = JSON.stringify([id]);
    const row = target.rows.get(key);
    if (row === undefined) continue;
    const into = mergedIntoId ?? row.get('_merged_into_id') ?? null;
    const closed = new Map<string, Cell>([
      ...row,
      ['_deleted_at', row.get('_deleted_at') ?? deletedAt],
      ...(row.has('_archived') ? [['_archived', 'false'] as const] : []),
      ...(row.has('_merged_into_id') ? [['_merged_into_id', into] as const] : []),
    ]);
    if (!differs(target, closed, row)) counts.unchanged++;
    else {
      if (row.get('_deleted_at') === null) counts.removed++;
      else counts.updated++;
      target.rows.set(key, closed.set('_synced_at', transaction.stamp));
    }
  }
  return counts;
}

function refresh(transaction: Transaction, item: Extract<Write, { kind: 'refresh' }>): Counts {
  const counts = none();
  const { table, misfits } = item;
  const target = transaction.table(table.name);
  for (const cells of item.rows) {
    const given = rowOf(table, cells);
    const key = keyOf(table.key, given);
    const stored = target.rows.get(key);
    const { version = '' } = table;
    const current =
      stored !== undefined &&
      (stored.get('_deleted_at') ?? null) === null &&
      isSame('timestamp', given.get(version) ?? null, stored.get(version) ?? null);
    const extra = current
      ? exchanged(stored.get('_extra') ?? null, misfits, given.get('_extra') ?? null)
      : null;
    const wanted = current && stored.has('_extra') ? new Map([...given, ['_extra', extra]]) : given;
    if (!current || !differs(target, wanted, stored)) counts.unchanged++;
    else {
      target.rows.set(key, fitting(transaction, target, [...stored, ...wanted]));
      counts.updated++;
    }
  }
  return counts;
}

function clear(transaction: Transaction, { table, columns, ids }: Extract<Write, { kind: 'clear' }>): Counts {
  const counts = none();
  const target = transaction.find(table.name);
  for (const key of ids.map((id) => JSON.stringify([id]))) {
    const row = target?.rows.get(key);
    if (target === undefined || row === undefined) continue;
    const cleared = new Map(row);
    for (const name of row.keys()) {
      if (columns.has(name) || columns.has(name.split('__was_')[0]!)) cleared.set(name, null);
    }
    if (row.has('_extra'))
      cleared.set('_extra', exchanged(row.get('_extra') ?? null, [...columns.values()], null));
    if (!differs(target, cleared, row)) counts.unchanged++;
    else {
      target.rows.set(key, cleared.set('_synced_at', transaction.stamp));
      counts.updated++;
    }
  }
  return counts;
}

/** The document without these members, and with those of the other one. */
function exchanged(extra: Cell, names: readonly string[], given: Cell): Cell {
  const members = (text: Cell): [string, unknown][] =>
    typeof text === 'string' ? Object.entries(JSON.parse(text) as Record<string, unknown>) : [];
  const left = members(extra).filter(([name]) => !names.includes(name));
  if (typeof given !== 'string' && left.length === members(extra).length) return extra;
  const all = [...left, ...members(given)];
  return all.length === 0 ? null : JSON.stringify(Object.fromEntries(all));
}

/** As Postgres refuses a row that no page has room for; what properties have left behind that are no more is not counted. */
function fitting(
  { limits, stamp }: Transaction,
  { written, columns }: MemoryTable,
  cells: [string, Cell][],
): MemoryRow {
  const { rowWidth } = limits;
  const row = new Map([...cells, ['_synced_at', stamp]]);
  assertHeld(row, columns, limits);
  if (rowWidth === undefined || written?.columns.some(({ name }) => name === '_extra') !== true) return row;
  let width = 0;
  for (const { name, type } of written.columns) {
    const cell = row.get(name) ?? null;
    if (cell !== null && name !== 'id' && !name.startsWith('_')) width += rowWidth.of(type, cell);
  }
  if (width <= rowWidth.bytes) return row;
  throw new KeywayError('warehouse_refused', `A row of ${written.name} takes ${width} bytes.`);
}

const kept = new Set([
  '_created_at',
  '_updated_at',
  '_deleted_at',
  '_merged_into_id',
  '_synced_at',
  '_archived',
]);

/** Also those that were merged into them, through however many merges. */
function withMerged(table: MemoryTable | undefined, given: readonly string[]): ReadonlySet<string> {
  const ids = new Set(given);
  let before: number;
  do {
    before = ids.size;
    for (const row of table?.rows.values() ?? []) {
      if (ids.has(String(row.get('_merged_into_id')))) ids.add(String(row.get('id')));
    }
  } while (ids.size > before);
  return ids;
}

function purge(transaction: Transaction, item: Extract<Write, { kind: 'purge' }>): Counts {
  const counts = none();
  const { table, deletedAt } = item;
  const target = transaction.find(table.name);
  const ids = withMerged(target, item.ids);
  for (const id of ids) {
    const row = target?.rows.get(JSON.stringify([id]));
    if (target === undefined || row === undefined) continue;
    const cleared = new Map(row);
    const closes = item.inBin !== true || !item.ids.includes(id);
    for (const { name, required } of target.columns.values()) {
      const stays = kept.has(name) || (!closes && table.columns.some((column) => column.name === name));
      if (!table.key.includes(name) && !stays && required !== true) cleared.set(name, null);
    }
    if (closes && row.has('_archived')) cleared.set('_archived', 'false');
    if (closes) cleared.set('_deleted_at', row.get('_deleted_at') ?? deletedAt);
    if (!differs(target, cleared, row)) counts.unchanged++;
    else {
      if (closes && row.get('_deleted_at') === null) counts.removed++;
      else counts.updated++;
      target.rows.set(JSON.stringify([id]), cleared.set('_synced_at', transaction.stamp));
    }
  }
  for (const { table: name, objectColumn, idColumn } of item.held) {
    const held = transaction.find(name);
    if (!held?.columns.has(objectColumn) || !held.columns.has(idColumn)) continue;
    for (const [key, row] of held.rows) {
      if (row.get(objectColumn) !== table.name || !ids.has(String(row.get(idColumn)))) continue;
      held.rows.delete(key);
      counts.removed++;
    }
  }
  return counts;
}
