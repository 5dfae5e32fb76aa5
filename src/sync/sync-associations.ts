import { KeywayError } from '../errors.ts';
import { completeUpTo } from '../checkpoint.ts';
import type { AssociationsPipeline } from '../pipeline.ts';
import type { Instant, Pair } from '../source.ts';
import type { StoredCheckpoint } from '../warehouse.ts';
import type { SyncContext } from './context.ts';
import { openLinkBudget } from './link-budget.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { prepare } from './prepare.ts';
import { pairName, syncPair } from './sync-pair.ts';

/**
 * Reads links: of records whose rows were written since the last time, and in a stretch of all records, since an
 * association change moves no watermark, so that only asking shows it. What HubSpot no longer gives for a record is
 * deleted together with what it gives being written.
 */
export async function syncAssociations(
  pipeline: AssociationsPipeline,
  context: SyncContext,
): Promise<PipelineResult> {
  await forgetLost(pipeline, context);
  await prepare(context, pipeline.name, [pipeline.links, pipeline.types]);
  const now = context.source.now();
  const synced = await context.warehouse.checkpoints();
  const budget = openLinkBudget(context.settings.linkCalls);
  const outOfReach: string[] = [];
  const complete: (Instant | undefined)[] = [];
  for (const pair of longestWaiting(pipeline.pairs.filter(enabled(context)), synced)) {
    const records = completeUpTo(synced.get(pair.from)?.checkpoint);
    try {
      if (context.skipped.has(pair.from) || context.skipped.has(pair.to)) throw skippedObject(pair);
      if (records === undefined) throw notYetSynced(pair);
      // Links are asked for by the rows that there are: they cannot be more complete than these.
      complete.push(
        await syncPair({ pipeline, context, pair, startedAt: Math.min(now, records), now, budget }),
      );
    } catch (error) {
      if (!(error instanceof KeywayError) || error.verdict !== 'skip') throw error;
      outOfReach.push(error.message);
    }
  }
  const all = complete.filter((instant) => instant !== undefined);
  const upTo = all.length === complete.length ? Math.min(now, ...all) : undefined;
  if (outOfReach.length === 0) return { outcome: 'complete', completeUpTo: upTo };
  return { outcome: 'partial', reason: outOfReach.join(' '), completeUpTo: undefined };
}

/** When all is wanted anew, or somebody has dropped the table: before it exists again, so that a crash cannot leave it empty. */
async function forgetLost(pipeline: AssociationsPipeline, context: SyncContext): Promise<void> {
  const { warehouse, settings, runId, source } = context;
  const changes = await warehouse.differences([pipeline.links]);
  const lost = changes.some(({ kind }) => kind === 'create_table');
  if (!lost && !settings.fullRefresh) return;
  const written = await warehouse.now();
  const checkpoints = await warehouse.checkpoints();
  for (const name of pipeline.pairs.map(pairName)) {
    const stored = checkpoints.get(name);
    if (stored?.checkpoint?.kind !== 'links') continue;
    const checkpoint = { kind: 'links', written, steppedAt: source.now() } as const;
    await warehouse.commit({ pipeline: name, runId, writes: [], checkpoint, replaces: stored.version });
  }
}

/** What a run can spare for sweeping goes to the pair that was swept least recently. */
function longestWaiting(
  pairs: readonly Pair[],
  synced: ReadonlyMap<string, StoredCheckpoint>,
): readonly Pair[] {
  const steppedAt = (pair: Pair): Instant => {
    const checkpoint = synced.get(pairName(pair))?.checkpoint;
    return checkpoint?.kind === 'links' ? checkpoint.steppedAt : 0;
  };
  return pairs.toSorted((a, b) => steppedAt(a) - steppedAt(b));
}

function notYetSynced({ from, to }: Pair): KeywayError {
  return unread(`Links from ${from} to ${to} need all rows of ${from}: run keyway sync ${from} first.`);
}

function skippedObject({ from, to }: Pair): KeywayError {
  return unread(`Links from ${from} to ${to} stay as they were, since one of the two was skipped.`);
}

function unread(message: string): KeywayError {
  return new KeywayError('not_available', message, { verdict: 'skip' });
}

function enabled({ objects }: SyncContext): (pair: Pair) => boolean {
  const names = new Set(objects.map((object) => object.name));
  return ({ from, to }) => names.has(from) && names.has(to);
}
