import { completeUpTo, type BackfillCheckpoint } from '../checkpoint.ts';
import type { BackfillRequest } from '../backfill.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import { aroundRecords, nothingAround, type Hanging } from './around-records.ts';
import { backfillSteps, type BackfillMeans } from './backfill-steps.ts';
import type { SyncContext } from './context.ts';
import { loaded } from './begin-backfill.ts';
import { forgettingVanished } from './filled-columns.ts';
import { beginObject } from './object-run.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { shortfall } from './shortfall.ts';

export interface BackfillOptions extends Hanging, Pick<BackfillMeans, 'stepSize'> {
  readonly request: BackfillRequest;
  /** Hears of each step that is in; whether to go on with the next one. */
  readonly onStep: (state: BackfillCheckpoint) => boolean | Promise<boolean>;
}

/** Reads records of one object again, until all are in or it is told to leave the rest for later. */
export async function backfillObject(
  pipeline: ObjectPipeline,
  context: SyncContext,
  { request, onStep, stepSize, ...hanging }: BackfillOptions,
): Promise<PipelineResult> {
  // Before a table is made for it.
  loaded(pipeline, await context.warehouse.checkpoint(pipeline.name));
  const run = await beginObject(pipeline, context);
  let rest = false;
  await forgettingVanished(run, async () => {
    loaded(pipeline, run.batcher.stored);
    const around = request.properties === undefined ? await aroundRecords(run, hanging) : nothingAround;
    const means = { around, ...(stepSize !== undefined && { stepSize }) };
    for await (const state of backfillSteps(run, request, means)) {
      rest = !(await onStep(state)) && state.finishedAt === undefined;
      if (rest) break;
    }
  });
  const upTo = { completeUpTo: completeUpTo(run.batcher.stored.checkpoint) };
  if (rest) return { outcome: 'partial', reason: 'The rest of the backfill is for later.', ...upTo };
  const missed = shortfall(run);
  return { outcome: missed === undefined ? 'complete' : 'partial', ...missed, ...upTo };
}
