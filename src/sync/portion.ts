import { timestampCell } from '../pipeline.ts';
import type { Page, SourceRecord } from '../source.ts';
import type { Row } from '../table.ts';
import { heldElsewhere, mergeRow, mergesTable } from '../transform/index.ts';
import type { Closure, Write } from '../warehouse.ts';
import type { Part } from './batcher.ts';
import type { Misfit } from './misfits.ts';
import type { ObjectRun } from './object-run.ts';

/** What was learned of some records at once. */
export interface Portion extends Pick<Page, 'records' | 'merged'> {
  readonly gone: readonly Gone[];
  /** To be written although the rows that there are bear a later version: see `turned-back.ts`. */
  readonly turnedBack?: readonly SourceRecord[];
}

/** A record that is no longer in HubSpot. */
interface Gone {
  readonly id: string;
  /** Its time in the recycle bin was over; otherwise somebody deleted it for good, and nothing of it may stay. */
  readonly expired: boolean;
}

export const nothing: Portion = { records: [], merged: [], gone: [] };

export type PortionPart = Omit<Part, 'checkpoint'> & {
  readonly misfits: readonly Misfit[];
};

/**
 * What a portion means for the tables: its records' rows, and the rows that it shows to be closed. Its records are unread no
 * longer, in the checkpoint that goes with it. Deletions for good are held back: see `deletions.ts`.
 */
export function portionPart(run: ObjectRun, portion: Portion): PortionPart {
  const typed = portion.records.map((record) => run.shape.row(record));
  const merges = run.pipeline.merges ? mergesOf(run, portion) : [];
  const { table } = run.shape;
  const deletedAt = timestampCell(run.startedAt);
  const expired = portion.gone.filter((gone) => gone.expired).map(({ id }) => ({ id, deletedAt }));
  const records = [...portion.records, ...(portion.turnedBack ?? [])];
  run.unread.note({ records, merged: portion.merged });
  run.deletions.spare([...records, ...merges]);
  run.deletions.add(portion.gone.filter((gone) => !gone.expired).map(({ id }) => id));
  const erased = portion.records.filter(run.isErased).map(({ id }) => id);
  const closures: Closure[] = [
    ...expired,
    ...merges.map(({ id, into }) => ({ id, deletedAt, mergedIntoId: into })),
  ];
  const writes: Write[] = [];
  const back = (portion.turnedBack ?? []).map((record) => run.shape.row(record));
  if (back.length > 0) {
    const { version: _version, ...anyVersion } = table;
    writes.push({ kind: 'upsert', table: anyVersion, rows: back.map(({ row }) => row) });
  }
  if (typed.length > 0) writes.push({ kind: 'upsert', table, rows: typed.map(({ row }) => row) });
  if (merges.length > 0) writes.push({ kind: 'upsert', table: mergesTable, rows: mergeRows(run, merges) });
  if (closures.length > 0) writes.push({ kind: 'close', table, closures });
  if (erased.length > 0) {
    writes.push({ kind: 'purge', table, ids: erased, deletedAt, held: heldElsewhere, inBin: true });
  }
  return {
    writes,
    rows: typed.length + back.length + merges.length + closures.length + erased.length,
    size: typed.reduce((total, { size }) => total + size, 0),
    misfits: [...typed, ...back].flatMap(({ row: [id], misfits }) =>
      misfits.map((property) => ({ id: String(id), property })),
    ),
  };
}

interface Merge {
  readonly id: string;
  readonly into: string;
}

function mergesOf(run: ObjectRun, portion: Portion): readonly Merge[] {
  const listed = portion.records.flatMap((record) =>
    run.mergedIds(record).map((id) => ({ id, into: record.id })),
  );
  return [...portion.merged, ...listed];
}

function mergeRows(run: ObjectRun, merges: readonly Merge[]): readonly Row[] {
  return merges.map(({ id, into }) => mergeRow(run.pipeline.name, id, into));
}
