import type { LinksCheckpoint } from '../links-checkpoint.ts';
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
