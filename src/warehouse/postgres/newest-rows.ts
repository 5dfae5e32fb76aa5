import type { PackedRow } from '../../warehouse.ts';

/** Of rows with one key the newest version, else the later one: MERGE refuses to touch a row twice. */
export function newestRows(rows: readonly PackedRow[]): readonly PackedRow[] {
  const newest = new Map<string, PackedRow>();
  for (const row of rows) {
    const rival = newest.get(row.key);
    // Canonical timestamps of one length sort as text; a row without a version is the oldest.
    if (rival === undefined || row.version >= rival.version) newest.set(row.key, row);
  }
  return newest.size === rows.length ? rows : [...newest.values()];
}
