import type { Live } from '../checkpoint.ts';
import { compareCounts } from './compare-counts.ts';
import { followPlan } from './follow-plan.ts';
import type { ObjectRun } from './object-run.ts';
import { noteCounted, sizes } from './reconciliation.ts';

/**
 * Compares HubSpot's count of living records with the warehouse's, when that is due. If they differ, the bin is asked for an
 * explanation first; what it does not explain is searched for and mended.
 */
export async function countIfDue(run: ObjectRun): Promise<void> {
  const { checkpoint } = run.batcher.stored;
  // Its ids are compared in each run.
  if (run.listed) return;
  if (checkpoint?.kind !== 'live' || !(await isCountDue(run, checkpoint))) return;
  const { inHubspot, inWarehouse } = await sizes(run);
  if (inHubspot !== inWarehouse) {
    await followPlan(run, { ...run.context.settings, archivedEvery: 0 });
    await compareCounts(run, { repair: true });
  }
  await noteCounted(run);
}

export async function isCountDue(run: ObjectRun, checkpoint: Live): Promise<boolean> {
  const { warehouse, settings } = run.context;
  const age = run.startedAt - (checkpoint.counted ?? 0);
  if (age >= settings.reconcileEvery) return true;
  return (await warehouse.countLiving({ table: run.pipeline.name })) <= fewRows;
}

/** To find a difference among so few takes some dozens of calls at most. */
const fewRows = 5000;
