import type { SourceRecord } from '../source.ts';
import type { Cell, Row, Table } from '../table.ts';
import { toCell } from './cell.ts';
import type { ObjectTable, PropertyColumn } from './object-table.ts';

/** Some columns of an object's table, to be written without the others. */
export interface PartialTable {
  readonly table: Table;
  /** What to ask for; `row` wants the values in this order. */
  readonly properties: readonly string[];
  /** Nothing where a value does not fit its column: such a record is better read as a whole. */
  row(record: SourceRecord): Row | undefined;
}

export function partialTable(
  { table, columns }: ObjectTable,
  isWanted: (column: PropertyColumn) => boolean,
): PartialTable {
  const wanted = columns.filter(isWanted);
  const names = wanted.map(({ property }) => property.name);
  const own = (name: string): Table['columns'] => table.columns.filter((column) => column.name === name);
  return {
    table: { ...table, columns: [...own('id'), ...wanted, ...own('_updated_at')] },
    // Without any name, HubSpot gives a choice of its own.
    properties: names.length === 0 ? ['hs_object_id'] : names,
    row(record) {
      const cells: Cell[] = [record.id];
      for (const [i, column] of wanted.entries()) {
        const value = record.values[i] ?? '';
        const cell = value === '' ? null : column.toCell(value);
        if (cell === undefined) return undefined;
        cells.push(cell);
      }
      return [...cells, toCell.timestamp(record.updatedAt) ?? null];
    },
  };
}

/** What HubSpot works out by itself, without moving the record's watermark. */
export function calculatedTable(shape: ObjectTable): PartialTable {
  return partialTable(shape, ({ property }) => property.calculated);
}
