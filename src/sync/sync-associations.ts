import { KeywayError } from '../errors.ts';
import { completeUpTo, type Checkpoint } from '../checkpoint.ts';
import type { AssociationsPipeline } from '../pipeline.ts';
import type { Link, Pair } from '../source.ts';
import type { Row, Table } from '../table.ts';
import { fitRow } from '../transform/index.ts';
import type { StoredId, Write } from '../warehouse.ts';
import { makeBatcher, type Batcher } from './batcher.ts';
import type { SyncContext } from './context.ts';
import { mapAhead } from './map-ahead.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { prepare } from './prepare.ts';

/**
 * Reads the links of every record of each pair anew: an association change moves no watermark, so only asking shows it.
 * What HubSpot no longer gives for a record is deleted together with what it gives being written.
 */
export async function syncAssociations(
  pipeline: AssociationsPipeline,
  context: SyncContext,
): Promise<PipelineResult> {
  await prepare(context, pipeline.name, [pipeline.links, pipeline.types]);
  const takenAt = context.source.now();
  const synced = await context.warehouse.checkpoints();
  const outOfReach: string[] = [];
  let complete = takenAt;
  for (const pair of pipeline.pairs.filter(enabled(context))) {
    const from = completeUpTo(synced.get(pair.from)?.checkpoint);
    try {
      if (context.skipped.has(pair.from) || context.skipped.has(pair.to)) throw skippedObject(pair);
      if (from === undefined) throw notYetSynced(pair);
      // Links are asked for by the rows that there are: they cannot be more complete than these.
      complete = Math.min(complete, from);
      await syncPair({ pipeline, context, pair, takenAt: Math.min(takenAt, from) });
    } catch (error) {
      if (!(error instanceof KeywayError) || error.verdict !== 'skip') throw error;
      outOfReach.push(error.message);
    }
  }
  if (outOfReach.length === 0) return { outcome: 'complete', completeUpTo: complete };
  return { outcome: 'partial', reason: outOfReach.join(' '), completeUpTo: undefined };
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

interface PairRun {
  readonly pipeline: AssociationsPipeline;
  readonly context: SyncContext;
  /** By the names of their tables. */
  readonly pair: Pair;
  readonly takenAt: number;
}

async function syncPair(run: PairRun): Promise<void> {
  const { context, pair, takenAt } = run;
  const name = `associations/${pair.from}-${pair.to}`;
  const stored = await context.warehouse.checkpoint(name);
  const batcher = makeBatcher(context, name, stored);
  // Until the last record is answered the pair keeps the checkpoint that it had.
  const before: Checkpoint = stored.checkpoint ?? { kind: 'snapshot', takenAt: 0 };
  const types = await typesWrite(run);
  await batcher.add({ writes: [types], rows: types.rows.length, size: 0, checkpoint: before });
  try {
    await sweep(run, batcher, before);
    await batcher.add({ writes: [], rows: 0, size: 0, checkpoint: { kind: 'snapshot', takenAt } });
    await batcher.flush();
  } finally {
    await batcher.settled();
  }
}

async function sweep(run: PairRun, batcher: Batcher, checkpoint: Checkpoint): Promise<void> {
  const { context, pair, pipeline } = run;
  let read = 0;
  const chunks = context.warehouse.ids({ table: pair.from, state: 'any', chunk: idsPerCall });
  const answers = mapAhead(chunks, callsAhead, async (stored) => ({
    stored,
    rows: await linkRows(run, stored),
  }));
  for await (const { stored, rows } of answers) {
    read += rows.length;
    context.count({ read: rows.length });
    const write: Write = {
      kind: 'replace',
      table: pipeline.links,
      rows,
      within: within(pair),
      parents: { column: 'from_id', ids: stored.map(({ id }) => id) },
    };
    await batcher.add({
      writes: [write],
      rows: rows.length + stored.length,
      size: rows.length * 60,
      checkpoint,
    });
    context.onProgress({ kind: 'moved', pipeline: pipeline.name, phase: 'associations', read });
  }
}

/** HubSpot takes 1,000 (HubSpot docs, Associations v4); half of it keeps answers small. */
const idsPerCall = 500;
/** Enough to hide HubSpot's latency; its rate limits are the budget's business. */
const callsAhead = 4;

/** Archived and deleted records have no links: they are not asked for, and so lose what was stored. */
async function linkRows(run: PairRun, stored: readonly StoredId[]): Promise<readonly Row[]> {
  const { context, pair, pipeline } = run;
  const living = stored.filter((record) => record.living).map(({ id }) => id);
  if (living.length === 0) return [];
  const links = await context.source.links(objectsOf(run), living, context.signal);
  return links.map((link) => linkRow(pipeline.links, pair, link));
}

async function typesWrite(run: PairRun): Promise<Extract<Write, { kind: 'replace' }>> {
  const { context, pair, pipeline } = run;
  const types = await context.source.associationTypes(objectsOf(run), context.signal);
  const rows = types.map((type) =>
    fitRow(pipeline.types, [pair.from, pair.to, type.category, type.typeId, type.label]),
  );
  return { kind: 'replace', table: pipeline.types, rows, within: within(pair) };
}

function linkRow(table: Table, pair: Pair, link: Link): Row {
  return fitRow(table, [pair.from, pair.to, link.category, link.typeId, link.fromId, link.toId, link.label]);
}

function within(pair: Pair): Record<string, string> {
  return { from_type: pair.from, to_type: pair.to };
}

/** The pair by the path segments that HubSpot's API uses. */
function objectsOf({ context, pair }: PairRun): Pair {
  const object = (name: string): string => context.objects.find((each) => each.name === name)?.object ?? name;
  return { from: object(pair.from), to: object(pair.to) };
}
