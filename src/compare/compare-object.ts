import type { ObjectPipeline } from '../pipeline.ts';
import { sensitiveScopes, treatmentOf, type Privacy } from '../privacy.ts';
import type { Property } from '../source.ts';
import { ofBoth, words, type Both, type Pair, type SideName } from './both.ts';
import { compared, refusal, remark, several, type Comparison, type Remark } from './comparison.ts';
import { compareCounts } from './compare-counts.ts';
import { compareDefinitions } from './compare-definitions.ts';
import { compareRecords } from './compare-records.ts';
import type { Samples } from './samples.ts';

export interface ObjectComparing {
  readonly both: Both;
  readonly privacy: Privacy;
  readonly samples: Samples;
  /** What HubSpot says that the keys may do; nothing where it does not say. */
  readonly held: Pair<readonly string[] | undefined>;
}

/** What the keys read of an object: whether at all, how much of it, which properties, and a sample value by value. */
export async function compareObject(comparing: ObjectComparing, object: ObjectPipeline): Promise<Comparison> {
  const { both, privacy, held } = comparing;
  const { name, unavailable } = object;
  const unread = (note: Remark): Comparison => ({
    pipeline: name,
    verdict: note.weight === 'difference' ? 'different' : 'not comparable',
    remarks: [note],
  });
  if (unavailable !== undefined) return unread(remark('note', 'refusal', unavailable.message));
  const what = { what: 'them', scopes: object.scopes };
  const { legacy, key } = await ofBoth(both, (source) => source.probe(object.object, both.signal));
  if (legacy !== undefined || key !== undefined)
    return unread(refusal({ ...(legacy && { legacy }), ...(key && { key }) }, what));
  const found = await compareDefinitions(both, object);
  if ('refusals' in found) return unread(refusal(found.refusals, { ...what, what: 'their properties' }));
  const refused = found.definitions.find((each) => treatmentOf(privacy, object, each) === 'refuse');
  if (refused !== undefined) {
    const text = `The settings refuse the property ${refused.name}, so that nothing of them is read.`;
    return unread(remark('note', 'refusal', text, { property: refused.name }));
  }
  const readable = await readableProperties(comparing, object, found.definitions);
  const counts = await compareCounts(both, object);
  const drawn = await comparing.samples(object);
  const sample = drawn ?? { living: [], archived: [] };
  const records = await compareRecords({ both, object, held }, readable.properties, sample);
  const remarks = [
    ...withoutFurther(object, held),
    ...found.remarks,
    ...readable.remarks,
    ...counts.remarks,
    ...records,
    ...(drawn === undefined ? [unsampled] : []),
  ];
  const sampled = sample.living.length + sample.archived.length;
  return compared(name, remarks, {
    ...(counts.seen && { seen: counts.seen }),
    sampled,
    properties: readable.properties.length,
  });
}

const unsampled = remark(
  'note',
  'refusal',
  'HubSpot gave no ids to draw a sample from, so that no values and no links were compared.',
);

/** Scopes that only show where there is something to hide, such as what e-mails say. */
function withoutFurther(
  { furtherScopes = [] }: ObjectPipeline,
  { legacy, key }: Pair<readonly string[] | undefined>,
): readonly Remark[] {
  if (legacy === undefined || key === undefined) return [];
  return furtherScopes
    .filter((scope) => legacy.includes(scope) !== key.includes(scope))
    .map((scope) => {
      const seenBy: SideName = legacy.includes(scope) ? 'legacy' : 'key';
      const text = `Only ${words[seenBy]} has the scope ${scope}, without which some values of them are kept back.`;
      return remark('difference', 'scope', text, { seenBy, scopes: [scope] });
    });
}

interface Readable {
  /** Those whose values both keys are asked for. */
  readonly properties: readonly Property[];
  readonly remarks: readonly Remark[];
}

/**
 * What the settings let Keyway read, but for sensitive values that one of the keys, or either, surely may not: HubSpot might
 * refuse the whole record then.
 */
async function readableProperties(
  { both, privacy }: ObjectComparing,
  object: ObjectPipeline,
  definitions: readonly Property[],
): Promise<Readable> {
  let properties = definitions.filter((each) =>
    ['include', 'hash'].includes(treatmentOf(privacy, object, each)),
  );
  const remarks: Remark[] = [];
  const sensitivities = new Set(properties.map(({ dataSensitivity }) => dataSensitivity));
  sensitivities.delete('non_sensitive');
  for (const sensitivity of sensitivities) {
    const alike = properties.filter(({ dataSensitivity }) => dataSensitivity === sensitivity);
    const scopes = sensitiveScopes(object.scopes, sensitivity);
    const about = { object: object.object, property: alike[0]?.name ?? '', scopes };
    const withheld = await ofBoth(both, (source) => source.isWithheld(about, both.signal));
    if (withheld.legacy !== true && withheld.key !== true) continue;
    properties = properties.filter((each) => !alike.includes(each));
    const names = alike.map(({ name }) => name);
    remarks.push(withheldRemark(withheld, { names, scopes, sensitivity }));
  }
  return { properties, remarks };
}

function withheldRemark(
  { legacy, key }: Pair<boolean | undefined>,
  kept: {
    readonly names: readonly string[];
    readonly scopes: readonly string[];
    readonly sensitivity: string;
  },
): Remark {
  const { names, scopes, sensitivity } = kept;
  const what = `the values of ${several(names.length, `${sensitivity} property`, `${sensitivity} properties`)}`;
  if (legacy === true && key === true) {
    return remark('note', 'scope', `Neither key may read ${what}.`, { examples: names, scopes });
  }
  const [seenBy, other]: readonly SideName[] = key === true ? ['legacy', 'key'] : ['key', 'legacy'];
  const text = `Only ${words[seenBy!]} may read ${what}; ${words[other!]} lacks the scope.`;
  return remark('difference', 'property', text, {
    seenBy: seenBy!,
    count: names.length,
    examples: names,
    scopes,
  });
}
