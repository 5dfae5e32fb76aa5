import type { LinksCheckpoint } from '../links-checkpoint.ts';
import type { Instant } from '../source.ts';
import { answersFromItsOtherEnd } from './answers-from-its-other-end.ts';
import { linkParts } from './link-parts.ts';
import { parentOf, type PairRun } from './pair-run.ts';

export interface Stretch {
  readonly state: LinksCheckpoint;
  /** What `written` is when the sweep is through. */
  readonly written: Instant;
  /** How far to go. */
  readonly calls: number;
}

/**
 * Goes on with the sweep for so many calls. `turned`: it is through, and has found nothing since HubSpot answers from the other
 * end only. Then it claims nothing.
 */
export async function sweepLinks(
  run: PairRun,
  { state, written, calls }: Stretch,
): Promise<{ readonly turned: boolean }> {
  const { context, pair, now, batcher, unread } = run;
  const { linkIds } = context.source.limits;
  const { sweep, ...rest } = state;
  const parent = parentOf(pair, state);
  let current = sweep ?? { startedAt: run.startedAt(parent) ?? 0, found: 0 };
  let left = calls;
  let ended = calls > 0;
  const after = current.afterId === undefined ? {} : { after: current.afterId };
  const query = { table: parent, state: 'any', chunk: linkIds, ...after } as const;
  for await (const part of linkParts(run, state, limited(context.warehouse.ids(query), calls))) {
    left -= 1;
    ended = left > 0 || part.asked < linkIds;
    current = { ...current, found: current.found + part.links, afterId: part.last };
    await batcher.add({ ...part, checkpoint: { ...state, sweep: current, steppedAt: now } });
  }
  if (ended) run.lost = 0;
  const isEmpty = ended && current.found === 0 && unread.ids.length === 0;
  if (isEmpty && (await isAnsweredFromThere(run, state))) return { turned: true };
  const end: LinksCheckpoint = ended
    ? { ...rest, written, swept: current.startedAt, steppedAt: now }
    : { ...rest, sweep: current, ...(calls > 0 && { steppedAt: now }) };
  await batcher.add({ writes: [], rows: 0, size: 0, checkpoint: end });
  await batcher.flush();
  return { turned: false };
}

/** Where the question fails, it alone is left for the next run. */
async function isAnsweredFromThere(run: PairRun, state: LinksCheckpoint): Promise<boolean> {
  try {
    return await answersFromItsOtherEnd(run, state);
  } catch (error) {
    await run.batcher.flush();
    throw error;
  }
}

async function* limited<Item>(items: AsyncIterable<Item>, most: number): AsyncGenerator<Item> {
  let left = most;
  if (left <= 0) return;
  for await (const item of items) {
    yield item;
    left -= 1;
    if (left <= 0) return;
  }
}

/**
 * How far this run goes with the sweep. The first one is never cut short; later ones take their share of the time in which
 * all is to be read once. `whole`: to the end of one that has not begun.
 */
export async function callsToSweep(
  { context, pair, now, budget }: Pick<PairRun, 'context' | 'pair' | 'now' | 'budget'>,
  state: LinksCheckpoint,
): Promise<{ readonly calls: number; readonly whole: boolean }> {
  const { warehouse, source, settings } = context;
  if (state.swept === undefined) return { calls: Number.POSITIVE_INFINITY, whole: state.sweep === undefined };
  const parent = parentOf(pair, state);
  const rows = (await warehouse.rowCounts([parent])).get(parent)?.rows ?? 0;
  const wanted = Math.max(1, Math.ceil(rows / source.limits.linkIds));
  const elapsed = Math.max(0, now - state.steppedAt) / Math.max(1, settings.linksEvery);
  const calls = budget.take(Math.ceil(wanted * Math.min(1, elapsed)), wanted);
  const whole = state.sweep === undefined && calls >= wanted;
  // Of rows that are added meanwhile none may be left over.
  return { calls: whole ? Number.POSITIVE_INFINITY : calls, whole };
}
