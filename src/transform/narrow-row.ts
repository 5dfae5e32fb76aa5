import type { RowWidth } from '../limits.ts';
import type { Cell } from '../table.ts';
import { hasColumn, type PropertyColumn } from './property-column.ts';

/** Rows of a table whose cells might not all have room in a row. */
export interface NarrowRows {
  /** So many cells of properties always have room, however long they are. */
  readonly cells: number;
  /**
   * The places of the columns whose cells give way, from the last column on: as few as it takes. `cells` holds one for each
   * property.
   */
  tooMany(cells: readonly Cell[]): readonly number[];
}

/** Nothing where every row of the table has room. `needed`: properties whose cells stay. */
export function narrowRows(
  columns: readonly PropertyColumn[],
  width: RowWidth | undefined,
  needed: readonly string[],
): NarrowRows | undefined {
  if (width === undefined) return undefined;
  const own = columns.filter(hasColumn);
  if (own.reduce((sum, { type }) => sum + width.most[type], 0) <= width.bytes) return undefined;
  const stays = own.map(({ property }) => needed.includes(property.name));
  return {
    cells: Math.floor(width.bytes / Math.max(...Object.values(width.most))),
    tooMany(cells) {
      const sizes = own.map(({ type }, i) => {
        const cell = cells[i] ?? null;
        return cell === null ? 0 : width.of(type, cell);
      });
      let left = sizes.reduce((sum, size) => sum + size, 0);
      const leaving: number[] = [];
      for (let i = own.length - 1; i >= 0 && left > width.bytes; i--) {
        const size = sizes[i] ?? 0;
        if (size === 0 || stays[i] === true) continue;
        leaving.push(i);
        left -= size;
      }
      return leaving.reverse();
    },
  };
}
