import type { Property } from '../source.ts';
import type { ColumnType } from '../table.ts';

/**
 * The column type of a property. HubSpot's `type` decides; `fieldType` only tells a multi-checkbox (several values)
 * from other enumerations (HubSpot docs, Properties). HubSpot's set of types is open: an unknown one is text.
 */
export function columnType(property: Pick<Property, 'type' | 'fieldType'>): ColumnType {
  if (property.type === 'enumeration') return property.fieldType === 'checkbox' ? 'text[]' : 'text';
  return columnTypes.get(property.type) ?? 'text';
}

const columnTypes: ReadonlyMap<string, ColumnType> = new Map([
  ['bool', 'boolean'],
  ['date', 'date'],
  ['datetime', 'timestamp'],
  ['json', 'json'],
  ['number', 'number'],
  ['object_coordinates', 'json'],
]);
