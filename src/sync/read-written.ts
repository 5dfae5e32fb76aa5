import type { LinksCheckpoint } from '../links-checkpoint.ts';
import type { StoredId } from '../warehouse.ts';
import { linkParts } from './link-parts.ts';
import { missedParents } from './missed-parents.ts';
import { parentOf, type PairRun } from './pair-run.ts';

/** Links that rows which were written since the last time give rise to, at either end; and those that could not be read then. */
export async function readWritten(run: PairRun, state: LinksCheckpoint): Promise<void> {
  const { context, pair, unread } = run;
  const { warehouse, source } = context;
  const query = { table: parentOf(pair, state), state: 'any', chunk: source.limits.linkIds } as const;
  await read(run, state, warehouse.ids({ ...query, writtenSince: state.written }));
  if (unread.ids.length > 0) await read(run, state, warehouse.ids({ ...query, among: unread.ids }));
  for await (const among of missedParents(run, state)) {
    await read(run, state, warehouse.ids({ ...query, state: 'living', among }));
  }
}

async function read(
  run: PairRun,
  state: LinksCheckpoint,
  chunks: AsyncIterable<readonly StoredId[]>,
): Promise<void> {
  for await (const part of linkParts(run, state, chunks)) {
    await run.batcher.add({ ...part, checkpoint: state });
  }
  await run.batcher.flush();
}
