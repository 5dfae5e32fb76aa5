import type { Property, SourceObject, SourceRecord } from '../source.ts';
import type { ObjectTable } from './object-table.ts';

/**
 * Tells records in the recycle bin of which nothing is left but what HubSpot itself knows of them. Whether a privacy deletion
 * leaves such a one is not known (HubSpot community); other records have a value or two. Where most properties are not read, an
 * ordinary record may look like that: there, none is told.
 */
export function erasedRecord(
  { watermark, created }: SourceObject,
  { columns, left }: Pick<ObjectTable, 'columns' | 'left'>,
): (record: SourceRecord) => boolean {
  const isTelling = ({ name, calculated }: Property): boolean =>
    !calculated && name !== watermark && name !== created && !name.startsWith('hs_object_');
  const telling = columns.flatMap(({ property }, at) => (isTelling(property) ? [at] : []));
  if (telling.length <= left.filter(({ property }) => isTelling(property)).length) return () => false;
  return ({ archived, values }) => archived && telling.every((at) => (values[at] ?? '') === '');
}
