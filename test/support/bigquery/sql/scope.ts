import type { Field } from '../schema.ts';
import type { Node } from './tree.ts';
import type { SqlType } from './types.ts';

/** What a statement can name. */
export interface Scope {
  /** A parameter as a literal of DuckDB's; throws for one that was not given. */
  parameter(name: string): { readonly type: SqlType; readonly sql: string };
  /** A table by its path in one pair of backticks; throws when there is none. */
  table(path: string): ScopeTable;
  /** A column of the tables that are named, where they agree on its type; nothing for any other expression. */
  column(nodes: readonly Node[]): Field | undefined;
  /** An expression or a query, for DuckDB. */
  sql(nodes: readonly Node[]): string;
  /** `CURRENT_TIMESTAMP()` as a literal of DuckDB's. */
  readonly now: string;
}

export interface ScopeTable {
  /** `project:dataset.table`, for messages; and for telling it from others. */
  readonly key: string;
  /** For DuckDB. */
  readonly sql: string;
  readonly fields: readonly Field[];
}

/** A piece of a statement, translated. */
export interface Step {
  readonly sql: string;
  /** How many nodes it took. */
  readonly length: number;
  /** Whether a subscript may follow. */
  readonly operand: boolean;
}
