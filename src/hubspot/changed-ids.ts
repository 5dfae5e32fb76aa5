import { compareIds, type Instant } from '../source.ts';
import { idsInRange } from './ids-in-range.ts';
import { searchPage, type Hits, type Search } from './search.ts';

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
): AsyncGenerator<ChangedIds> {
  const windows = [{ ...first, from: Math.min(first.from, first.until) }];
  if (first.until < until) windows.push({ from: first.until, until, afterId: '0' });
  for (let window = windows.shift(); window !== undefined; window = windows.shift()) {
    const hits = await search({ ...window, above: window.afterId });
    // Totals of 10,000 and more may be cut off there, and the walk relies on them.
    const middle = hits.total < mostHits ? undefined : middleOf(window, hits);
    if (middle === undefined) yield* walk(search, window, hits);
    else windows.unshift({ ...window, until: middle }, { ...window, from: middle });
  }
}

/** HubSpot docs, Search the CRM: no query gives more. */
const mostHits = 10_000;

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
async function* walk(search: Search, window: IdWindow, first: Hits): AsyncGenerator<ChangedIds> {
  let hits = first;
  let above = window.afterId;
  let given: ReadonlySet<string> = new Set();
  for (;;) {
    const ids = ascending(hits.ids);
    const fresh = ids.filter((id) => compareIds(id, above) > 0);
    const border = fresh.length > 2 * overlap ? fresh.at(-1 - overlap) : fresh.at(-1);
    const all = fresh.length === hits.total || (fresh.length > hits.total && hits.ids.length < searchPage);
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
      : ascending([...ids, ...(await idsInRange(search, { ...window, above, upTo: border }))]);
    yield* portions(without(given, known), window, border);
    given = new Set(known);
    above = border;
    hits = next;
  }
}

/** Ids by which neighbouring pages overlap. */
const overlap = 10;

/** How many searches find so many changes, where nothing goes wrong. */
export function searchesFor(changes: number): number {
  const windows = 2 ** Math.max(0, Math.ceil(Math.log2(changes / (mostHits - 1))));
  const further = Math.max(0, changes / windows - searchPage) / (searchPage - overlap);
  return windows - 1 + windows * (1 + Math.ceil(further));
}

function without(given: ReadonlySet<string>, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => !given.has(id));
}

function upTo(border: string, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => compareIds(id, border) <= 0);
}

/** A range that was read again may hold more than one page. */
function* portions(ids: readonly string[], window: IdWindow, last: string): Generator<ChangedIds> {
  for (let at = 0; at < ids.length; at += searchPage) {
    const portion = ids.slice(at, at + searchPage);
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
