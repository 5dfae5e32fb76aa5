import type { WarehouseLimits } from '../../src/limits.ts';
import type { Holds } from './expected-cell.ts';

/** A warehouse with less room than any that there is, so that a small account fills it. */
export interface Tightness {
  /** That a table can have. */
  readonly columns?: number;
  /** Cells of properties that a row can have. */
  readonly cells?: number;
  /** Whether numbers have room for an id and one place, and documents hold doubles. */
  readonly numbers?: true;
  /** Whether names are plain, and some of HubSpot's own begin as none can. */
  readonly names?: true;
}

/** Limits below those of a warehouse `of` its own. One that is particular about names stays so. */
export function tightLimits(
  { columns, cells, numbers, names }: Tightness,
  of: Pick<WarehouseLimits, 'columnNames'> = {},
): Partial<WarehouseLimits> {
  const most = { text: 1, number: 1, json: 1, 'text[]': 1, integer: 1, timestamp: 1, date: 1, boolean: 1 };
  return {
    ...(columns !== undefined && { columns }),
    ...(cells !== undefined && { rowWidth: { bytes: cells, most, of: () => 1 } }),
    ...(numbers === true && fewDigits),
    ...(names === true &&
      of.columnNames === undefined && {
        columnNames: { character: /^[a-z0-9_]$/i, first: /^[a-z_]$/i, prefixes: strange },
      }),
  };
}

const fewDigits = { number: { whole: 19, places: 1 }, json: 'doubles' } as const;

const strange = ['hs_o', 'lastmod', 'phone'];

/** What cells of such a warehouse hold. */
export function tightCells({ numbers }: Tightness): Holds {
  return numbers === true ? fewDigits : {};
}

/** Whether it can have a column of that name. */
export function isPlainName(name: string): boolean {
  return /^[a-z_]\w*$/i.test(name) && !strange.some((start) => name.toLowerCase().startsWith(start));
}
