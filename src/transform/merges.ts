import type { SourceRecord } from '../source.ts';
import type { Row, Table } from '../table.ts';

/** Which ids HubSpot closed in merges, of all objects. */
export const mergesTable: Table = {
  name: 'merges',
  description: 'Records that were merged away, and the record that replaced each',
  key: ['object_type', 'merged_id'],
  columns: [
    { name: 'object_type', type: 'text', description: 'Table of the records', required: true },
    { name: 'merged_id', type: 'integer', description: 'The id that was closed', required: true },
    { name: 'into_id', type: 'integer', description: 'The record that replaced it', required: true },
  ],
};

export function mergeRow(objectType: string, mergedId: string, intoId: string): Row {
  return [objectType, mergedId, intoId];
}

/**
 * The ids that were merged into a record. `hs_merged_object_ids` is `1;2`; `hs_calculated_merged_vids` of contacts is
 * `1:1700000000000;2:…` and can miss ids that the first has, so both are read (HubSpot docs, Merge records).
 */
export function mergedIds(properties: readonly string[]): (record: SourceRecord) => readonly string[] {
  const places = mergeProperties.map((name) => properties.indexOf(name)).filter((place) => place >= 0);
  return (record) => {
    const lists = places.map((place) => record.values[place] ?? '').filter((list) => list !== '');
    const ids = lists.flatMap((list) => list.split(';')).map((entry) => entry.split(':')[0] ?? '');
    return [...new Set(ids)].filter((id) => /^\d+$/.test(id) && id !== record.id);
  };
}

const mergeProperties = ['hs_merged_object_ids', 'hs_calculated_merged_vids'];
