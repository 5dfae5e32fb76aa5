import type { Cell, ColumnType } from './table.ts';

/** What a warehouse can take: capabilities are data. */
export interface WarehouseLimits extends ValueLimits {
  /** Rows per batch at most. */
  readonly rows: number;
  /** Bytes of row text per batch at most. */
  readonly bytes: number;
  /** Milliseconds that a batch may wait for more rows before it is committed. */
  readonly wait: number;
  readonly lease: LeasePace;
  /** Bytes of an identifier at most. */
  readonly identifierBytes: number;
  /** Absent: columns may have whatever characters. */
  readonly columnNames?: Spelling;
  /** The same of tables. */
  readonly tableNames?: Spelling;
  /** Column names that the engine keeps for itself, such as Postgres's `ctid`. */
  readonly reservedColumns: readonly string[];
  /** Columns that a table can have, Keyway's own included. */
  readonly columns: number;
  /** Absent where a row may be as wide as its table. */
  readonly rowWidth?: RowWidth;
}

/** The characters that names are made of. */
export interface Spelling {
  /** Matches one that a name can have; `_`, digits and the letters from a to z are among them. */
  readonly character: RegExp;
  /** Matches one that it can begin with; the letters from a to z are among them. */
  readonly first: RegExp;
  /** What no name may begin with, whatever the case of its letters; in lower case, and never with an `n`. */
  readonly prefixes: readonly string[];
}

/** Which values of a type are more than its column holds: they go to `_extra`. */
export interface ValueLimits {
  /** Absent: every number that comes near a double, with up to 1,000 decimal places. */
  readonly number?: NumberRoom;
  /**
   * `doubles`: numbers in a document are 64-bit integers, with or without a sign, or else doubles. Absent: as in columns of
   * numbers.
   */
  readonly json?: 'doubles';
}

/** Digits that a number can have before its point and behind it. Zeros that mean nothing do not count. */
export interface NumberRoom {
  readonly whole: number;
  readonly places: number;
}

/** How a lease is kept: each renewal is an exchange with the warehouse, which may have its price. Milliseconds. */
export interface LeasePace {
  /** After which a lease that is not renewed is free: as long does whoever takes over from the dead wait, and hardly longer. */
  readonly ttl: number;
  /** Often enough that one renewal may fail. */
  readonly renewEvery: number;
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
