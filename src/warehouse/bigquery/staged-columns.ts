import { KeywayError } from '../../errors.ts';
import type { Table } from '../../table.ts';

/**
 * Columns of staging tables are called by their place: names would come again in each line that is loaded, and in a
 * statement's every clause, of which a megabyte is the most (BigQuery docs, Quotas and limits).
 */
export function stagedName(place: number): string {
  return `c${place}`;
}

/** The staged cell of a table's column. */
export function given({ name: table, columns }: Table, column: string): string {
  const place = columns.findIndex(({ name }) => name === column);
  if (place < 0) throw new KeywayError('internal', `Table ${table} has no column ${column}`);
  return `s.${stagedName(place)}`;
}

/** The column that a staged one stands for; other names as they are. */
export function unstaged({ columns }: Table, name: string): string {
  const place = /^c(\d+)$/.exec(name)?.[1];
  return place === undefined ? name : (columns[Number(place)]?.name ?? name);
}
