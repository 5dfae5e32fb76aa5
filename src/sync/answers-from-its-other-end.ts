import { KeywayError } from '../errors.ts';
import type { LinksCheckpoint } from '../links-checkpoint.ts';
import type { Link } from '../source.ts';
import { askedPair, type PairRun } from './pair-run.ts';

/**
 * Some pairs have links that HubSpot gives from one end only (HubSpot community, leads and deals). A link that somebody has
 * just made is there from both. Asked of all records of the other end: those that are linked may be its newest.
 */
export async function answersFromItsOtherEnd(run: PairRun, state: LinksCheckpoint): Promise<boolean> {
  const { pair, context } = run;
  const { source, warehouse, signal } = context;
  // By rows that are not all there, no link can be known to be in.
  if (run.startedAt(pair.to) === undefined) return false;
  // Without records at this end there is nothing to be linked with.
  if (state.reversed === true || (await warehouse.countLiving({ table: pair.from })) === 0) return false;
  const { linkIds } = source.limits;
  for await (const rows of warehouse.ids({ table: pair.to, state: 'living', chunk: linkIds })) {
    const asked = rows.map(({ id }) => id);
    const { links } = await source.links(askedPair(run, { reversed: true }), asked, signal);
    if (links.length === 0) continue;
    const ids = [...new Set(links.map(({ toId }) => toId))].slice(0, linkIds);
    return (await source.links(askedPair(run, {}), ids, signal)).links.length === 0;
  }
  return false;
}

/**
 * Whether these links, which came from the other end, come from the first one as well: then its silence was no more than a copy
 * that lagged behind. One that is still silent costs a question in each sweep, since nobody asks it further than that.
 */
export async function areGivenFromTheFirst(run: PairRun, links: readonly Link[]): Promise<boolean> {
  const { source, signal } = run.context;
  const { linkIds } = source.limits;
  const ids = [...new Set(links.map(({ toId }) => toId))];
  try {
    for (let start = 0; start < ids.length; start += linkIds) {
      const asked = new Set(ids.slice(start, start + linkIds));
      const there = await source.links(askedPair(run, {}), [...asked], signal);
      const given = new Set(there.links.map(({ fromId, toId }) => `${fromId} ${toId}`));
      const expected = links.filter(({ toId }) => asked.has(toId));
      if (!expected.every(({ fromId, toId }) => given.has(`${toId} ${fromId}`))) return false;
    }
    return true;
  } catch (error) {
    // Nothing hangs on that end as yet.
    if (!(error instanceof KeywayError) || error.verdict === 'stop') throw error;
    return false;
  }
}
