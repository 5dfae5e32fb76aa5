import type { Cell, Row, Table } from '../table.ts';
import { KeywayError } from '../errors.ts';
import { cleanText } from './text.ts';
import { toCell } from './cell.ts';

/**
 * A dictionary's row with each cell in its column's canonical text; what does not fit becomes NULL. Throws
 * `hubspot_bad_answer` when a cell that the table requires does not fit.
 */
export function fitRow(table: Table, row: Row): Row {
  return table.columns.map((column, i) => {
    const cell = fit(row[i] ?? null, toCell[column.type]);
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

function fit(cell: Cell, convert: (value: string) => Cell | undefined): Cell {
  if (cell === null) return null;
  if (typeof cell !== 'string') return cell.map(cleanText);
  return cell === '' ? null : (convert(cell) ?? null);
}
