import { compareIds, type Instant } from '../source.ts';
import { idsInRange } from './ids-in-range.ts';
import { documentedSizes, type PageSizes } from './page-sizes.ts';
import type { Hits, Search } from './search.ts';

/** A time window that is read id by id from `afterId` on. */
export interface IdWindow {
  readonly from: Instant;
  readonly until: Instant;
  readonly afterId: string;
}

/** Ids of changed records, ascending, with the window as it is once they are in. */
export interface ChangedIds {
  readonly ids: readonly string[];
  readonly window: IdWindow;
  /** Nothing is left in the window. */
  readonly done: boolean;
}

/** The ids of all records that changed in `[from, until)`; the first window may be one that was left half read. */
export async function* changedIds(
  search: Search,
  first: IdWindow,
  until: Instant,
  sizes = documentedSizes,
): AsyncGenerator<ChangedIds> {
  const windows = [{ ...first, from: Math.min(first.from, first.until) }];
  if (first.until < until) windows.push({ from: first.until, until, afterId: '0' });
  for (let window = windows.shift(); window !== undefined; window = windows.shift()) {
    const hits = await search({ ...window, above: window.afterId });
    // A total that is the most that a query gives may be cut off there, and the walk relies on it.
    const middle = hits.total < sizes.query ? undefined : middleOf(window, hits);
    if (middle === undefined) yield* walk(search, { window, sizes }, hits);
    else windows.unshift({ ...window, until: middle }, { ...window, from: middle });
  }
}

/**
 * The middle of those changes that the search shows, which are spread over the ids, not over the time: so a job that
 * stamps many records with one millisecond is found in a few steps. Nothing for a window of one millisecond.
 */
function middleOf({ from, until }: IdWindow, { changedAt = new Map() }: Hits): Instant | undefined {
  if (until - from <= 1) return undefined;
  const inside = [...changedAt.values()].filter((at) => at >= from && at < until).sort((a, b) => a - b);
  const median = inside[Math.floor(inside.length / 2)];
  if (median === undefined) return Math.floor((from + until) / 2);
  return Math.max(median, from + 1);
}

/**
 * From the lowest id to the highest. The index answers out of order at times. So each page begins a little before the
 * end of the one before it, since two ids may have changed places across the border; and the next answer's total must
 * account for everything up to that border, else the range is read again.
 */
async function* walk(search: Search, { window, sizes }: Walk, first: Hits): AsyncGenerator<ChangedIds> {
  const { overlap } = sizes;
  let hits = first;
  let above = window.afterId;
  let given: ReadonlySet<string> = new Set();
  for (;;) {
    const ids = ascending(hits.ids);
    const fresh = ids.filter((id) => compareIds(id, above) > 0);
    const border = fresh.length > 2 * overlap ? fresh.at(-1 - overlap) : fresh.at(-1);
    const all = fresh.length === hits.total || (fresh.length > hits.total && hits.ids.length < sizes.search);
    if (border === undefined || all) {
      const afterId = fresh.at(-1) ?? above;
      yield { ids: without(given, ids), window: { ...window, afterId }, done: true };
      return;
    }
    const next = await search({ ...window, above: border });
    const expected = hits.total - upTo(border, fresh).length;
    const complete = next.total === expected || (next.total > expected && inOrder(hits.ids));
    const known = complete
      ? ids
      : ascending([...ids, ...(await idsInRange(search, { ...window, above, upTo: border }, sizes.search))]);
    yield* portions(without(given, known), { window, sizes }, border);
    given = new Set(known);
    above = border;
    hits = next;
  }
}

interface Walk {
  readonly window: IdWindow;
  readonly sizes: PageSizes;
}

/** How many searches find so many changes, where nothing goes wrong. */
export function searchesFor(changes: number): number {
  const { search, query, overlap } = documentedSizes;
  const windows = 2 ** Math.max(0, Math.ceil(Math.log2(changes / (query - 1))));
  const further = Math.max(0, changes / windows - search) / (search - overlap);
  return windows - 1 + windows * (1 + Math.ceil(further));
}

function without(given: ReadonlySet<string>, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => !given.has(id));
}

function upTo(border: string, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => compareIds(id, border) <= 0);
}

/** A range that was read again may hold more than one page. */
function* portions(ids: readonly string[], { window, sizes }: Walk, last: string): Generator<ChangedIds> {
  for (let at = 0; at < ids.length; at += sizes.search) {
    const portion = ids.slice(at, at + sizes.search);
    const end = portion.at(-1) ?? last;
    const afterId = compareIds(end, last) < 0 ? end : last;
    yield { ids: portion, window: { ...window, afterId }, done: false };
  }
}

function ascending(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort(compareIds);
}

function inOrder(ids: readonly string[]): boolean {
  return ids.every((id, at) => at === 0 || compareIds(ids[at - 1] ?? '0', id) < 0);
}
