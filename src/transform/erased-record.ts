import type { SourceObject, SourceRecord } from '../source.ts';
import type { ObjectTable } from './object-table.ts';

/**
 * Tells records in the recycle bin of which nothing is left but what HubSpot itself knows of them. Whether a privacy deletion
 * leaves such a one is not known (HubSpot community); other records have a value or two.
 */
export function erasedRecord(
  { watermark, created }: SourceObject,
  { columns }: Pick<ObjectTable, 'columns'>,
): (record: SourceRecord) => boolean {
  const telling = columns.flatMap(({ property: { name, calculated } }, at) => {
    const ofHubspot = calculated || name === watermark || name === created || name.startsWith('hs_object_');
    return ofHubspot ? [] : [at];
  });
  return ({ archived, values }) => archived && telling.every((at) => (values[at] ?? '') === '');
}
