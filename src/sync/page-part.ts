import { timestampCell } from '../pipeline.ts';
import type { Page, Scan } from '../source.ts';
import type { Row } from '../table.ts';
import { mergeRow, mergesTable } from '../transform/index.ts';
import type { Closure, Write } from '../warehouse.ts';
import type { Part } from './batcher.ts';
import type { ObjectRun } from './sync-object.ts';

/** What a page means for the tables: its records' rows, and the rows that it shows to be closed. */
export function pagePart(
  run: ObjectRun,
  scan: Scan,
  page: Page,
): Omit<Part, 'checkpoint'> & { readonly misfits: number } {
  const typed = page.records.map((record) => run.shape.row(record));
  const merges = run.pipeline.merges ? mergesOf(run, page) : [];
  const closures = [...goneFromBin(run, scan, page), ...merges.map((merge) => closure(run, merge))];
  const { table } = run.shape;
  const writes: Write[] = [];
  if (typed.length > 0) writes.push({ kind: 'upsert', table, rows: typed.map(({ row }) => row) });
  if (merges.length > 0) writes.push({ kind: 'upsert', table: mergesTable, rows: mergeRows(run, merges) });
  if (closures.length > 0) writes.push({ kind: 'close', table, closures });
  return {
    writes,
    rows: typed.length + merges.length + closures.length,
    size: typed.reduce((total, { size }) => total + size, 0),
    misfits: typed.reduce((total, { misfits }) => total + misfits, 0),
  };
}

interface Merge {
  readonly id: string;
  readonly into: string;
}

function mergesOf(run: ObjectRun, page: Page): readonly Merge[] {
  const listed = page.records.flatMap((record) =>
    run.mergedIds(record).map((id) => ({ id, into: record.id })),
  );
  return [...page.merged, ...listed];
}

function mergeRows(run: ObjectRun, merges: readonly Merge[]): readonly Row[] {
  return merges.map(({ id, into }) => mergeRow(run.pipeline.name, id, into));
}

function closure(run: ObjectRun, { id, into }: Merge): Closure {
  return { id, deletedAt: timestampCell(run.startedAt), mergedIntoId: into };
}

/**
 * Only the recycle bin tells that a record is gone for good. One that a list or a search had named and that could not
 * be read a moment later may as well be in the bin: the bin's own scan decides.
 */
function goneFromBin(run: ObjectRun, scan: Scan, page: Page): readonly Closure[] {
  if (scan.kind !== 'archived') return [];
  return page.missing.map((id) => ({ id, deletedAt: timestampCell(run.startedAt) }));
}
