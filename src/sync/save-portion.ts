import type { Checkpoint } from '../checkpoint.ts';
import type { Scan } from '../source.ts';
import { readRecords, type ObjectRun } from './object-run.ts';
import { portionPart, type Portion } from './portion.ts';

/** Adds to the batch what was learned of some records, beside the steps of a plan: the checkpoint stays what it is. */
export async function savePortion(run: ObjectRun, portion: Portion, checkpoint: Checkpoint): Promise<void> {
  const { misfits, ...part } = portionPart(run, portion);
  run.context.count({ read: portion.records.length });
  run.context.misfit(misfits);
  await run.batcher.add({ ...part, checkpoint });
}

/** Reads these records and adds them to the batch. What is missing is for others to look into. */
export async function saveRecords(
  run: ObjectRun,
  scan: Extract<Scan, { kind: 'ids' }>,
  checkpoint: Checkpoint,
): Promise<void> {
  if (scan.ids.length === 0) return;
  for await (const { records, merged } of readRecords(run, scan)) {
    await savePortion(run, { records, merged, gone: [] }, checkpoint);
  }
}
