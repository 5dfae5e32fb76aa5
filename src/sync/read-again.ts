import type { ObjectRun } from './object-run.ts';
import type { Portion } from './portion.ts';
import { savePortion } from './save-portion.ts';
import { search } from './what-became-of.ts';

/**
 * What HubSpot could not give the last time, wherever it is now. Nothing is saved before all have answered: a record that is not
 * among the living is not read yet.
 */
export async function readAgain(run: ObjectRun): Promise<void> {
  const { batcher, unread } = run;
  const { checkpoint } = batcher.stored;
  if (checkpoint === undefined || unread.ids.length === 0) return;
  const portions: Portion[] = [];
  for await (const { records, merged } of search(run, unread.ids, ['living', 'bin', 'surely living'])) {
    portions.push({ records, merged, gone: [] });
  }
  for (const portion of portions) await savePortion(run, portion, checkpoint);
  await batcher.flush();
}
