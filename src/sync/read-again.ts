import { readRecords, type ObjectRun } from './object-run.ts';
import { portionPart } from './portion.ts';

/** What HubSpot could not give the last time. What is no longer among the living is found in the bin, or not at all. */
export async function readAgain(run: ObjectRun): Promise<void> {
  const { batcher, unread } = run;
  const { checkpoint } = batcher.stored;
  const { ids } = unread;
  if (checkpoint === undefined || ids.length === 0) return;
  for await (const { records, merged } of readRecords(run, { kind: 'ids', ids })) {
    const { misfits, ...part } = portionPart(run, { records, merged, gone: [] });
    run.context.count({ read: records.length, misfits });
    await batcher.add({ ...part, checkpoint });
  }
  await batcher.flush();
}
