import type { TreatedProperty } from '../privacy.ts';
import type { Column } from '../table.ts';
import type { ToCell } from './cell.ts';

/** A property and where its values go: a column of its own, or `_extra` where the table has none left. */
export interface PropertyColumn extends Column {
  readonly property: TreatedProperty;
  readonly toCell: ToCell;
}

/** Where values are that have no place in a column of their own. */
export const extraColumn: Column = {
  name: '_extra',
  type: 'json',
  description: 'Values that have no column or do not fit it, verbatim',
};

export function hasColumn({ name }: PropertyColumn): boolean {
  return name !== extraColumn.name;
}

/** What tells its place from every other's: the name of its column, or what one in `_extra` is called in a checkpoint. */
export function placeOf(column: PropertyColumn): string {
  return hasColumn(column) ? column.name : placeInExtra(column.property.name);
}

export function placeInExtra(property: string): string {
  return `${extraColumn.name}: ${property}`;
}

/** How a value is kept in `_extra`: as HubSpot gave it, unless a rule wants its hash. */
export function keptText({ property, toCell }: PropertyColumn, value: string): string {
  return property.treatment.kind === 'hash' ? String(toCell(value)) : value;
}
