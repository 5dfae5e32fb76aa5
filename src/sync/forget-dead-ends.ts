import type { LinksCheckpoint } from '../links-checkpoint.ts';
import type { AssociationsPipeline } from '../pipeline.ts';
import type { Instant, Pair } from '../source.ts';
import type { Write } from '../warehouse.ts';
import { makeBatcher, type Batcher } from './batcher.ts';
import type { SyncContext } from './context.ts';
import { pairName, replacedLinks, storedPair } from './pair-run.ts';

/**
 * Deletes the links of records that no longer live, at either end, without asking HubSpot. Of all pairs, before any of them
 * goes on: so that a record that has links was there all the time, and one that comes back has none. Also of pairs that this
 * run, or this installation, does not read: `pairs` are those that it does.
 */
export async function forgetDeadEnds(
  pipeline: AssociationsPipeline,
  context: SyncContext,
  pairs: readonly Pair[],
): Promise<void> {
  const { warehouse } = context;
  const chunk = context.source.limits.linkIds;
  const known = await knownPairs(pipeline, context, pairs);
  // A question that only those need who remember the answer.
  const forgotten = known.every(({ isRead }) => isRead) ? undefined : await warehouse.now();
  try {
    for (const [table, those] of byTable(known)) {
      // Of an object that is not read, somebody may have dropped the table.
      if (!those.some(({ isRead }) => isRead) && (await warehouse.columns(table)) === undefined) continue;
      const writtenSince = Math.min(...those.map(({ since }) => since));
      for await (const rows of warehouse.ids({ table, state: 'any', writtenSince, chunk })) {
        for (const pair of those) pair.isDue ||= !pair.isRead;
        const dead = rows.filter(({ living }) => !living).map(({ id }) => id);
        if (dead.length > 0) await forget(those, table, dead);
      }
    }
    for (const { batcher, checkpoint, isDue } of known) {
      if (isDue && forgotten !== undefined) {
        await batcher.add({ ...nothing, checkpoint: { ...checkpoint, forgotten } });
      }
      await batcher.flush();
    }
  } finally {
    for (const { batcher } of known) await batcher.settled();
  }
}

const nothing = { writes: [], rows: 0, size: 0 };

interface KnownPair {
  readonly pair: Pair;
  readonly checkpoint: LinksCheckpoint;
  readonly since: Instant;
  /** Then it remembers by itself how far it is. */
  readonly isRead: boolean;
  /** Whether it must remember how far this has come: what it has looked at is not looked at again. */
  isDue: boolean;
  readonly batcher: Batcher;
  readonly replaced: (column: string, ids: readonly string[]) => Write;
}

async function knownPairs(
  pipeline: AssociationsPipeline,
  context: SyncContext,
  pairs: readonly Pair[],
): Promise<readonly KnownPair[]> {
  const read = new Set(pairs.map(pairName));
  return [...(await context.warehouse.checkpoints())].flatMap(([name, stored]) => {
    const pair = storedPair(pipeline, name);
    const { checkpoint } = stored;
    if (pair === undefined || checkpoint?.kind !== 'links') return [];
    const since = Math.max(checkpoint.written, checkpoint.forgotten ?? 0);
    const batcher = makeBatcher(context, name, stored);
    const replaced: KnownPair['replaced'] = (column, ids) =>
      replacedLinks({ pipeline, pair }, [], { column, ids });
    return [{ pair, checkpoint, since, isRead: read.has(name), isDue: false, batcher, replaced }];
  });
}

function byTable(known: readonly KnownPair[]): ReadonlyMap<string, readonly KnownPair[]> {
  const tables = new Set(known.flatMap(({ pair }) => [pair.from, pair.to]));
  return new Map(
    [...tables].map((table) => [table, known.filter(({ pair }) => pair.from === table || pair.to === table)]),
  );
}

async function forget(those: readonly KnownPair[], table: string, ids: readonly string[]): Promise<void> {
  for (const { pair, checkpoint, batcher, replaced } of those) {
    const columns = [...(pair.from === table ? ['from_id'] : []), ...(pair.to === table ? ['to_id'] : [])];
    for (const column of columns) {
      const writes = [replaced(column, ids)];
      await batcher.add({ writes, rows: ids.length, size: 0, checkpoint });
    }
  }
}
