import type { SourceRecord } from '../source.ts';

/** The properties in which HubSpot lists the ids that a merge closed (HubSpot docs, Merge records). */
export const mergeProperties = ['hs_merged_object_ids', 'hs_calculated_merged_vids'] as const;

/**
 * The ids that were merged into a record. `hs_merged_object_ids` is `1;2`; `hs_calculated_merged_vids` of contacts is
 * `1:1700000000000;2:…` and can miss ids that the first has, so both are read.
 */
export function mergedIds(record: SourceRecord, properties: readonly string[]): readonly string[] {
  const ids = new Set<string>();
  for (const property of mergeProperties) {
    const value = record.values[properties.indexOf(property)] ?? '';
    for (const entry of value.split(';')) {
      const id = entry.split(':')[0] ?? '';
      if (/^\d+$/.test(id) && id !== record.id) ids.add(id);
    }
  }
  return [...ids];
}
