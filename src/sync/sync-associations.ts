import { isAbsence, KeywayError } from '../errors.ts';
import { completeUpTo } from '../checkpoint.ts';
import { isCustom, type AssociationsPipeline } from '../pipeline.ts';
import type { Instant, Pair } from '../source.ts';
import type { StoredCheckpoint } from '../warehouse.ts';
import type { SyncContext } from './context.ts';
import { forgetDeadEnds } from './forget-dead-ends.ts';
import { openLinkBudget } from './link-budget.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { prepare } from './prepare.ts';
import { pairName, parentOf, storedPair, unswept, type Direction } from './pair-run.ts';
import { syncPair, type PairResult } from './sync-pair.ts';

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
  const results: PairResult[] = [];
  const failures: Failure[] = [];
  // Links are asked for by the rows that there are: they cannot be more complete than these.
  const startedAt = (parent: string): Instant | undefined => {
    const records = completeUpTo(synced.get(parent)?.checkpoint);
    return records === undefined ? undefined : Math.min(now, records);
  };
  const pairs = pairsInTurn(pipeline, context, synced);
  await forgetDeadEnds(pipeline, context, pairs.filter(isRead(context)));
  for (const pair of lostPairs(pipeline, context, synced)) {
    failures.push({ pair, error: skippedObject(pair) });
  }
  for (const pair of pairs) {
    try {
      if (!isRead(context)(pair)) throw skippedObject(pair);
      const parent = parentOf(pair, directionOf(synced, pair));
      if (startedAt(parent) === undefined) throw notYetSynced(pair, parent);
      results.push(await syncPair({ pipeline, context, pair, startedAt, now, budget }));
    } catch (error) {
      if (!isOfItsOwn(error)) throw error;
      failures.push({ pair, error });
    }
  }
  return resultOf(results, failures, now);
}

interface Failure {
  readonly pair: Pair;
  readonly error: KeywayError;
}

/** Whether it says nothing of other pairs. */
function isOfItsOwn(error: unknown): error is KeywayError {
  if (!(error instanceof KeywayError) || error.verdict === 'stop') return false;
  return error.code.startsWith('hubspot_') || error.code === 'mass_deletion' || error.verdict === 'skip';
}

function resultOf(
  results: readonly PairResult[],
  failures: readonly Failure[],
  now: Instant,
): PipelineResult {
  const failed = failures.filter(({ error }) => !isAbsence(error));
  const reason = reasonOf(results, failures);
  if (failed.length > 0) {
    const { code, retryAfter } = failed[0]!.error;
    throw new KeywayError(code, reason, {
      verdict: 'retry',
      cause: failed[0]!.error,
      ...(retryAfter !== undefined && { retryAfter }),
      details: { pairs: failed.map(({ pair }) => pairName(pair)) },
    });
  }
  const all = results.map((result) => result.completeUpTo).filter((instant) => instant !== undefined);
  const upTo = all.length === results.length ? Math.min(now, ...all) : undefined;
  if (failures.length > 0) return { outcome: 'partial', reason, completeUpTo: undefined };
  if (reason === '') return { outcome: 'complete', completeUpTo: upTo };
  return { outcome: 'partial', code: 'hubspot_bad_answer', reason, completeUpTo: upTo };
}

/** What is wrong with each pair; what is said of several is said once. */
function reasonOf(results: readonly PairResult[], failures: readonly Failure[]): string {
  const said = new Map<string, Pair[]>();
  for (const { pair, error } of failures) said.set(error.message, [...(said.get(error.message) ?? []), pair]);
  const sentences = [...said].map(([message, pairs]) =>
    pairs.length === 1 && message.includes(`from ${pairs[0]!.from} to ${pairs[0]!.to}`)
      ? message
      : `Links ${pairs.map(({ from, to }) => `from ${from} to ${to}`).join(', ')}: ${message}`,
  );
  return [...sentences, ...results.flatMap(({ unread }) => unread ?? [])].join(' ');
}

/** When all is wanted anew, or somebody has dropped the table: before it exists again, so that a crash cannot leave it empty. */
async function forgetLost(pipeline: AssociationsPipeline, context: SyncContext): Promise<void> {
  const { warehouse, settings, runId, source } = context;
  const changes = await warehouse.differences([pipeline.links, pipeline.types]);
  const lost = new Set(changes.filter(({ kind }) => kind === 'create_table').map(({ table }) => table));
  if (lost.size === 0 && !settings.fullRefresh) return;
  const written = await warehouse.now();
  const checkpoints = await warehouse.checkpoints();
  const wanted = new Set(pipeline.pairs.map(pairName));
  for (const [name, stored] of checkpoints) {
    if (stored.checkpoint?.kind !== 'links') continue;
    const { typesAt: _typesAt, ...known } = stored.checkpoint;
    const anew = lost.has(pipeline.links.name) || (settings.fullRefresh && wanted.has(name));
    // From the end that does not answer, all links would seem to be gone.
    const checkpoint = anew ? unswept(written, source.now(), known) : known;
    await warehouse.commit({ pipeline: name, runId, writes: [], checkpoint, replaces: stored.version });
  }
}

/** What a run can spare for sweeping goes to the pair that was swept least recently. */
export function pairsInTurn(
  { pairs }: AssociationsPipeline,
  context: SyncContext,
  synced: ReadonlyMap<string, StoredCheckpoint>,
): readonly Pair[] {
  const steppedAt = (pair: Pair): Instant => {
    const checkpoint = synced.get(pairName(pair))?.checkpoint;
    return checkpoint?.kind === 'links' ? checkpoint.steppedAt : 0;
  };
  return pairs.filter(enabled(context)).toSorted((a, b) => steppedAt(a) - steppedAt(b));
}

/** Those that have synced before, and one end of which this account or this key does not have any more. Nothing tells which pairs of custom objects are wanted then. */
function lostPairs(
  pipeline: AssociationsPipeline,
  { objects }: SyncContext,
  synced: ReadonlyMap<string, StoredCheckpoint>,
): readonly Pair[] {
  const lost = new Set(
    objects.filter(({ unavailable }) => unavailable !== undefined).map(({ name }) => name),
  );
  const wanted = new Set(pipeline.pairs.map(pairName));
  return [...synced.keys()]
    .flatMap((name) => storedPair(pipeline, name) ?? [])
    .filter(({ from, to }) => lost.has(from) || lost.has(to))
    .filter((pair) => wanted.has(pairName(pair)) || isCustom(pair.from) || isCustom(pair.to));
}

function directionOf(synced: ReadonlyMap<string, StoredCheckpoint>, pair: Pair): Direction {
  const checkpoint = synced.get(pairName(pair))?.checkpoint;
  return checkpoint?.kind === 'links' ? checkpoint : {};
}

function notYetSynced({ from, to }: Pair, parent: string): KeywayError {
  return unread(`Links from ${from} to ${to} need all rows of ${parent}: run keyway sync ${parent} first.`);
}

function skippedObject({ from, to }: Pair): KeywayError {
  return unread(`Links from ${from} to ${to} stay as they were, since one of the two was skipped.`);
}

function unread(message: string): KeywayError {
  return new KeywayError('not_available', message, { verdict: 'skip' });
}

function enabled({ objects }: SyncContext): (pair: Pair) => boolean {
  const there = objects.filter(({ unavailable }) => unavailable === undefined);
  const names = new Set(there.map((object) => object.name));
  return ({ from, to }) => names.has(from) && names.has(to);
}

function isRead({ skipped }: SyncContext): (pair: Pair) => boolean {
  return ({ from, to }) => !skipped.has(from) && !skipped.has(to);
}
