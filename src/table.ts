/** Warehouse-neutral column types; each warehouse owns one table that maps them to its own. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'timestamp' | 'date' | 'json' | 'text[]';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Becomes the column's comment: HubSpot's label and description, or what Keyway means by it. */
  readonly description: string;
  readonly required?: boolean;
  /** How values get here, where that is not plainly: when it changes, they are filled in afresh. */
  readonly filling?: string;
}

export interface Table {
  readonly name: string;
  readonly description: string;
  /** Without `_synced_at`: the warehouse adds it to every table and stamps each row that it writes. */
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  /** The timestamp column that orders versions of a row: a row older than the stored one is not written. */
  readonly version?: string;
}

/**
 * A value in the canonical text of its column's type; `null` is NULL.
 *
 * text: well-formed Unicode without NUL · integer: an int64 in decimal · number: a plain decimal such as `-12.50`, any
 * length · boolean: `true` or `false` · timestamp: `2026-01-31T09:30:00.000Z` · date: `2026-01-31` · json: a JSON
 * document without `\u0000` and lone surrogates · text[]: the texts, of which there is at least one: a table of BigQuery's cannot
 * tell none from NULL, and HubSpot has no empty list, only an empty text, which is NULL.
 */
export type Cell = string | null | readonly string[];

/** One cell per column of its table, in the table's order. */
export type Row = readonly Cell[];

/** When Keyway last wrote the row; the warehouse's clock. */
export const syncedAt = '_synced_at';

/** The column that a warehouse gives every table in addition. */
export const syncedColumn: Column = {
  name: syncedAt,
  type: 'timestamp',
  description: 'When Keyway last wrote the row',
  required: true,
};
