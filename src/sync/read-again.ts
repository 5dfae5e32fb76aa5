import { readRecords, type ObjectRun } from './object-run.ts';
import type { Portion } from './portion.ts';
import { savePortion } from './save-portion.ts';

/**
 * What HubSpot could not give the last time, among the living or else in the bin. Nothing is saved before both have answered:
 * a record that is not among the living is not read yet.
 */
export async function readAgain(run: ObjectRun): Promise<void> {
  const { batcher, unread } = run;
  const { checkpoint } = batcher.stored;
  if (checkpoint === undefined || unread.ids.length === 0) return;
  const portions: Portion[] = [];
  let ids = unread.ids;
  for (const archived of [false, true]) {
    const absent: string[] = [];
    if (ids.length === 0) break;
    for await (const { records, merged, missing } of readRecords(run, { kind: 'ids', ids, archived })) {
      portions.push({ records, merged, gone: [] });
      absent.push(...missing);
    }
    ids = absent;
  }
  for (const portion of portions) await savePortion(run, portion, checkpoint);
  await batcher.flush();
}
