import type { Field } from '../schema.ts';
import type { ScopeTable } from './scope.ts';

/** How a statement is carried out. */
export interface Plan {
  /** For DuckDB; absent for what has no SQL there. */
  readonly sql?: string;
  /** A part of the statement that comes first, and is all or nothing with `sql`. */
  readonly before?: string;
  /** Each gives a row where a row of the target would be changed by two rows; the first of them may be mistaken. */
  readonly ambiguous?: readonly string[];
  /** What it writes to. */
  readonly target?: ScopeTable;
  /** Whether it changes or deletes rows: it then excludes all others that do. */
  readonly mutates?: boolean;
  readonly alterations?: readonly Alteration[];
  /** What it does to each row is in the rows that it gives back. */
  readonly actions?: boolean;
}

/** https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#alter_table_add_column_statement */
export type Alteration =
  | { readonly kind: 'add'; readonly field: Field; readonly ifNotExists: boolean }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'drop not null'; readonly column: string };
