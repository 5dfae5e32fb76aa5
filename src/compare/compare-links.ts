import type { AssociationsPipeline, ObjectPipeline } from '../pipeline.ts';
import type { Pair as ObjectPair } from '../source.ts';
import { words, type Both } from './both.ts';
import {
  compared,
  refusal,
  remark,
  several,
  unsettledRemark,
  type Comparison,
  type Remark,
} from './comparison.ts';
import { lasting, type Difference } from './lasting.ts';
import type { Samples } from './samples.ts';
import { shownFields, type Shown } from './shown.ts';

interface LinkComparing {
  readonly both: Both;
  readonly samples: Samples;
  /** Those that both keys may read. */
  readonly objects: readonly ObjectPipeline[];
}

/** The links of sampled records, for each pair of objects that is synced and that both keys may read. */
export async function compareLinks(
  comparing: LinkComparing,
  { name, pairs }: AssociationsPipeline,
): Promise<Comparison> {
  const remarks: Remark[] = [];
  const sampled = new Set<string>();
  let couldCompare = 0;
  for (const pair of pairs) {
    const from = comparing.objects.find((object) => object.name === pair.from);
    const to = comparing.objects.find((object) => object.name === pair.to);
    if (from === undefined || to === undefined) continue;
    const sample = await comparing.samples(from);
    const ids = sample?.living.slice(0, mostLinkIds) ?? [];
    if (sample === undefined) {
      const text = `Links from ${pair.from} to ${pair.to} are not compared: not both keys may read ${pair.from}.`;
      remarks.push(remark('note', 'refusal', text));
    }
    if (ids.length === 0) continue;
    const found = await comparePair(comparing.both, { pair, from, to }, ids);
    remarks.push(...found);
    if (found.some(({ about }) => about === 'refusal')) continue;
    couldCompare += 1;
    for (const id of ids) sampled.add(`${from.name}/${id}`);
  }
  if (couldCompare === 0 && remarks.every(({ weight }) => weight === 'note')) {
    const text = 'No two objects that are linked may be read by both keys, or they have no records.';
    return {
      pipeline: name,
      verdict: 'not comparable',
      remarks: [...remarks, remark('note', 'refusal', text)],
    };
  }
  return compared(name, remarks, { sampled: sampled.size });
}

/** Of as many records as one call takes. */
const mostLinkIds = 1000;

interface Ends {
  readonly pair: ObjectPair;
  readonly from: ObjectPipeline;
  readonly to: ObjectPipeline;
}

async function comparePair(
  both: Both,
  { pair, from, to }: Ends,
  ids: readonly string[],
): Promise<readonly Remark[]> {
  const asked = { from: from.object, to: to.object };
  const what = `links from ${pair.from} to ${pair.to}`;
  const findings = await lasting(both, async (source, again) => {
    const { links } = await source.links(asked, again ?? ids, both.signal);
    const byRecord = Map.groupBy(links, ({ fromId }) => fromId);
    const shown: [string, ReadonlyMap<string, string>][] = [...byRecord].map(([id, all]) => [
      id,
      shownFields(all.map(({ toId, category, typeId, label }) => [`${toId} ${category} ${typeId}`, [label]])),
    ]);
    return new Map(shown) satisfies Shown;
  });
  if (findings.kind === 'refused') return [refusal(findings.refusals, { what, scopes: [] })];
  return [
    ...(['legacy', 'key', 'both'] as const).flatMap((seenBy) => unlike(findings.differences, seenBy, what)),
    ...unsettledRemark(findings.unsettled, `L${what.slice(1)}`),
  ];
}

function unlike(
  differences: readonly Difference[],
  seenBy: Difference['seenBy'],
  what: string,
): readonly Remark[] {
  const ids = [...new Set(differences.filter((each) => each.seenBy === seenBy).map(({ id }) => id))];
  if (ids.length === 0) return [];
  const who = seenBy === 'both' ? 'The keys see different labels of' : `Only ${words[seenBy]} sees`;
  const text = `${who} ${what}, of ${several(ids.length, 'sampled record')}.`;
  return [remark('difference', 'link', text, { seenBy, examples: ids })];
}
