import { createHash } from 'node:crypto';
import type { ValueLimits } from '../limits.ts';
import type { Cell, Column, Row, Table } from '../table.ts';
import { KeywayError } from '../errors.ts';
import { cleanText } from './text.ts';
import { toCellWithin } from './cell.ts';

/**
 * A dictionary's row with each cell in its column's canonical text; what does not fit becomes NULL. Throws
 * `hubspot_bad_answer` when a cell that the table requires does not fit. Of a table with numbers or documents, the warehouse's
 * limits decide.
 */
export function fitRow(table: Table, row: Row, limits: ValueLimits = {}): Row {
  return table.columns.map((column, i) => {
    const isKey = table.key.includes(column.name);
    const cell = fit(row[i] ?? null, column, { isKey, limits });
    if (cell === null && column.required === true) {
      throw new KeywayError(
        'hubspot_bad_answer',
        `HubSpot gave no usable ${column.name} for a row of ${table.name}. Run the sync again; if it stays, report it.`,
        { verdict: 'retry' },
      );
    }
    return cell;
  });
}

interface Fitting {
  readonly isKey: boolean;
  readonly limits: ValueLimits;
}

function fit(cell: Cell, { type, required }: Column, { isKey, limits }: Fitting): Cell {
  if (cell === null) return null;
  if (typeof cell !== 'string') return cell.length === 0 ? null : cell.map(cleanText);
  // The value of an option may be nothing at all.
  if (type === 'text' && required === true) return isKey ? keyText(cleanText(cell)) : cleanText(cell);
  return cell === '' ? null : (toCellWithin(type, limits)(cell) ?? null);
}

/** Postgres refuses keys of more than 2,704 bytes (Postgres docs, B-Tree): of a longer text, the beginning and a hash. */
function keyText(text: string): string {
  if (text.length * 3 <= longestKeyText || Buffer.byteLength(text) <= longestKeyText) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${Buffer.from(text)
    .subarray(0, longestKeyText)
    .toString()
    .replace(/\ufffd+$/, '')}…${hash}`;
}

const longestKeyText = 2000;
