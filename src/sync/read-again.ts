import type { ObjectRun } from './object-run.ts';
import { saveRecords } from './save-portion.ts';

/** What HubSpot could not give the last time. What is no longer among the living is found in the bin, or not at all. */
export async function readAgain(run: ObjectRun): Promise<void> {
  const { batcher, unread } = run;
  const { checkpoint } = batcher.stored;
  if (checkpoint === undefined) return;
  await saveRecords(run, { kind: 'ids', ids: unread.ids }, checkpoint);
  await batcher.flush();
}
