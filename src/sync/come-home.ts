import { hasColumn, readingRules } from '../transform/index.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { readRecords, type ObjectRun } from './object-run.ts';
import type { Portion } from './portion.ts';
import { savePortion } from './save-portion.ts';

/**
 * When this Keyway understands values that the one before it could not place, or a row has fewer columns to hold than before,
 * records whose rows have values in `_extra` are read again, once: nobody need edit them. Those in the recycle bin too.
 */
export async function comeHome(run: ObjectRun): Promise<void> {
  const { context, pipeline, batcher } = run;
  const { warehouse, runId } = context;
  const name = `${pipeline.name}/rules`;
  const { version: replaces, checkpoint } = await warehouse.checkpoint(name);
  const known = checkpoint?.kind === 'rules' ? checkpoint : undefined;
  const crowd = crowdOf(run);
  const isPlaced = known?.rules === readingRules && (known.crowd ?? 0) <= crowd;
  if (isPlaced && (known.crowd ?? 0) === crowd) return;
  const own = batcher.stored.checkpoint;
  if (!isPlaced && own !== undefined && !(await readMisfits(run, own))) return;
  // Not before the rows are in: what a crash interrupts is done again.
  const now = { kind: 'rules', rules: readingRules, ...(crowd > 0 && { crowd }) } as const;
  await warehouse.commit({ pipeline: name, runId, writes: [], checkpoint: now, replaces });
}

/** How many columns contend for a row's room; none where there is room for all. */
function crowdOf({ shape }: ObjectRun): number {
  return shape.narrow === undefined ? 0 : shape.columns.filter(hasColumn).length;
}

/** Whether all were read. A property that is archived meanwhile reads as empty: then it is for the next run. */
async function readMisfits(run: ObjectRun, checkpoint: Checkpoint): Promise<boolean> {
  const inExtra = run.shape.columns.filter(hasColumn).map(({ property }) => property.name);
  const query = { table: run.pipeline.name, inExtra, chunk: idsPerStretch } as const;
  for (const state of ['living', 'archived'] as const) {
    for await (const rows of run.context.warehouse.ids({ ...query, state })) {
      const scan = { kind: 'ids', ids: rows.map(({ id }) => id), archived: state === 'archived' } as const;
      const portions: Portion[] = [];
      for await (const { records, merged } of readRecords(run, scan))
        portions.push({ records, merged, gone: [] });
      if (!(await hasAllProperties(run))) return false;
      for (const portion of portions) await savePortion(run, portion, checkpoint);
    }
  }
  await run.batcher.flush();
  return true;
}

async function hasAllProperties({ pipeline, context, properties }: ObjectRun): Promise<boolean> {
  const living = await context.source.properties(pipeline.object, context.signal);
  const names = new Set(living.map(({ name }) => name));
  return properties.every((name) => names.has(name));
}

/** Few calls, under way at once; held until all of them have answered. */
const idsPerStretch = 300;
