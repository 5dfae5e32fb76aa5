import type { LinksCheckpoint, LinksSweep } from '../links-checkpoint.ts';
import type { Instant } from '../source.ts';
import { answersFromItsOtherEnd, areGivenFromTheFirst } from './answers-from-its-other-end.ts';
import { linkParts } from './link-parts.ts';
import { parentOf, type PairRun } from './pair-run.ts';

export interface Stretch {
  readonly state: LinksCheckpoint;
  /** What `written` is when the sweep is through. */
  readonly written: Instant;
  /** How far to go. */
  readonly calls: number;
  /** Whether a pair that is asked from its other end may turn out to be answered from the first one after all. */
  readonly mayTurnBack: boolean;
}

/**
 * Goes on with the sweep for so many calls. `turned`: it is through, and the pair is to be asked from its other end: from this one
 * nothing has come, or nothing that does not come from the first one as well. Then it claims nothing.
 */
export async function sweepLinks(run: PairRun, stretch: Stretch): Promise<{ readonly turned: boolean }> {
  const { context, now, batcher, unread } = run;
  const { state, written, calls } = stretch;
  const { linkIds } = context.source.limits;
  const { sweep: _sweep, ...rest } = state;
  let current = begun(run, stretch);
  const end = { isReached: false };
  const after = current.afterId === undefined ? {} : { after: current.afterId };
  const query = { table: parentOf(run.pair, state), state: 'any', chunk: linkIds, ...after } as const;
  const chunks = limited(context.warehouse.ids(query), calls, () => (end.isReached = true));
  for await (const { links, last, ...rows } of linkParts(run, state, chunks)) {
    const fromBoth = current.fromBoth === true && (await areGivenFromTheFirst(run, links));
    current = { ...current, found: current.found + links.length, afterId: last, fromBoth };
    await batcher.add({ ...rows, checkpoint: { ...state, sweep: current, steppedAt: now } });
  }
  const ended = end.isReached;
  if (ended) run.lost = 0;
  if (ended && unread.ids.length === 0) {
    if (current.found === 0 && (await isAnsweredFromThere(run, state))) return { turned: true };
    if (current.found > 0 && current.fromBoth === true) return { turned: true };
  }
  const checkpoint: LinksCheckpoint = ended
    ? { ...rest, written, swept: Math.max(state.swept ?? 0, current.startedAt), steppedAt: now }
    : { ...rest, sweep: current, ...(calls > 0 && { steppedAt: now }) };
  await batcher.add({ writes: [], rows: 0, size: 0, checkpoint });
  await batcher.flush();
  return { turned: false };
}

function begun({ pair, startedAt }: PairRun, { state, mayTurnBack }: Stretch): LinksSweep {
  const fromBoth = mayTurnBack && state.reversed === true;
  return state.sweep ?? { startedAt: startedAt(parentOf(pair, state)) ?? 0, found: 0, fromBoth };
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

/** Looks one item further: how many ids a chunk has says nothing of whether there are more. */
async function* limited<Item>(
  items: AsyncIterable<Item>,
  most: number,
  onEnd: () => void,
): AsyncGenerator<Item> {
  let left = most;
  if (left <= 0) return;
  for await (const item of items) {
    if (left <= 0) return;
    left -= 1;
    yield item;
  }
  onEnd();
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
