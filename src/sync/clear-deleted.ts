import type { Checkpoint } from '../checkpoint.ts';
import { KeywayError } from '../errors.ts';
import { timestampCell } from '../pipeline.ts';
import { heldElsewhere, mergesTable } from '../transform/index.ts';
import { readRecords, type ObjectRun } from './object-run.ts';
import { nothing, type Portion } from './portion.ts';
import { savePortion } from './save-portion.ts';

/**
 * Clears the rows of records that were found to be deleted for good. Throws `mass_deletion`, and clears nothing, when they
 * are too many to be believed.
 */
export async function clearDeleted(run: ObjectRun, checkpoint: Checkpoint): Promise<void> {
  if (run.pipeline.merges && run.deletions.lackBin) await readBin(run, checkpoint);
  const ids = run.deletions.take();
  await allowDeletions(run, ids.length);
  const { table } = run.shape;
  const deletedAt = timestampCell(run.startedAt);
  for (let at = 0; at < ids.length; at += idsPerPart) {
    const some = ids.slice(at, at + idsPerPart);
    const write = { kind: 'purge', table, ids: some, deletedAt, held: heldElsewhere } as const;
    // Together: who was cleared is not found again, and nothing else would tell of what was merged into it.
    await savePortion(run, await mergedInto(run, some), checkpoint, [write]);
  }
}

/** What was merged into a record that is in the bin by now is nowhere either, and nothing but that record tells of it. */
async function readBin(run: ObjectRun, checkpoint: Checkpoint): Promise<void> {
  for await (const { records, merged } of readRecords(run, { kind: 'archived' })) {
    await savePortion(run, { records, merged, gone: [] }, checkpoint);
  }
  run.deletions.noteBin();
}

/** When a merge is taken back, the record that it had made is gone, and what was merged into it lives again or elsewhere. */
async function mergedInto(run: ObjectRun, into: readonly string[]): Promise<Portion> {
  const { pipeline, context } = run;
  if (!pipeline.merges) return nothing;
  const within = { object_type: pipeline.name };
  const parents = { column: 'into_id', ids: into };
  const columns = ['merged_id'];
  const ids = (await context.warehouse.cells({ table: mergesTable.name, within, parents, columns })).flat();
  if (ids.length === 0) return nothing;
  const pages = await Array.fromAsync(readRecords(run, { kind: 'ids', ids, verified: true }));
  return {
    records: pages.flatMap(({ records }) => records),
    merged: pages.flatMap(({ merged }) => merged),
    gone: [],
  };
}

const idsPerPart = 500;

/** Throws `mass_deletion` when they are too many to be believed. */
export async function allowDeletions({ context, pipeline }: ObjectRun, deletions: number): Promise<void> {
  if (context.settings.acceptDeletions || deletions <= fewDeletions) return;
  const rows = await context.warehouse.countLiving({ table: pipeline.name });
  if (deletions <= rows * smallShare) return;
  throw new KeywayError(
    'mass_deletion',
    `HubSpot says that ${deletions} of the ${pipeline.name} were deleted for good since the last look; ${rows} rows live. No row was cleared. If it is true, run keyway sync ${pipeline.name} --accept-deletions.`,
    { verdict: 'retry', details: { pipeline: pipeline.name, deletions, rows } },
  );
}

export const fewDeletions = 1000;
const smallShare = 0.05;
