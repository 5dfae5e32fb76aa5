import type { Cell, Row, Table } from '../../table.ts';

/** Of rows with one key the newest version, else the later one: MERGE refuses to touch a row twice. */
export function newestRows(table: Table, rows: readonly Row[]): readonly Row[] {
  const keyOf = keyReader(table);
  const version = table.columns.findIndex((column) => column.name === table.version);
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const key = keyOf(row);
    const rival = newest.get(key);
    if (rival === undefined || version < 0 || !older(row[version], rival[version])) newest.set(key, row);
  }
  return newest.size === rows.length ? rows : [...newest.values()];
}

/** Canonical timestamps of one length sort as text; a row without a version is the oldest. */
function older(mine: Cell | undefined, other: Cell | undefined): boolean {
  const left = typeof mine === 'string' ? mine : '';
  return typeof other === 'string' && left < other;
}

function keyReader(table: Table): (row: Row) => string {
  const places = table.key.map((name) => table.columns.findIndex((column) => column.name === name));
  const [only] = places;
  if (places.length === 1 && only !== undefined) return (row) => String(row[only]);
  return (row) => places.map((place) => String(row[place])).join('\0');
}
