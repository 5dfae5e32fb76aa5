import type { Cell, ColumnType } from './table.ts';

/** What a warehouse can take: capabilities are data. */
export interface WarehouseLimits {
  /** Rows per batch at most. */
  readonly rows: number;
  /** Bytes of row text per batch at most. */
  readonly bytes: number;
  /** Milliseconds that a batch may wait for more rows before it is committed. */
  readonly wait: number;
  /** Bytes of an identifier at most. */
  readonly identifierBytes: number;
  /** Column names that the engine keeps for itself, such as Postgres's `ctid`. */
  readonly reservedColumns: readonly string[];
  /** Columns that a table can have, Keyway's own included. */
  readonly columns: number;
  /** Absent where a row may be as wide as its table. */
  readonly rowWidth?: RowWidth;
}

/** What of a row must lie together, as in a page of Postgres's. */
export interface RowWidth {
  /** Bytes that the cells of properties may take together: Keyway's own columns are seen to. */
  readonly bytes: number;
  /** Bytes that a cell takes at most, however long it is: long ones lie elsewhere. */
  readonly most: Readonly<Record<ColumnType, number>>;
  /** Bytes that this cell takes at most. */
  of(type: ColumnType, cell: Exclude<Cell, null>): number;
}

export interface StoredColumns {
  /** By name, in the order in which the table has them; nothing for a type that Keyway never makes. */
  readonly types: ReadonlyMap<string, ColumnType | undefined>;
  /** How many of the columns that a table can have are used up; in Postgres by dropped ones, too. */
  readonly used: number;
}
