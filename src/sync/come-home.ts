import { readingRules } from '../transform/index.ts';
import type { Checkpoint } from '../checkpoint.ts';
import type { ObjectRun } from './object-run.ts';
import { saveRecords } from './save-portion.ts';

/**
 * When this Keyway understands values that the one before it could not place, records whose rows have such values in `_extra` are
 * read again, once: nobody need edit them. Those in the recycle bin too.
 */
export async function comeHome(run: ObjectRun): Promise<void> {
  const { context, pipeline, batcher } = run;
  const { warehouse, runId } = context;
  const name = `${pipeline.name}/rules`;
  const { version: replaces, checkpoint } = await warehouse.checkpoint(name);
  if (checkpoint?.kind === 'rules' && checkpoint.rules === readingRules) return;
  const own = batcher.stored.checkpoint;
  if (own !== undefined) await readMisfits(run, own);
  // Not before the rows are in: what a crash interrupts is done again.
  const now = { kind: 'rules', rules: readingRules } as const;
  await warehouse.commit({ pipeline: name, runId, writes: [], checkpoint: now, replaces });
}

async function readMisfits(run: ObjectRun, checkpoint: Checkpoint): Promise<void> {
  const { warehouse } = run.context;
  const inExtra = run.shape.columns.map(({ property }) => property.name);
  const query = { table: run.pipeline.name, inExtra, chunk: idsPerStretch } as const;
  for (const state of ['living', 'archived'] as const) {
    for await (const rows of warehouse.ids({ ...query, state })) {
      const ids = rows.map(({ id }) => id);
      await saveRecords(run, { kind: 'ids', ids, archived: state === 'archived' }, checkpoint);
    }
  }
  await run.batcher.flush();
}

/** Ten calls, under way at once. */
const idsPerStretch = 1000;
