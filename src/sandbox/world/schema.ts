import { extraProperties, iso, nasty, systemDatetime, systemNumber, systemText } from '../objects/index.ts';
import type { Draw, ObjectDefinition, PropertySpec } from '../objects/index.ts';
import { hashText } from '../random.ts';
import { baseMergeSources } from './base.ts';

/** A property as the account has it now. */
export interface Property {
  readonly spec: PropertySpec;
  readonly salt: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archivedAt?: number;
}

/** The dictionary of one object. It changes while the sandbox runs. */
export interface Schema {
  /** Everything that is not archived, by name in alphabetical order. */
  live(): ReadonlyMap<string, Property>;
  archived(): readonly Property[];
  get(name: string): Property | undefined;
  put(name: string, property: Property): void;
  remove(name: string): void;
}

/** Archived properties are deleted for good after 90 days (HubSpot docs, Access and manage Sensitive Data). */
export function isInArchive({ archivedAt }: Property, now: number): boolean {
  return archivedAt !== undefined && now - archivedAt < 90 * 86_400_000;
}

interface Extra {
  readonly count: number;
  /** The share of their values that are not empty. */
  readonly filled: number;
}

export function openSchema(definition: ObjectDefinition, extra: Extra, at: number): Schema {
  const all = new Map<string, Property>();
  const own = definition.properties.map(hostile);
  for (const spec of [
    ...own,
    ...systemProperties(definition).map((spec) => ({ ...spec, system: true })),
    ...extraProperties(extra.count, extra.filled),
  ])
    if (!all.has(spec.name)) all.set(spec.name, newProperty(spec, at));
  let live: ReadonlyMap<string, Property> | undefined;
  return {
    live: () => (live ??= sorted([...all].filter(([, { archivedAt }]) => archivedAt === undefined))),
    archived: () => [...all.values()].filter(({ archivedAt }) => archivedAt !== undefined),
    get: (name) => all.get(name),
    put(name, property) {
      all.set(name, property);
      live = undefined;
    },
    remove(name) {
      all.delete(name);
      live = undefined;
    },
  };
}

export function newProperty(spec: PropertySpec, at: number): Property {
  return { spec, salt: hashText(spec.name), createdAt: at, updatedAt: at };
}

function sorted(entries: readonly [string, Property][]): ReadonlyMap<string, Property> {
  return new Map(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Values that people type can be anything; what HubSpot sets itself and what identifies a record stays sane. */
function hostile(spec: PropertySpec): PropertySpec {
  const typed = ['string', 'number', 'date', 'datetime'].includes(spec.type);
  const safe = spec.readOnly === true || spec.calculated === true || spec.unique === true;
  return typed && !safe && spec.fieldType !== 'calculation_score'
    ? { ...spec, fill: nasty(spec.type, spec.fill) }
    : spec;
}

function systemProperties({
  name,
  createdProperty,
  watermark,
  mergeable = false,
}: ObjectDefinition): PropertySpec[] {
  // Of records that are made later, merges are written.
  const sources = (d: Draw): readonly number[] =>
    d.n < d.facts.count(name) ? baseMergeSources(d.seed, d.n) : [];
  const mergedIds = (d: Draw): string[] => sources(d).map((n) => d.facts.id(name, n));
  return [
    systemDatetime(createdProperty, 'Create date', 'When the record was created', (d) => iso(d.created)),
    systemDatetime(watermark, 'Last modified date', 'When any property last changed', (d) => iso(d.updated)),
    systemNumber('hs_object_id', 'Record ID', 'The unique id of the record', (d) => d.facts.id(name, d.n)),
    systemText('hs_object_source', 'Record source', 'How the record was created', () => 'CRM_UI'),
    ...(mergeable
      ? [
          systemText(
            'hs_merged_object_ids',
            'Merged record IDs',
            'The records merged into this one',
            (d) => mergedIds(d).join(';') || null,
          ),
        ]
      : []),
  ];
}
