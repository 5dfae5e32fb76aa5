import type { TreatedProperty } from '../../src/privacy.ts';
import type { SourceRecord } from '../../src/source.ts';
import type { ObjectTable } from '../../src/transform/index.ts';
import { kinds } from './hostile-values.ts';

/** The properties that hostile values are values of, as HubSpot defines them. */
export const hostileProperties: readonly TreatedProperty[] = Object.entries(kinds).map(([name, kind]) => ({
  name,
  label: name,
  description: '',
  groupName: 'everything',
  referencedObjectType: null,
  calculated: false,
  archived: false,
  hubspotDefined: false,
  currencyPropertyName: null,
  dataSensitivity: 'non_sensitive',
  createdAt: null,
  updatedAt: null,
  options: [],
  treatment: { kind: 'include' },
  ...kind,
}));

/** A record with these values, in the order in which a table wants them. */
export function recordOf(
  { columns }: Pick<ObjectTable, 'columns'>,
  values: Readonly<Record<string, string | null>>,
): SourceRecord {
  return {
    id: '7',
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-02T00:00:00Z',
    archived: false,
    values: columns.map(({ property }) => values[property.name] ?? null),
  };
}
