import { completeUpTo } from '../checkpoint.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import { comeHome } from './come-home.ts';
import type { SyncContext } from './context.ts';
import { forgettingVanished } from './filled-columns.ts';
import { followPlan } from './follow-plan.ts';
import { beginObject } from './object-run.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { readAgain } from './read-again.ts';
import { shortfall } from './shortfall.ts';
import { countIfDue } from './count-if-due.ts';

/** Brings one object's table up to date, and compares how many records there are when that is due. */
export async function syncObject(pipeline: ObjectPipeline, context: SyncContext): Promise<PipelineResult> {
  const run = await beginObject(pipeline, context);
  await forgettingVanished(run, async () => {
    await readAgain(run);
    await comeHome(run);
    await followPlan(run, context.settings);
    await countIfDue(run);
  });
  const missed = shortfall(run);
  const upTo = completeUpTo(run.batcher.stored.checkpoint);
  return { outcome: missed === undefined ? 'complete' : 'partial', ...missed, completeUpTo: upTo };
}
