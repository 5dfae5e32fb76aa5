import type { ValueLimits } from '../limits.ts';
import type { Cell, ColumnType } from '../table.ts';
import { dateCell, timestampCell } from './instant-cell.ts';
import { jsonCell } from './json-cell.ts';
import { numberCell } from './number-cell.ts';
import { cleanText } from './text.ts';

/** HubSpot's text as the cell of a column of this type; `undefined` when it does not fit and must be kept elsewhere. */
export type ToCell = (value: string) => Cell | undefined;

/**
 * Raised whenever a value that went to `_extra` may fit by now: then each object's rows that have such values are read anew,
 * once. 1: beyond 308 digits, offsets with microseconds, and JSON with odd names.
 */
export const readingRules = 1;

/** How values become cells, by column type, whatever the warehouse. HubSpot gives every value as text, whatever its type. */
export const toCell: Readonly<Record<ColumnType, ToCell>> = {
  text: textCell,
  integer: (value) => (isInt64(value) ? value : undefined),
  number: (value) => numberCell(value),
  boolean: booleanCell,
  timestamp: timestampCell,
  date: dateCell,
  json: (value) => jsonCell(value),
  'text[]': arrayCell,
};

/** How values become cells of a warehouse with these limits. */
export function toCellWithin(type: ColumnType, { number, json }: ValueLimits): ToCell {
  if (type === 'number' && number !== undefined) return (value) => numberCell(value, number);
  if (type === 'json' && json !== undefined) return (value) => jsonCell(value, json);
  return toCell[type];
}

function booleanCell(value: string): Cell | undefined {
  if (value === 'true' || value === 'false') return value;
  const lower = value.toLowerCase();
  return lower === 'true' || lower === 'false' ? lower : undefined;
}

/** Nothing but NULs is nothing. */
function textCell(value: string): Cell {
  return cleanText(value) || null;
}

/** `;a;b;` is a and b: HubSpot puts separators around the values as well as between them. */
function arrayCell(value: string): Cell {
  const values = value.split(';').map(cleanText);
  const found = values.filter((part) => part !== '');
  return found.length === 0 ? null : found;
}

function isInt64(value: string): boolean {
  if (!/^-?\d{1,19}$/.test(value)) return false;
  return value.length < 19 || BigInt.asIntN(64, BigInt(value)) === BigInt(value);
}
