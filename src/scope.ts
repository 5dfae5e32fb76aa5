import type { Instant } from './source.ts';

/** All rows of a table, or those whose cells equal `within`, whose parent is one of `parents`, and whose id is in `range`. */
export interface Scope {
  readonly within?: Readonly<Record<string, string>>;
  readonly parents?: { readonly column: string; readonly ids: readonly string[] };
  readonly range?: IdRange;
}

/** Exclusive lower and inclusive upper bound; without one it is open at that end. */
export interface IdRange {
  readonly column: string;
  readonly after?: string;
  readonly upTo?: string;
}

export interface ScopeQuery extends Scope {
  readonly table: string;
  /** Only rows that are not closed; for tables with `_deleted_at`. */
  readonly open?: boolean;
  /** Only rows that Keyway wrote at this instant of the warehouse's clock or later. */
  readonly writtenSince?: Instant;
  /** Only rows that Keyway wrote before this instant. */
  readonly writtenBefore?: Instant;
}

export interface CellQuery extends ScopeQuery {
  readonly columns: readonly string[];
}
