import type { Job } from './api.ts';
import type { Committed } from '../../warehouse.ts';
import type { StoredTable } from './catalog.ts';
import type { Parameters } from './parameters.ts';
import type { Table } from '../../table.ts';
import type { PackedRow } from '../../packed-rows.ts';

type WriteCounts = Omit<Committed, 'version'>;

/** A statement of a commit's script. */
export interface Step {
  /** Without line breaks: by its line the job that ran it is found. */
  readonly sql: string;
  /** What its job says of the rows that it changed. */
  readonly counts?: (rows: ChangedRows) => Partial<WriteCounts>;
  /** A question instead, whose answer is one number. */
  readonly answers?: (answer: number) => Partial<WriteCounts>;
}

export interface ChangedRows {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Nothing where the job does not tell. */
export function changedRows({ statistics }: Job): ChangedRows | undefined {
  const { dmlStats } = statistics?.query ?? {};
  if (dmlStats === undefined) return undefined;
  return {
    inserted: Number(dmlStats.insertedRowCount ?? 0),
    updated: Number(dmlStats.updatedRowCount ?? 0),
    deleted: Number(dmlStats.deletedRowCount ?? 0),
  };
}

/** What the statements of a batch are made with. */
export interface Script {
  readonly parameters: Parameters;
  /** A table of rows, quoted. */
  readonly target: (table: string) => string;
  readonly stored: (table: string) => Promise<StoredTable | undefined>;
  /** The table where the rows wait, quoted; nothing where there are no rows. */
  readonly stage: (table: Table, rows: readonly PackedRow[]) => Promise<string | undefined>;
  /** A name that no other temporary table of the script has. */
  readonly temporary: () => string;
}
