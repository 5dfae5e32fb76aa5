import type { ObjectTable, PartialTable } from '../transform/index.ts';
import type { IdQuery, StoredId } from '../warehouse.ts';

/** What must be known of rows before a part of them is written, where a row may have no room for all of its cells. */
export function fullnessOf({ narrow }: ObjectTable, { others }: PartialTable): Pick<IdQuery, 'fullness'> {
  if (narrow === undefined) return {};
  const columns = others.map(({ name }) => name);
  return { fullness: { columns, members: others.map(({ property }) => property.name) } };
}

/**
 * Whether a row may have no room for these cells besides its others, or had none: which of them give way, only the whole
 * record tells. Values that do not fit their columns look the same, and are few.
 */
export function isTooFull({ narrow }: ObjectTable, { fullness }: StoredId, cells: number): boolean {
  if (narrow === undefined || fullness === undefined) return false;
  return fullness.elsewhere || fullness.filled + cells > narrow.cells;
}
