/** One of Keyway's own tables, as a migration creates it. */
export interface OwnTable {
  readonly name: string;
  readonly meaning: string;
  readonly key: readonly string[];
  /** Name, BigQuery type, meaning. */
  readonly columns: readonly (readonly [string, string, string])[];
}
