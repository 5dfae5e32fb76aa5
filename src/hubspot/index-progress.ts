import type { Instant, Scan } from '../source.ts';
import type { Search } from './search.ts';

/** Hears when the records changed that a scan has found, page by page; says how far the index has surely come. */
type IndexProgress = (
  changes: readonly (Instant | undefined)[],
  page: { readonly last: boolean; readonly search: Search },
) => Promise<Instant | undefined>;

/**
 * What a search finds in a window, the index knows by a date in there. What is shown of it may have been changed since: only another search
 * tells whether it was found by that.
 */
export function indexProgress({ from, index }: Extract<Scan, { kind: 'changes' }>): IndexProgress {
  let latest = 0;
  return async (changes, { last, search }) => {
    if (index === undefined) return undefined;
    const { before, known } = index;
    for (const at of changes)
      if (at !== undefined && at >= from && at < before) latest = Math.max(latest, at);
    if (latest === 0) return undefined;
    if (!last || known === undefined || latest <= Math.max(from, known)) return from;
    const { total } = await search({ from: latest, until: before, above: '0' });
    return total > 0 ? latest : from;
  };
}
