import type { Instant } from './source.ts';

/** What it takes to make a table as wanted. */
export type SchemaChange =
  | { readonly kind: 'create_table'; readonly table: string }
  | { readonly kind: 'add_column'; readonly table: string; readonly column: string; readonly type: string }
  /** The old column stays under `renamedTo`; a new, empty one takes its name. */
  | {
      readonly kind: 'retype_column';
      readonly table: string;
      readonly column: string;
      readonly from: string;
      readonly type: string;
      readonly renamedTo: string;
    }
  | { readonly kind: 'allow_null'; readonly table: string; readonly column: string }
  | { readonly kind: 'comment'; readonly table: string; readonly column?: string };

/** A change of a table, or of a property in HubSpot, as it was logged. */
export interface LoggedChange {
  /** Milliseconds since the epoch, on the warehouse's clock. */
  readonly changedAt: Instant;
  /** See `schema_changes`. */
  readonly kind: string;
  readonly table: string;
  readonly column?: string;
  /** HubSpot's internal name. */
  readonly property?: string;
  readonly oldType?: string;
  readonly newType?: string;
}
