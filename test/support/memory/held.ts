import { KeywayError } from '../../../src/errors.ts';
import type { WarehouseLimits } from '../../../src/limits.ts';
import { exactJson } from '../exact-json.ts';
import { hasRoom, isBinary } from '../exact-number.ts';
import type { MemoryRow, MemoryTable } from './store.ts';

/** As BigQuery refuses numbers that its columns have no room for, and no empty list comes back from it. */
export function assertHeld(
  row: MemoryRow,
  columns: MemoryTable['columns'],
  { number, json }: Partial<WarehouseLimits>,
): void {
  for (const [name, cell] of row) {
    const type = columns.get(name)?.type;
    const isLost =
      typeof cell === 'string'
        ? (type === 'number' && number !== undefined && !hasRoom(cell, number)) ||
          (type === 'json' && json !== undefined && !holdsDoubles(cell))
        : cell?.length === 0;
    if (isLost) throw new KeywayError('warehouse_refused', `${name} cannot hold ${JSON.stringify(cell)}.`);
  }
}

function holdsDoubles(document: string): boolean {
  try {
    return exactJson(document, (text) => text, isBinary) !== '';
  } catch {
    return false;
  }
}
