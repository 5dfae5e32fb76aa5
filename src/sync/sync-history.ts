import { completeUpTo } from '../checkpoint.ts';
import { isAbsence, KeywayError } from '../errors.ts';
import { trackedProperties, type HistoryPipeline, type ObjectPipeline } from '../pipeline.ts';
import type { SyncContext } from './context.ts';
import { historyName } from './history-run.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { prepare } from './prepare.ts';
import { syncObjectHistory, type HistoryResult } from './sync-object-history.ts';

/**
 * Reads what properties of records have been: of records whose rows were written since the last time, so that its cost
 * follows changes, and of all records once for a property that is new to it. Apart from the objects, so that whatever
 * becomes of it, their rows are not the worse for it.
 */
export async function syncHistory(pipeline: HistoryPipeline, context: SyncContext): Promise<PipelineResult> {
  await forgetLost(pipeline, context);
  await prepare(context, pipeline.name, [pipeline.table]);
  const now = context.source.now();
  const synced = await context.warehouse.checkpoints();
  const results: HistoryResult[] = [];
  const failures: Failure[] = [];
  for (const object of context.objects) {
    const begun = synced.has(historyName(pipeline, object));
    // An object whose history is no longer wanted may still have rows of which nothing may stay.
    if (trackedProperties(pipeline, object).length === 0 && !begun) continue;
    const records = completeUpTo(synced.get(object.name)?.checkpoint);
    const skipped = context.skipped.has(object.name);
    // The object itself has said why.
    if (skipped && !begun) continue;
    try {
      if (skipped) throw skip(`The history of ${object.name} stays as it was, since they were skipped.`);
      if (records === undefined) throw notYetSynced(object);
      const startedAt = Math.min(now, records);
      const result = await syncObjectHistory({ pipeline, context, object, startedAt });
      results.push(result);
      const said = leftOut(pipeline, object, result);
      if (said !== undefined) failures.push({ object, error: said });
    } catch (error) {
      if (!isOfItsOwn(error)) throw error;
      failures.push({ object, error });
    }
  }
  return resultOf({ results, failures, now });
}

interface Failure {
  readonly object: ObjectPipeline;
  readonly error: KeywayError;
}

interface Outcome {
  readonly results: readonly HistoryResult[];
  readonly failures: readonly Failure[];
  readonly now: number;
}

function resultOf({ results, failures, now }: Outcome): PipelineResult {
  const unread = results.flatMap((result) => result.unread ?? []);
  const reason = [...failures.map(({ error }) => error.message), ...unread].join(' ');
  const failed = failures.filter(({ error }) => !isAbsence(error));
  if (failed.length > 0) {
    const { code, retryAfter } = failed[0]!.error;
    throw new KeywayError(code, reason, {
      verdict: 'retry',
      cause: failed[0]!.error,
      ...(retryAfter !== undefined && { retryAfter }),
      details: { objects: failed.map(({ object }) => object.name) },
    });
  }
  const all = results.map((result) => result.completeUpTo);
  const known = all.filter((instant) => instant !== undefined);
  const upTo = known.length === all.length ? Math.min(now, ...known) : undefined;
  if (reason === '') return { outcome: 'complete', completeUpTo: upTo };
  if (unread.length > 0) {
    return { outcome: 'partial', code: 'hubspot_bad_answer', reason, completeUpTo: upTo };
  }
  return { outcome: 'partial', reason, completeUpTo: upTo };
}

/** Whether it says nothing of other objects. */
function isOfItsOwn(error: unknown): error is KeywayError {
  if (!(error instanceof KeywayError) || error.verdict === 'stop') return false;
  return error.code.startsWith('hubspot_') || error.verdict === 'skip';
}

/** When all is wanted anew, or somebody has dropped the table: before it exists again, so that a crash cannot leave it empty. */
async function forgetLost(pipeline: HistoryPipeline, context: SyncContext): Promise<void> {
  const { warehouse, settings, runId } = context;
  const changes = await warehouse.differences([pipeline.table]);
  const lost = changes.some(({ kind }) => kind === 'create_table');
  if (!lost && !settings.fullRefresh) return;
  const written = await warehouse.now();
  const checkpoints = await warehouse.checkpoints();
  const wanted = new Set(context.objects.map((object) => historyName(pipeline, object)));
  for (const [name, stored] of checkpoints) {
    if (stored.checkpoint?.kind !== 'history') continue;
    // The table is lost to objects that are not synced at present, too.
    if (!lost && !wanted.has(name)) continue;
    const { stored: kept } = stored.checkpoint;
    const checkpoint = { kind: 'history', written, properties: [], stored: kept } as const;
    await warehouse.commit({ pipeline: name, runId, writes: [], checkpoint, replaces: stored.version });
  }
}

/** Of those that the settings name; the usual ones are read as far as they are there. */
function leftOut(
  { named }: HistoryPipeline,
  object: ObjectPipeline,
  result: HistoryResult,
): KeywayError | undefined {
  if (result.leftOut.length === 0 || !Object.hasOwn(named, object.name)) return undefined;
  const names = result.leftOut.join(', ');
  return skip(
    `The history of ${names} of ${object.name} is left out: HubSpot has no such property, the key may not see it, or the privacy rules exclude it. Correct the setting history, or let it be read.`,
  );
}

function notYetSynced({ name }: ObjectPipeline): KeywayError {
  return skip(`The history of ${name} needs all rows of ${name}: run keyway sync ${name} first.`);
}

function skip(message: string): KeywayError {
  return new KeywayError('not_available', message, { verdict: 'skip' });
}
