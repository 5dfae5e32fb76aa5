import type { WarehouseLimits } from '../limits.ts';
import type { Property } from '../source.ts';
import { distinctNames } from './distinct-names.ts';

export interface NameRules extends Pick<
  WarehouseLimits,
  'identifierBytes' | 'columnNames' | 'reservedColumns'
> {
  /** Columns that the table has besides the properties'. */
  readonly taken: readonly string[];
}

/**
 * The column of each property: HubSpot's internal name, unless no column can be called so, it is reserved, differs from an older
 * property's only in case, or is like that of a column which was retyped. Then it ends in a hash of the full name, which
 * stays the same whatever else comes or goes.
 */
export function columnNames(
  properties: readonly Pick<Property, 'name' | 'createdAt'>[],
  { identifierBytes, columnNames: spelling, reservedColumns, taken }: NameRules,
): ReadonlyMap<string, string> {
  const likeOld = properties.map(({ name }) => name).filter((name) => oldColumn.test(name));
  return distinctNames(properties, {
    identifierBytes,
    spelling,
    used: [...taken, ...reservedColumns, ...likeOld],
  });
}

/** So is called what a column held before its property changed its type: no property may ever write there. */
const oldColumn = /__was_\w+$/i;
