import type { SourceRecord } from '../source.ts';
import type { Cell, Row, Table } from '../table.ts';
import { toCell } from './cell.ts';
import type { ObjectTable } from './object-table.ts';

/** The part of an object's table that HubSpot works out by itself, without moving the record's watermark. */
export interface CalculatedTable {
  readonly table: Table;
  /** What to ask for; `row` wants the values in this order. */
  readonly properties: readonly string[];
  /** Nothing where a value does not fit its column: such a record is better read as a whole. */
  row(record: SourceRecord): Row | undefined;
}

export function calculatedTable({ table, columns }: ObjectTable): CalculatedTable {
  const calculated = columns.filter(({ property }) => property.calculated);
  const names = calculated.map(({ property }) => property.name);
  const own = (name: string): Table['columns'] => table.columns.filter((column) => column.name === name);
  return {
    table: { ...table, columns: [...own('id'), ...calculated, ...own('_updated_at')] },
    // Without any name, HubSpot gives a choice of its own.
    properties: names.length === 0 ? ['hs_object_id'] : names,
    row(record) {
      const cells: Cell[] = [record.id];
      for (const [i, { type }] of calculated.entries()) {
        const value = record.values[i] ?? '';
        const cell = value === '' ? null : toCell[type](value);
        if (cell === undefined) return undefined;
        cells.push(cell);
      }
      return [...cells, toCell.timestamp(record.updatedAt) ?? null];
    },
  };
}
