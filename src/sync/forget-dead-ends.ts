import type { LinksCheckpoint } from '../checkpoint.ts';
import type { AssociationsPipeline } from '../pipeline.ts';
import type { Pair } from '../source.ts';
import type { Write } from '../warehouse.ts';
import { makeBatcher, type Batcher } from './batcher.ts';
import type { SyncContext } from './context.ts';
import { pairName, replacedLinks } from './pair-run.ts';

/**
 * Deletes the links of records that no longer live, at either end, without asking HubSpot. Of all pairs, before any of them
 * goes on: so that a record that has links was there all the time, and one that comes back has none.
 */
export async function forgetDeadEnds(
  pipeline: AssociationsPipeline,
  context: SyncContext,
  pairs: readonly Pair[],
): Promise<void> {
  const known = await knownPairs(pipeline, context, pairs);
  const writtenSince = Math.min(...known.map(({ checkpoint }) => checkpoint.written));
  const chunk = context.source.limits.linkIds;
  try {
    for (const table of new Set(known.flatMap(({ pair }) => [pair.from, pair.to]))) {
      for await (const rows of context.warehouse.ids({ table, state: 'any', writtenSince, chunk })) {
        const dead = rows.filter(({ living }) => !living).map(({ id }) => id);
        if (dead.length > 0) await forget(known, table, dead);
      }
    }
    for (const { batcher } of known) await batcher.flush();
  } finally {
    for (const { batcher } of known) await batcher.settled();
  }
}

interface KnownPair {
  readonly pair: Pair;
  readonly checkpoint: LinksCheckpoint;
  readonly batcher: Batcher;
  readonly replaced: (column: string, ids: readonly string[]) => Write;
}

async function knownPairs(
  pipeline: AssociationsPipeline,
  context: SyncContext,
  pairs: readonly Pair[],
): Promise<readonly KnownPair[]> {
  const checkpoints = await context.warehouse.checkpoints();
  return pairs.flatMap((pair) => {
    const stored = checkpoints.get(pairName(pair));
    const checkpoint = stored?.checkpoint;
    if (stored === undefined || checkpoint?.kind !== 'links') return [];
    const batcher = makeBatcher(context, pairName(pair), stored);
    const replaced: KnownPair['replaced'] = (column, ids) =>
      replacedLinks({ pipeline, pair }, [], { column, ids });
    return [{ pair, checkpoint, batcher, replaced }];
  });
}

async function forget(known: readonly KnownPair[], table: string, ids: readonly string[]): Promise<void> {
  for (const { pair, checkpoint, batcher, replaced } of known) {
    const columns = [...(pair.from === table ? ['from_id'] : []), ...(pair.to === table ? ['to_id'] : [])];
    for (const column of columns) {
      const writes = [replaced(column, ids)];
      await batcher.add({ writes, rows: ids.length, size: 0, checkpoint });
    }
  }
}
