import type { Property } from '../source.ts';
import type { WarehouseLimits } from '../warehouse.ts';
import { distinctNames } from './distinct-names.ts';

export interface NameRules extends Pick<WarehouseLimits, 'identifierBytes' | 'reservedColumns'> {
  /** Columns that the table has besides the properties'. */
  readonly taken: readonly string[];
}

/**
 * The column of each property: HubSpot's internal name, unless it is too long, is reserved, or differs from an older
 * property's only in case. Then it ends in a hash of the full name, which stays the same whatever else comes or goes.
 */
export function columnNames(
  properties: readonly Pick<Property, 'name' | 'createdAt'>[],
  { identifierBytes, reservedColumns, taken }: NameRules,
): ReadonlyMap<string, string> {
  return distinctNames(properties, { identifierBytes, used: [...taken, ...reservedColumns] });
}
