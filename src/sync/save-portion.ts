import type { Checkpoint } from '../checkpoint.ts';
import type { Write } from '../warehouse.ts';
import type { ObjectRun } from './object-run.ts';
import { portionPart, type Portion } from './portion.ts';

/**
 * Adds to the batch what was learned of some records, beside the steps of a plan: the checkpoint stays what it is. `before`:
 * what is to be written together with that, and before it.
 */
export async function savePortion(
  run: ObjectRun,
  portion: Portion,
  checkpoint: Checkpoint,
  before: readonly Write[] = [],
): Promise<void> {
  const { misfits, ...part } = portionPart(run, portion);
  run.context.count({ read: portion.records.length });
  run.context.misfit(misfits);
  await run.batcher.add({ ...part, writes: [...before, ...part.writes], checkpoint });
}
