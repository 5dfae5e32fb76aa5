import type { Property, SourceObject, SourceRecord } from '../source.ts';
import type { ObjectTable } from './object-table.ts';

type Shape = Pick<ObjectTable, 'columns' | 'left'>;

/**
 * Tells records in the recycle bin of which nothing is left but what HubSpot itself knows of them. Whether a privacy deletion
 * leaves such a one is not known (HubSpot community); other records have a value or two. Where most properties are not read, an
 * ordinary record may look like that: there, none is told.
 */
export function erasedRecord(object: SourceObject, shape: Shape): (record: SourceRecord) => boolean {
  if (tellingNames(object, shape).length === 0) return () => false;
  const places = shape.columns.flatMap(({ property }, at) => (isTelling(object, property) ? [at] : []));
  return ({ archived, values }) => archived && places.every((at) => (values[at] ?? '') === '');
}

/** The columns that are all empty in a row of which nothing may stay: `open` in that of such a record, `closed` in a cleared one. */
export function tellingColumns(
  object: SourceObject,
  shape: Shape,
): { readonly open: readonly string[]; readonly closed: readonly string[] } {
  const names = tellingNames(object, shape);
  const always = new Set(['hs_object_id', object.watermark, object.created]);
  return {
    open: names.length === 0 ? [] : [...names, '_extra'],
    closed: shape.columns.filter(({ property }) => always.has(property.name)).map(({ name }) => name),
  };
}

function tellingNames(object: SourceObject, { columns, left }: Shape): readonly string[] {
  const telling = columns.filter(({ property }) => isTelling(object, property)).map(({ name }) => name);
  return telling.length <= left.filter(({ property }) => isTelling(object, property)).length ? [] : telling;
}

function isTelling({ watermark, created }: SourceObject, { name, calculated }: Property): boolean {
  return !calculated && name !== watermark && name !== created && !name.startsWith('hs_object_');
}
