import type { Row } from './table.ts';

/** A row as a warehouse keeps it until it is committed: of use only to the warehouse that made it. */
export interface PackedRow {
  /** The cells of the table's key, joined by NUL: what tells it from other rows of its table. */
  readonly key: string;
  /** Orders it among rows of its key; empty where the table has no versions. */
  readonly version: string;
  readonly bytes: Uint8Array;
}

export function isPacked(row: Row | PackedRow): row is PackedRow {
  return 'bytes' in row;
}

/** Of rows with one key the newest version, else the later one: MERGE refuses to touch a row twice. */
export function newestRows(rows: readonly PackedRow[]): readonly PackedRow[] {
  const newest = new Map<string, PackedRow>();
  for (const row of rows) {
    const rival = newest.get(row.key);
    if (rival === undefined || instant(row) >= instant(rival)) newest.set(row.key, row);
  }
  return newest.size === rows.length ? rows : [...newest.values()];
}

/** Canonical timestamps sort as text, those with microseconds too once nothing is behind the digits. No version is the oldest. */
function instant({ version }: PackedRow): string {
  return version.slice(0, -1);
}
