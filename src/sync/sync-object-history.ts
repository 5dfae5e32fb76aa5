import { completeUpTo, type HistoryCheckpoint } from '../checkpoint.ts';
import type { Instant } from '../source.ts';
import type { IdQuery, StoredId } from '../warehouse.ts';
import type { TrackedProperty } from '../transform/index.ts';
import { definitionOf, forgetForbidden, storedProperties } from './forget-forbidden.ts';
import { historyParts } from './history-parts.ts';
import { askAgain, concerns } from './withholding.ts';
import { beginHistory, type HistoryRun, type HistorySync } from './history-run.ts';
import { isMadeAnew } from './made-anew.ts';

export interface HistoryResult {
  readonly completeUpTo: Instant | undefined;
  /** What could not be read, for people. */
  readonly unread: string | undefined;
  /** Wanted properties that HubSpot does not have, or the key may not see. */
  readonly leftOut: readonly string[];
}

/** One object's history, as far as a run goes with it. */
export async function syncObjectHistory(sync: HistorySync): Promise<HistoryResult> {
  const run = await beginHistory(sync);
  const { batcher, unread, leftOut } = run;
  try {
    await goOn(run);
  } finally {
    await batcher.settled();
  }
  return { completeUpTo: completeUpTo(batcher.stored.checkpoint), unread: unread.reason(), leftOut };
}

async function goOn(run: HistoryRun): Promise<void> {
  const { context, tracked, batcher, startedAt } = run;
  const written = await context.warehouse.now();
  await forgetForbidden(run);
  const { checkpoint } = batcher.stored;
  const before = checkpoint?.kind === 'history' ? checkpoint : undefined;
  const stored = storedProperties(run, before);
  const begun = intact(run, before, written);
  const known = tracked.filter(({ name }) => begun?.properties.includes(name) === true);
  const fresh = tracked.filter((property) => !known.includes(property));
  const properties = known.map(({ name }) => name);
  // What is no longer asked for is not in for what is read now.
  if (before !== undefined) await readWritten(run, { ...before, properties, stored });
  const state: HistoryCheckpoint = { kind: 'history', written, properties, stored };
  if (fresh.length > 0) await readAll(run, state, fresh, begun?.sweep);
  const complete = Math.max(before?.complete ?? 0, startedAt);
  const end = { ...state, properties: await withoutVanished(run), complete };
  await batcher.add({ writes: [], rows: 0, size: 0, checkpoint: end });
  await batcher.flush();
}

/**
 * What is in already. Where the warehouse's clock was set back, rows that were written since then bear earlier times than are asked
 * for, so that nothing is.
 */
function intact(
  { context, object }: HistoryRun,
  before: HistoryCheckpoint | undefined,
  written: Instant,
): HistoryCheckpoint | undefined {
  if (before === undefined || written >= before.written) return before;
  const sentence = `The warehouse's clock was set back: the history of ${object.name} is read anew.`;
  context.log.warn({}, sentence);
  return undefined;
}

/** The history of rows that were written since the last time, and of those that could not be read, or not be found, then. */
async function readWritten(run: HistoryRun, before: HistoryCheckpoint): Promise<void> {
  const { context, unread, vanished } = run;
  const { warehouse } = context;
  await read(run, before, warehouse.ids({ ...allRows(run), writtenSince: before.written }));
  const among = [...new Set([...unread.ids, ...vanished])];
  if (among.length === 0) return;
  const rows = (await Array.fromAsync(warehouse.ids({ ...allRows(run), among }))).flat();
  const there = new Set(rows.filter(({ living, archived }) => living || archived).map(({ id }) => id));
  const missing = among.filter((id) => !there.has(id));
  for (const id of missing) vanished.delete(id);
  unread.note({ missing });
  await read(run, before, once(rows));
}

async function read(
  run: HistoryRun,
  checkpoint: HistoryCheckpoint,
  rows: AsyncIterable<readonly StoredId[]>,
): Promise<void> {
  for await (const part of historyParts(run, run.tracked, rows))
    await run.batcher.add({ ...part, checkpoint });
  await run.batcher.flush();
}

async function* once<Item>(item: Item): AsyncGenerator<Item> {
  yield await Promise.resolve(item);
}

/** The history of properties that are new to it, of all rows, in as many runs as it takes. */
async function readAll(
  run: HistoryRun,
  state: HistoryCheckpoint,
  tracked: readonly TrackedProperty[],
  begun: HistoryCheckpoint['sweep'],
): Promise<void> {
  const { context, batcher } = run;
  const properties = tracked.map(({ name }) => name);
  const isSame = begun?.properties.toSorted().join() === properties.toSorted().join();
  const after = isSame ? begun.afterId : '0';
  const rows = context.warehouse.ids({ ...allRows(run), state: 'open', after });
  for await (const part of historyParts(run, tracked, rows, after)) {
    const sweep = { properties, afterId: part.upTo };
    await batcher.add({ ...part, checkpoint: { ...state, sweep } });
  }
}

/** Enough rows at once that few questions are half empty. */
function allRows({ object, telling }: HistoryRun): IdQuery {
  return { table: object.name, state: 'any', telling, chunk: 500 };
}

/**
 * A property that was archived, or made anew, while history was read has come back without entries, as has one for which the
 * key has lost the scope. It counts as not read, so that it is read again when it returns.
 */
async function withoutVanished({
  context,
  object,
  tracked,
  asked,
  withholdings,
}: HistoryRun): Promise<readonly string[]> {
  if (!asked) return tracked.map(({ name }) => name);
  const definitions = await context.source.properties(object.object, context.signal);
  const now = new Map(definitions.map((property) => [property.name, property]));
  const given = withholdings.filter(
    (each) => each.isWithheld === false && tracked.some((property) => concerns(each, property)),
  );
  await askAgain(context, given);
  const lost = given.filter(({ isWithheld }) => isWithheld !== false);
  return tracked
    .filter((property) => !lost.some((each) => concerns(each, property)))
    .filter((property) => {
      const listed = now.get(property.name);
      if (listed === undefined) return false;
      return !isMadeAnew(definitionOf(property).definedAt, definitionOf(listed).definedAt);
    })
    .map(({ name }) => name);
}
