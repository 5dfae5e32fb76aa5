import type { AssociationsPipeline, HistoryPipeline } from '../pipeline.ts';
import { KeywayError } from '../errors.ts';
import { historyFilling } from '../transform/index.ts';
import type { StoredId } from '../warehouse.ts';
import type { SyncContext } from './context.ts';
import { historyParts } from './history-parts.ts';
import { beginHistory, historyName } from './history-run.ts';
import { openLinkBudget } from './link-budget.ts';
import { linkParts } from './link-parts.ts';
import type { ObjectRun } from './object-run.ts';
import { beginPair, pairName, parentOf } from './pair-run.ts';

/** What hangs on records: links, as far as HubSpot is asked for them from this end, and history. */
export interface AroundRecords {
  /** How many pairs of objects there are of which it reads links. */
  readonly pairs: number;
  readonly history: boolean;
  /** Reads it again of these; their rows must be in. What never was synced is left to its first sync. */
  read(ids: readonly string[]): Promise<void>;
}

export interface Hanging {
  readonly associations?: AssociationsPipeline;
  readonly history?: HistoryPipeline;
}

export const nothingAround: AroundRecords = { pairs: 0, history: false, read: () => Promise.resolve() };

/** Their checkpoints stay what they are: they claim as much as before. */
export async function aroundRecords(
  run: ObjectRun,
  { associations, history }: Hanging,
): Promise<AroundRecords> {
  const links = associations === undefined ? [] : await linkReaders(run, associations);
  const histories = history === undefined ? [] : await historyReader(run, history);
  return {
    pairs: links.length,
    history: histories.length > 0,
    async read(ids) {
      if (ids.length === 0) return;
      for (const read of [...links, ...histories]) await read(ids);
    },
  };
}

type Reader = (ids: readonly string[]) => Promise<void>;

async function linkReaders(run: ObjectRun, pipeline: AssociationsPipeline): Promise<readonly Reader[]> {
  const context = quiet(run.context);
  const { warehouse, source } = context;
  const there = context.objects.filter(({ unavailable }) => unavailable === undefined);
  const names = new Set(there.map(({ name }) => name));
  const readers: Reader[] = [];
  for (const pair of pipeline.pairs.filter(({ from, to }) => names.has(from) && names.has(to))) {
    const stored = await warehouse.checkpoint(pairName(pair));
    const { checkpoint } = stored;
    if (checkpoint?.kind !== 'links' || parentOf(pair, checkpoint) !== run.pipeline.name) continue;
    const now = source.now();
    const sync = { pipeline, context, pair, startedAt: () => now, now, budget: openLinkBudget(0) };
    const links = beginPair(sync, stored);
    readers.push(
      unlessRefused(context, async (ids) => {
        try {
          const rows = rowsOf(run, ids, source.limits.linkIds);
          for await (const part of linkParts(links, checkpoint, rows))
            await links.batcher.add({ ...part, checkpoint });
          await links.batcher.flush();
        } finally {
          await links.batcher.settled();
        }
      }),
    );
  }
  return readers;
}

/** Of those properties whose history is in for all rows, as it is to be held. */
async function historyReader(run: ObjectRun, pipeline: HistoryPipeline): Promise<readonly Reader[]> {
  const context = quiet(run.context);
  const object = run.pipeline;
  const { checkpoint } = await context.warehouse.checkpoint(historyName(pipeline, object));
  if (checkpoint?.kind !== 'history' || checkpoint.properties.length === 0) return [];
  const history = await beginHistory({ pipeline, context, object, startedAt: run.startedAt });
  const fillings = new Map(checkpoint.stored.map(({ name, filling }) => [name, filling]));
  const tracked = history.tracked.filter(
    (property) =>
      checkpoint.properties.includes(property.name) &&
      fillings.get(property.name) === historyFilling(property),
  );
  if (tracked.length === 0) return [];
  const read = unlessRefused(context, async (ids) => {
    try {
      const rows = rowsOf(run, ids, rowsAtOnce, history.telling);
      for await (const part of historyParts(history, tracked, rows))
        await history.batcher.add({ ...part, checkpoint });
      await history.batcher.flush();
    } finally {
      await history.batcher.settled();
    }
  });
  return [read];
}

const rowsAtOnce = 500;

function rowsOf(
  { context, pipeline }: ObjectRun,
  among: readonly string[],
  chunk: number,
  telling?: NonNullable<Parameters<SyncContext['warehouse']['ids']>[0]['telling']>,
): AsyncIterable<readonly StoredId[]> {
  const query = { table: pipeline.name, state: 'any', among, chunk } as const;
  return context.warehouse.ids({ ...query, ...(telling && { telling }) });
}

/** What the key may not read is no matter of the records': it is told, and not asked for again. */
function unlessRefused({ log }: SyncContext, read: Reader): Reader {
  let refused = false;
  return async (ids) => {
    if (refused) return;
    try {
      await read(ids);
    } catch (error) {
      if (!(error instanceof KeywayError) || error.verdict !== 'skip') throw error;
      refused = true;
      log.warn({ reason: error.message }, 'left out of the backfill');
    }
  };
}

/** It is the object that is backfilled: its progress is told in records. */
function quiet(context: SyncContext): SyncContext {
  return { ...context, count: () => undefined, onProgress: () => undefined };
}
