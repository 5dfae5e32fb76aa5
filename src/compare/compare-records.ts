import type { ObjectPipeline } from '../pipeline.ts';
import { sensitiveScopes } from '../privacy.ts';
import type { Property, SourceRecord } from '../source.ts';
import { words, type Both, type KeySource, type Pair, type Sample, type SideName } from './both.ts';
import { capital, refusal, remark, several, unsettledRemark, type Remark } from './comparison.ts';
import { lasting, type Difference } from './lasting.ts';
import { shownFields, type Shown } from './shown.ts';

interface RecordComparing {
  readonly both: Both;
  readonly object: ObjectPipeline;
  readonly held: Pair<readonly string[] | undefined>;
}

/** Sampled records, living and archived, value by value. */
export async function compareRecords(
  comparing: RecordComparing,
  properties: readonly Property[],
  sample: Sample,
): Promise<readonly Remark[]> {
  const { both, object } = comparing;
  const differences: Difference[] = [];
  const remarks: Remark[] = [];
  for (const archived of [false, true]) {
    const ids = archived ? sample.archived : sample.living;
    if (ids.length === 0) continue;
    const reading = { both, object, names: properties.map(({ name }) => name), archived };
    const findings = await lasting(both, (source, again) => recordsOf(reading, source, again ?? ids));
    if (findings.kind === 'refused') {
      const what = {
        what: archived ? 'archived ones' : 'the values of their properties',
        scopes: object.scopes,
      };
      remarks.push(refusal(findings.refusals, what));
      continue;
    }
    differences.push(...findings.differences);
    remarks.push(...unsettledRemark(findings.unsettled, 'Values of records'));
  }
  const sampled = sample.living.length + sample.archived.length;
  return [
    ...unseenRecords(differences),
    ...unlikeValues(differences, { comparing, properties, sampled }),
    ...remarks,
  ];
}

interface Reading {
  readonly both: Both;
  readonly object: ObjectPipeline;
  readonly names: readonly string[];
  readonly archived: boolean;
}

async function recordsOf(
  { both, object, names, archived }: Reading,
  source: KeySource,
  ids: readonly string[],
): Promise<Shown> {
  const shown = new Map<string, ReadonlyMap<string, string>>();
  for await (const page of source.read(object, names, { kind: 'ids', ids, archived }, both.signal)) {
    for (const record of page.records) shown.set(record.id, shownFields(fieldsOf(record, names)));
  }
  return shown;
}

/** No property of HubSpot's has a capital in its name, so that these cannot be mistaken for one. */
function* fieldsOf(record: SourceRecord, names: readonly string[]): Generator<readonly [string, unknown]> {
  yield ['createdAt', record.createdAt];
  yield ['updatedAt', record.updatedAt];
  for (const [at, name] of names.entries()) yield [name, record.values[at]];
}

function unseenRecords(differences: readonly Difference[]): readonly Remark[] {
  return (['legacy', 'key'] as const).flatMap((side) => {
    const ids = differences
      .filter(({ field, seenBy }) => field === undefined && seenBy === side)
      .map(({ id }) => id);
    if (ids.length === 0) return [];
    const text = `Only ${words[side]} sees ${several(ids.length, 'sampled record')}.`;
    return [remark('difference', 'record', text, { seenBy: side, examples: ids })];
  });
}

interface Context {
  readonly comparing: RecordComparing;
  readonly properties: readonly Property[];
  readonly sampled: number;
}

/** One remark per property, those first in which most records differ. */
function unlikeValues(differences: readonly Difference[], context: Context): readonly Remark[] {
  const groups = Map.groupBy(
    differences.filter(({ field }) => field !== undefined),
    ({ field, seenBy }) => `${seenBy} ${field}`,
  );
  return [...groups.values()]
    .map((group) => unlikeValue(group, context))
    .toSorted((a, b) => b.count - a.count);
}

function unlikeValue(group: readonly Difference[], { comparing, properties, sampled }: Context): Remark {
  const [{ field: property = '', seenBy } = { seenBy: 'both' as const }] = group;
  const where = `in ${group.length.toLocaleString('en-US')} of ${several(sampled, 'sampled record')}`;
  const examples = group.map(({ id }) => id);
  if (seenBy === 'both') {
    const text = `The keys see different values of ${property} ${where}.`;
    return remark('difference', 'value', text, { seenBy, property, examples });
  }
  const other = words[seenBy === 'key' ? 'legacy' : 'key'];
  const text = `${capital(words[seenBy])} sees a value of ${property}, and ${other} sees none, ${where}.`;
  const definition = properties.find(({ name }) => name === property);
  const scopes = scopesFor(definition, comparing, seenBy);
  return remark('difference', 'value', text, { seenBy, property, examples, scopes });
}

/** Of an ordinary value, the scopes that the object wants besides, and of which the other key may have less. */
function scopesFor(
  property: Property | undefined,
  { object, held }: RecordComparing,
  seenBy: SideName,
): readonly string[] {
  const { dataSensitivity = 'non_sensitive' } = property ?? {};
  if (dataSensitivity !== 'non_sensitive') return sensitiveScopes(object.scopes, dataSensitivity);
  const lacking = held[seenBy === 'key' ? 'legacy' : 'key'];
  return (object.furtherScopes ?? []).filter((scope) => lacking?.includes(scope) !== true);
}
