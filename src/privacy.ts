import type { Property } from './source.ts';

/** What becomes of a property, the strictest first. */
export const treatments = ['refuse', 'exclude', 'hash', 'include'] as const;
export type Treatment = (typeof treatments)[number];

/** HubSpot's words for data that wants a scope of its own (HubSpot docs, Access and manage Sensitive Data). */
const sensitivities = ['sensitive', 'highly_sensitive'] as const;
export type Sensitivity = (typeof sensitivities)[number];

/** Names of properties by what becomes of them; `*` in a name stands for any characters. */
export type PropertyRules = { readonly [Each in Treatment]?: readonly string[] | undefined };

/** What may be read of an object's records, and how it is kept. */
export interface Privacy {
  /** By the object's name; those under `*` hold for every object. */
  readonly properties: Readonly<Record<string, PropertyRules>>;
  readonly sensitivity: Readonly<Record<Sensitivity, Treatment>>;
  /** Absent: there is no key to hash with. */
  readonly hash?: KeyedHash;
  /** Of some names the one that was perhaps meant. */
  readonly nearest?: (name: string, names: readonly string[]) => string | undefined;
}

export interface KeyedHash {
  /** The same text for the same value, as long as the key is the same; tells nothing of the value without the key. */
  readonly of: (value: string) => string;
  /** Tells one key from another, and nothing else of it. */
  readonly fingerprint: string;
}

/** A property with what is to become of it. Nothing is read of one without going through the rules. */
export interface TreatedProperty extends Property {
  readonly treatment:
    | { readonly kind: 'include' }
    | { readonly kind: 'hash'; readonly hash: KeyedHash }
    /** Its name is in no request. `withheld`: the key lacks a scope, so that it may be read another day. */
    | { readonly kind: 'leave'; readonly why: 'excluded' | 'refused' | 'withheld' };
}

/** Nothing hidden, nothing sensitive. */
export const noRules: Privacy = {
  properties: {},
  sensitivity: { sensitive: 'exclude', highly_sensitive: 'exclude' },
};

/** What the rules know an object by, and what Keyway must read of it whatever they say. */
export interface Governed {
  readonly name: string;
  readonly watermark: string;
  readonly created: string;
  readonly merges: boolean;
}

/** What Keyway cannot do without: when a record changed and was created, its id, and what was merged into it. */
export function neededOf({ watermark, created, merges }: Governed): readonly string[] {
  const merged = merges ? ['hs_merged_object_ids', 'hs_calculated_merged_vids'] : [];
  return ['hs_object_id', watermark, created, ...merged];
}

/**
 * What becomes of a property: refuse before exclude before hash before include, those of the object before those of `*`. Where
 * an object has a list of what to include, nothing else is read of it. Of a rule by name and one by sensitivity the stricter
 * holds, but what is excluded by name is no reason to refuse the object. What Keyway needs is always read.
 */
export function treatmentOf(
  { properties, sensitivity }: Privacy,
  object: Governed,
  { name, dataSensitivity }: Pick<Property, 'name' | 'dataSensitivity'>,
): Treatment {
  if (neededOf(object).includes(name)) return 'include';
  const named = byName(properties[object.name], name) ?? byName(properties[everyObject], name);
  if (named === 'exclude') return named;
  return stricter(named ?? 'include', bySensitivity(sensitivity, dataSensitivity));
}

/** Rules under this name hold for every object. */
export const everyObject = '*';

function byName(rules: PropertyRules | undefined, name: string): Treatment | undefined {
  const treatment = treatments.find((each) => rules?.[each]?.some((pattern) => isNamed(pattern, name)));
  return treatment ?? (rules?.include === undefined ? undefined : 'exclude');
}

/** A word of HubSpot's that is not known here is the most sensitive. */
function bySensitivity(sensitivity: Privacy['sensitivity'], word: string): Treatment {
  if (word === 'non_sensitive') return 'include';
  return sensitivity[word === 'sensitive' ? word : 'highly_sensitive'];
}

function stricter(a: Treatment, b: Treatment): Treatment {
  return treatments.indexOf(a) < treatments.indexOf(b) ? a : b;
}

/** Whether a name, or a pattern with `*` for any characters, means the property. */
function isNamed(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name;
  const parts = pattern.split('*').map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}

/** The sensitivities whose properties somebody asks for: no others are even listed. */
export function askedSensitivities({ sensitivity }: Pick<Privacy, 'sensitivity'>): readonly Sensitivity[] {
  return sensitivities.filter((each) => sensitivity[each] !== 'exclude');
}

/** Scopes of which any one lets a key read the sensitive values of an object, from those for its other values. */
export function sensitiveScopes(scopes: readonly string[], sensitivity: string): readonly string[] {
  return scopes.flatMap((scope) => {
    if (scope === 'tickets') return [`tickets.${sensitivity}`];
    const [, object] = /^(crm\.objects\.\w+)\.read$/.exec(scope) ?? [];
    return object === undefined ? [] : [`${object}.${sensitivity}.read`, `${object}.${sensitivity}.read.v2`];
  });
}

export interface IdleRule {
  readonly object: string;
  readonly treatment: Treatment;
  readonly name: string;
}

/** Rules of an object, or of `*`, that mean none of these properties: perhaps misspelt. */
export function idleRules(
  { properties }: Privacy,
  object: string,
  names: readonly string[],
): readonly IdleRule[] {
  return treatments.flatMap((treatment) =>
    (properties[object]?.[treatment] ?? [])
      .filter((pattern) => !names.some((name) => isNamed(pattern, name)))
      .map((name) => ({ object, treatment, name })),
  );
}
