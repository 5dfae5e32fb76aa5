import type { LinksCheckpoint } from '../links-checkpoint.ts';
import { KeywayError } from '../errors.ts';
import type { Link } from '../source.ts';
import { callsAhead } from './link-parts.ts';
import { mapAhead } from './map-ahead.ts';
import { newcomers } from './newcomers.ts';
import { askedPair, endsOf, otherOf, withinPair, type PairRun } from './pair-run.ts';

/**
 * Records that have got links though their own rows were not written, since the record at the other end is new, has come back
 * or has taken over the links of one that was merged into it: as that end tells. Each time as many as can be asked for at
 * once.
 */
export async function* missedParents(run: PairRun, state: LinksCheckpoint): AsyncIterable<readonly string[]> {
  // From there HubSpot would give nothing: the sweep finds them.
  if (state.reversed === true) return;
  const { linkIds } = run.context.source.limits;
  const missed = new Set<string>();
  const others = newcomers(run, { table: otherOf(run.pair, state), since: state.written });
  for await (const links of mapAhead(others, callsAhead, (ids) => linksFromThere(run, ids))) {
    for (const id of await withoutTheirs(run, links)) missed.add(id);
    while (missed.size >= linkIds) yield taken(missed, linkIds);
  }
  if (missed.size > 0) yield taken(missed, linkIds);
}

function taken(ids: Set<string>, most: number): readonly string[] {
  const some = [...ids].slice(0, most);
  for (const id of some) ids.delete(id);
  return some;
}

/** What HubSpot does not tell from there is for the sweep to find, and no more is claimed. */
async function linksFromThere(run: PairRun, ids: readonly string[]): Promise<readonly Link[]> {
  const { source, log, signal } = run.context;
  const pair = askedPair(run, { reversed: true });
  try {
    const { links, failed } = await source.links(pair, ids, signal);
    if (failed.length > 0) log.warn({ ...pair, failed: failed.length }, 'links are left to the sweep');
    return links;
  } catch (error) {
    if (!(error instanceof KeywayError) || error.verdict !== 'skip') throw error;
    log.warn({ ...pair, reason: error.message }, 'links are left to the sweep');
    return [];
  }
}

/** The parents of links that are not stored. */
async function withoutTheirs(run: PairRun, links: readonly Link[]): Promise<readonly string[]> {
  const { context, pipeline, pair } = run;
  const { warehouse, source } = context;
  const ends = endsOf({});
  const all = [...new Set(links.map(({ toId }) => toId))];
  const stored = new Set<string>();
  for (let start = 0; start < all.length; start += source.limits.linkIds) {
    const ids = all.slice(start, start + source.limits.linkIds);
    const found = await warehouse.cells({
      table: pipeline.links.name,
      within: withinPair(pair),
      parents: { column: ends.parent, ids },
      columns: [ends.parent, ends.other],
    });
    for (const [parent, other] of found) stored.add(`${parent} ${other}`);
  }
  return [
    ...new Set(links.filter(({ fromId, toId }) => !stored.has(`${toId} ${fromId}`)).map(({ toId }) => toId)),
  ];
}
