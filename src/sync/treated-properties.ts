import { KeywayError } from '../errors.ts';
import { isCustom, type ObjectPipeline } from '../pipeline.ts';
import {
  everyObject,
  idleRules,
  sensitiveScopes,
  treatmentOf,
  type Privacy,
  type Treatment,
  type TreatedProperty,
} from '../privacy.ts';
import type { Property, Source } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';
import { concerns, doubt, scopeOf, withholding, type Withholding } from './withholding.ts';

/** The definitions of an object's properties, each with what is to become of it. */
export interface TreatedProperties {
  readonly properties: readonly TreatedProperty[];
  /** The first property that the rules refuse: then nothing of the object may be read. */
  readonly refused: Property | undefined;
  /** Scopes that the key lacks for values that somebody asks for. */
  readonly withheld: readonly string[];
  /** Of each sensitivity that somebody asks for, whether HubSpot keeps its values back. */
  readonly withholdings: readonly Withholding[];
  /** For people: rules that mean no property that there is, and values of which nobody knows whether they are given. */
  readonly doubts: readonly string[];
}

interface Asking {
  readonly source: Source;
  /** Where it is remembered what HubSpot last said. */
  readonly warehouse?: Warehouse;
  readonly privacy: Privacy;
  readonly signal: AbortSignal;
}

/** The one place where the privacy rules meet what HubSpot has: all that is asked for later follows from it. `given`: instead of the living ones. */
export async function treatedProperties(
  { privacy, ...asking }: Asking,
  pipeline: ObjectPipeline,
  given?: readonly Property[],
): Promise<TreatedProperties> {
  const definitions = given ?? (await asking.source.properties(pipeline.object, asking.signal));
  const treatments = new Map(definitions.map((each) => [each, treatmentOf(privacy, pipeline, each)]));
  const withholdings = new Map<string, Withholding>();
  for (const [property, treatment] of treatments) {
    const { dataSensitivity: sensitivity, name } = property;
    if (sensitivity === 'non_sensitive' || withholdings.has(sensitivity) || !isRead(treatment)) continue;
    const scopes = sensitiveScopes(pipeline.scopes, sensitivity);
    const about = { object: pipeline.object, property: name, scopes, sensitivity };
    withholdings.set(sensitivity, await withholding(asking, pipeline.name, about));
  }
  const all = [...withholdings.values()];
  const lacking = all.filter(({ isWithheld }) => isWithheld === true);
  const unsure = all.filter(({ isWithheld }) => isWithheld === undefined);
  return {
    properties: [...treatments].map(([property, treatment]) => ({
      ...property,
      treatment:
        isRead(treatment) && lacking.some((each) => concerns(each, property))
          ? ({ kind: 'leave', why: 'withheld' } as const)
          : treated(treatment, privacy),
    })),
    refused: definitions.find((property) => treatments.get(property) === 'refuse'),
    withheld: lacking.map(scopeOf),
    withholdings: all,
    doubts: [...idle(privacy, pipeline.name, definitions), ...unsure.map((each) => doubt(pipeline, each))],
  };
}

function isRead(treatment: Treatment): boolean {
  return treatment === 'include' || treatment === 'hash';
}

function treated(treatment: Treatment, { hash }: Privacy): TreatedProperty['treatment'] {
  switch (treatment) {
    case 'include':
      return { kind: 'include' };
    case 'exclude':
      return { kind: 'leave', why: 'excluded' };
    case 'refuse':
      return { kind: 'leave', why: 'refused' };
    case 'hash':
      if (hash === undefined) throw new KeywayError('internal', 'There is no key to hash with.');
      return { kind: 'hash', hash };
  }
}

function idle(privacy: Privacy, object: string, definitions: readonly Property[]): readonly string[] {
  return idleSentences(
    privacy,
    object,
    definitions.map(({ name }) => name),
  );
}

/** For people: rules for every object that mean no property of any. `names`: those of all objects. */
export function idleEverywhere(privacy: Privacy, names: Iterable<string>): readonly string[] {
  return idleSentences(privacy, everyObject, [...new Set(names)]);
}

/** For people: rules about custom objects that are not among these, perhaps misspelt. */
export function idleObjects({ properties, nearest }: Privacy, objects: readonly string[]): readonly string[] {
  const absent = Object.keys(properties).filter((name) => isCustom(name) && !objects.includes(name));
  return absent.map((name) => {
    const near = nearest?.(name, objects);
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    return `properties.${name} is about no object that is synced${meant}`;
  });
}

function idleSentences(privacy: Privacy, object: string, names: readonly string[]): readonly string[] {
  const whose = object === everyObject ? 'no object has' : `${object} do not have`;
  return idleRules(privacy, object, names).map(({ treatment, name }) => {
    const near = privacy.nearest?.(name, names);
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    return `properties.${object}.${treatment} names ${name}, but ${whose} such a property, or only a sensitive one that is not asked for${meant}`;
  });
}

/** Throws when the rules refuse a property that the object has. */
export function assertNotRefused({ refused }: TreatedProperties, { name: object }: ObjectPipeline): void {
  if (refused === undefined) return;
  const { name, dataSensitivity } = refused;
  const sensitive = dataSensitivity === 'non_sensitive' ? '' : ` (${dataSensitivity})`;
  throw new KeywayError(
    'property_refused',
    `${object} have the property ${name}${sensitive}, which the settings refuse; so nothing of ${object} is read. Decide what becomes of it: instead of the rule that refuses it, give it one under properties.${object} that excludes, hashes or includes it.`,
    { verdict: 'skip', details: { object, property: name } },
  );
}
