import type { WarehouseLimits } from '../limits.ts';
import { distinctNames, type Named } from './distinct-names.ts';

export interface TableNameRules extends Pick<WarehouseLimits, 'identifierBytes' | 'tableNames'> {
  /** Tables that have their names already: of HubSpot's own objects, of dictionaries, of links. */
  readonly taken: readonly string[];
}

/**
 * The table of each custom object, by the object's name: `custom_<name>`, unless no table can be called so, it is taken, or differs from
 * an older object's only in case. Then it ends in a hash of the full name, which stays the same whatever else comes or goes.
 */
export function tableNames(
  objects: readonly Named[],
  { identifierBytes, tableNames: spelling, taken }: TableNameRules,
): ReadonlyMap<string, string> {
  const prefixed = objects.map(({ name, createdAt }) => ({ name: `custom_${name}`, createdAt }));
  const tables = distinctNames(prefixed, { identifierBytes, spelling, used: taken });
  return new Map(objects.map(({ name }) => [name, tables.get(`custom_${name}`)!]));
}
