import type { WarehouseLimits } from '../../src/limits.ts';

/** A warehouse with less room than any that there is, so that a small account fills it. */
export interface Tightness {
  /** That a table can have. */
  readonly columns?: number;
  /** Cells of properties that a row can have. */
  readonly cells?: number;
}

export function tightLimits({ columns, cells }: Tightness): Partial<WarehouseLimits> {
  const most = { text: 1, number: 1, json: 1, 'text[]': 1, integer: 1, timestamp: 1, date: 1, boolean: 1 };
  return {
    ...(columns !== undefined && { columns }),
    ...(cells !== undefined && { rowWidth: { bytes: cells, most, of: () => 1 } }),
  };
}
