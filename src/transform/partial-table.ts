import type { SourceRecord } from '../source.ts';
import type { Cell, Row, Table } from '../table.ts';
import { toCell } from './cell.ts';
import { jsonObject } from './json-cell.ts';
import type { ObjectTable } from './object-table.ts';
import { extraColumn, hasColumn, keptText, type PropertyColumn } from './property-column.ts';

/** Some columns of an object's table, to be written without the others. */
export interface PartialTable {
  readonly table: Table;
  /** What to ask for; `row` wants the values in this order. */
  readonly properties: readonly string[];
  /** Of the other properties that have one. */
  readonly others: readonly PropertyColumn[];
  /** Nothing where a value does not fit its column: such a record is better read as a whole. */
  row(record: SourceRecord): PartialRow | undefined;
}

interface PartialRow {
  readonly row: Row;
  /** How many of its properties' columns are not empty. */
  readonly filled: number;
}

export function partialTable(
  { table, columns }: ObjectTable,
  isWanted: (column: PropertyColumn) => boolean,
): PartialTable {
  const wanted = columns.filter(isWanted);
  const names = wanted.map(({ property }) => property.name);
  const placed = wanted.filter(hasColumn);
  const extra = placed.length < wanted.length ? [extraColumn] : [];
  const own = (name: string): Table['columns'] => table.columns.filter((column) => column.name === name);
  return {
    table: { ...table, columns: [...own('id'), ...placed, ...own('_updated_at'), ...extra] },
    // Without any name, HubSpot gives a choice of its own.
    properties: names.length === 0 ? ['hs_object_id'] : names,
    others: columns.filter((column) => !isWanted(column) && hasColumn(column)),
    row(record) {
      const cells: Cell[] = [record.id];
      const elsewhere: (readonly [string, string])[] = [];
      let filled = 0;
      for (const [i, column] of wanted.entries()) {
        const value = record.values[i] ?? '';
        if (!hasColumn(column)) {
          if (value !== '') elsewhere.push([column.property.name, keptText(column, value)]);
          continue;
        }
        const cell = value === '' ? null : column.toCell(value);
        if (cell === undefined) return undefined;
        if (cell !== null) filled++;
        cells.push(cell);
      }
      cells.push(toCell.timestamp(record.updatedAt) ?? null);
      if (extra.length > 0) cells.push(elsewhere.length === 0 ? null : jsonObject(elsewhere));
      return { row: cells, filled };
    },
  };
}

/** What HubSpot works out by itself, without moving the record's watermark. */
export function calculatedTable(shape: ObjectTable): PartialTable {
  return partialTable(shape, ({ property }) => property.calculated);
}
