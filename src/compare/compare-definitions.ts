import type { KeywayError } from '../errors.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import type { Property } from '../source.ts';
import { words, type Both, type Pair, type SideName } from './both.ts';
import { remark, several, unsettledRemark, type Remark } from './comparison.ts';
import { lasting, type Difference } from './lasting.ts';
import { shownItems } from './shown.ts';

export type Definitions =
  | { readonly refusals: Partial<Pair<KeywayError>> }
  | {
      /** Those that either key is shown, by name. */
      readonly definitions: readonly Property[];
      readonly remarks: readonly Remark[];
    };

/** Which properties each key is told of, and how they are defined. */
export async function compareDefinitions(both: Both, { object }: ObjectPipeline): Promise<Definitions> {
  const listed = new Map<SideName, readonly Property[]>();
  const findings = await lasting(both, async (source, _ids, side) => {
    const properties = await source.properties(object, both.signal);
    listed.set(side, properties);
    return shownItems(properties, ({ name }) => name);
  });
  if (findings.kind === 'refused') return findings;
  const all = [...(listed.get('key') ?? []), ...(listed.get('legacy') ?? [])];
  const definitions = [...new Map(all.map((property) => [property.name, property])).values()];
  const { differences, unsettled } = findings;
  return {
    definitions,
    remarks: [
      ...(['legacy', 'key'] as const).flatMap((side) => onlyTo(side, differences)),
      ...otherwise(differences),
      ...unsettledRemark(unsettled, 'Definitions of properties'),
    ],
  };
}

function onlyTo(side: SideName, differences: readonly Difference[]): readonly Remark[] {
  const names = differences
    .filter(({ field, seenBy }) => field === undefined && seenBy === side)
    .map(({ id }) => id);
  if (names.length === 0) return [];
  const text = `Only ${words[side]} is told of ${several(names.length, 'property', 'properties')}.`;
  return [remark('difference', 'property', text, { seenBy: side, examples: names })];
}

function otherwise(differences: readonly Difference[]): readonly Remark[] {
  const parts = differences.filter(({ field }) => field !== undefined);
  if (parts.length === 0) return [];
  const names = [...new Set(parts.map(({ id }) => id))];
  const fields = [...new Set(parts.map(({ field = '' }) => field))].join(', ');
  const text = `The keys are told different things of ${several(names.length, 'property', 'properties')} (${fields}).`;
  return [remark('difference', 'property', text, { seenBy: 'both', examples: names })];
}
