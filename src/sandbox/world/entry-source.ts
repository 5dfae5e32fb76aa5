import { hash } from '../random.ts';
import type { ObjectStore } from './object-store.ts';
import type { Property } from './schema.ts';

/** What has set a value, as HubSpot tells it; what it does not know is left out. */
export interface EntrySource {
  readonly sourceType: string;
  readonly sourceId?: string;
  readonly sourceLabel?: string;
  readonly updatedByUserId?: number;
}

const sources: readonly EntrySource[] = [
  { sourceType: 'CRM_UI', sourceId: 'userId:9000011', updatedByUserId: 9_000_011 },
  { sourceType: 'INTEGRATION', sourceId: '2718', sourceLabel: 'ERP "bridge"' },
  { sourceType: 'API' },
  { sourceType: 'IMPORT' },
  { sourceType: 'AUTOMATION_PLATFORM' },
];

/** Of a record's i-th value of a property, counted from the oldest. */
export function entrySource(store: ObjectStore, property: Property, n: number, i: number): EntrySource {
  return sources[hash(store.seed ^ property.salt, n, i) % sources.length]!;
}
