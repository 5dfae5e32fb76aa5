import { completeUpTo } from '../checkpoint.ts';
import type { LinksCheckpoint } from '../links-checkpoint.ts';
import { KeywayError } from '../errors.ts';
import type { Instant } from '../source.ts';
import { fitRow } from '../transform/index.ts';
import type { Write } from '../warehouse.ts';
import {
  askedPair,
  beginPair,
  pairName,
  unswept,
  withinPair,
  type PairRun,
  type PairSync,
} from './pair-run.ts';
import { readWritten } from './read-written.ts';
import { callsToSweep, sweepLinks, type Stretch } from './sweep-links.ts';

export interface PairResult {
  readonly completeUpTo: Instant | undefined;
  /** What could not be read, for people. */
  readonly unread: string | undefined;
}

/** One pair, as far as a run goes with it. */
export async function syncPair(sync: PairSync): Promise<PairResult> {
  const { context, pair } = sync;
  const run = beginPair(sync, await context.warehouse.checkpoint(pairName(pair)));
  const { batcher, unread } = run;
  try {
    await goOn(run);
  } catch (error) {
    await batcher.settled();
    if (error instanceof KeywayError && error.code === 'mass_deletion') await startSweepOver(run);
    throw error;
  }
  return { completeUpTo: completeUpTo(batcher.stored.checkpoint), unread: unread.reason() };
}

async function goOn(run: PairRun): Promise<void> {
  const { context, now, batcher } = run;
  const written = await context.warehouse.now();
  const { checkpoint } = batcher.stored;
  const known = checkpoint?.kind === 'links' ? checkpoint : undefined;
  const state = known ?? unswept(written, now);
  if (now - (run.typesAt ?? 0) >= context.settings.reconcileEvery) await addTypes(run, state);
  const { calls, whole } = await callsToSweep(run, state);
  // A sweep of everything reads what was written since, too: once it is through.
  if (known !== undefined && !whole) await readWritten(run, state);
  let stretch: Stretch = { state: whole ? state : { ...state, written }, written, calls, mayTurnBack: true };
  while ((await sweepLinks(run, stretch)).turned) {
    const other = unswept(written, now, { reversed: stretch.state.reversed !== true });
    await addTypes(run, other);
    // One that has turned away from the first end in this run is left there until the next.
    stretch = { state: other, written, calls: Number.POSITIVE_INFINITY, mayTurnBack: false };
  }
}

/** So that links that were deleted before too many were missing come back as soon as HubSpot gives them again. */
async function startSweepOver({ context, pair, batcher }: PairRun): Promise<void> {
  const { version, checkpoint } = batcher.stored;
  if (checkpoint?.kind !== 'links' || checkpoint.sweep === undefined) return;
  const { sweep: _sweep, ...rest } = checkpoint;
  const { runId, warehouse } = context;
  await warehouse.commit({
    pipeline: pairName(pair),
    runId,
    writes: [],
    checkpoint: rest,
    replaces: version,
  });
}

async function addTypes(run: PairRun, state: LinksCheckpoint): Promise<void> {
  const { context, pair, pipeline, batcher } = run;
  run.typesAt = run.now;
  const types = await context.source.associationTypes(askedPair(run, state), context.signal);
  const rows = types.map((type) =>
    fitRow(pipeline.types, [pair.from, pair.to, type.category, type.typeId, type.label]),
  );
  const write: Write = { kind: 'replace', table: pipeline.types, rows, within: withinPair(pair) };
  await batcher.add({ writes: [write], rows: rows.length, size: 0, checkpoint: state });
}
