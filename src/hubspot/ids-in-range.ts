import { badAnswer } from './bad-answer.ts';
import { compareIds } from '../source.ts';
import type { Search, SearchRange } from './search.ts';

type ClosedRange = SearchRange & { readonly upTo: string };

/**
 * All ids of a range whatever the order of the answers: a range that fits into one answer is complete when as many
 * distinct ids arrive as the answer says there are; a larger one, or one that does not add up twice, is cut in two.
 */
export async function idsInRange(
  search: Search,
  range: ClosedRange,
  page: number,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (let tries = 0; tries < mostTries; tries += 1) {
    const hits = await search(range);
    const inside = hits.ids.filter((id) => isInside(id, range));
    for (const id of hits.ids) found.add(id);
    if (new Set(inside).size >= hits.total) return [...found];
    const pivot = hits.total > page || tries > 0 ? pivotOf(inside, range) : undefined;
    if (pivot !== undefined) return [...found, ...(await halves(search, range, { pivot, page }))];
  }
  throw badAnswer('its search index keeps contradicting itself');
}

const mostTries = 5;

interface Cut {
  readonly pivot: string;
  readonly page: number;
}

async function halves(search: Search, range: ClosedRange, { pivot, page }: Cut): Promise<readonly string[]> {
  const low = await idsInRange(search, { ...range, upTo: pivot }, page);
  const high = await idsInRange(search, { ...range, above: pivot }, page);
  return [...low, ...high];
}

/** The middle one of the ids seen: the ids of a range can be very unevenly spread. */
function pivotOf(ids: readonly string[], range: ClosedRange): string | undefined {
  const below = ids.filter((id) => id !== range.upTo).sort(compareIds);
  return below[Math.floor(below.length / 2)];
}

function isInside(id: string, range: ClosedRange): boolean {
  return compareIds(id, range.above) > 0 && compareIds(id, range.upTo) <= 0;
}
