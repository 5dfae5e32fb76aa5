import type { RowWidth } from '../../limits.ts';
import type { ColumnType } from '../../table.ts';

/** Postgres docs, Appendix K: 1,600 columns per table; dropped ones count until the table is rewritten. */
export const columnsAtMost = 1600;

/**
 * The most that a value takes in its row: 24 bytes and the padding before it. Longer ones are moved out of the row when it
 * would not fit, and leave a pointer of 18 bytes; those of up to 24, compressed ones among them, never are (Postgres source,
 * toast_helper.c). With padding: fixed-size values are aligned to their own size.
 */
const most: Readonly<Record<ColumnType, number>> = {
  text: 27,
  number: 27,
  json: 27,
  'text[]': 27,
  integer: 15,
  timestamp: 15,
  date: 7,
  boolean: 1,
};

/** A page has 8,160 bytes for a row (Postgres source, MaxHeapTupleSize); the rest is the row's header and its null bitmap. */
const forCells = 8160 - (24 + columnsAtMost / 8);

/** `id`, five timestamps, `_archived`, `_merged_into_id` and `_extra`. */
const keyways = 2 * most.integer + 5 * most.timestamp + most.boolean + most.json;

export const rowWidth: RowWidth = {
  bytes: forCells - keyways,
  most,
  of: (type, cell) => {
    if (typeof cell !== 'string') return most[type];
    if (type === 'text') return Math.min(most.text, 1 + Buffer.byteLength(cell));
    // A base-10,000 digit takes two bytes, and there may be one more on either side of the point.
    return type === 'number' ? Math.min(most.number, 9 + Math.ceil(cell.length / 2)) : most[type];
  },
};
