import type { SourceRecord } from '../../src/source.ts';
import type { objectTable } from '../../src/transform/index.ts';

/**
 * Synthetic contacts for the benchmark: 200 properties, half of them text, a tenth each of whole numbers, decimals,
 * instants, days and booleans; two in five filled. The same index gives the same record for ever.
 */
export const propertyCount = 200;

export interface SyntheticProperty {
  readonly name: string;
  readonly type: 'string' | 'number' | 'datetime' | 'date' | 'bool';
}

/** By the last digit of a property's number. */
const kinds = [
  'string',
  'string',
  'string',
  'string',
  'string',
  'number',
  'number',
  'datetime',
  'date',
  'bool',
] as const satisfies readonly SyntheticProperty['type'][];

export const syntheticProperties: readonly SyntheticProperty[] = Array.from(
  { length: propertyCount },
  (_, i) => ({
    name: i === 0 ? 'hs_object_id' : i === 1 ? 'lastmodifieddate' : `property_${String(i).padStart(3, '0')}`,
    type: i === 0 ? 'number' : i === 1 ? 'datetime' : kinds[i % kinds.length]!,
  }),
);

export function recordId(index: number): string {
  return String(10_000_000_000 + index);
}

export function recordJson(index: number): string {
  const instant = instantOf(index);
  const properties = syntheticProperties.map(({ name }, i) => `"${name}":${valueJson(index, i)}`).join(',');
  return (
    `{"id":"${recordId(index)}","properties":{${properties}},"createdAt":"${instant}",` +
    `"updatedAt":"${instant}","archived":false}`
  );
}

/** The value as HubSpot would give it: text, or nothing. */
export function valueOf(index: number, property: number): string | null {
  if (property === 0) return recordId(index);
  if (property === 1) return instantOf(index);
  const noise = mix(index * propertyCount + property);
  if (noise % 5 >= 2) return null;
  switch (syntheticProperties[property]!.type) {
    case 'number':
      return property % 10 === 5
        ? String(noise % 1_000_000)
        : `${noise % 100_000}.${String(noise % 100).padStart(2, '0')}`;
    case 'datetime':
      return instantOf(noise % 10_000_000);
    case 'date':
      return instantOf(noise % 10_000_000).slice(0, 10);
    case 'bool':
      return noise % 2 === 0 ? 'true' : 'false';
    case 'string':
      return `value ${noise.toString(36)} of the property ${property} for ${index}`;
  }
}

function valueJson(index: number, property: number): string {
  const value = valueOf(index, property);
  return value === null ? 'null' : `"${value}"`;
}

function instantOf(index: number): string {
  return new Date(1_700_000_000_000 + index * 977).toISOString();
}

/** An integer hash (Wang), so that values look random and are not. */
function mix(n: number): number {
  let x = n | 0;
  x = Math.imul(x ^ 61 ^ (x >>> 16), 9);
  x ^= x >>> 4;
  x = Math.imul(x, 0x27d4eb2d);
  return (x ^ (x >>> 15)) >>> 0;
}

export function record(index: number): SourceRecord {
  const [createdAt, updatedAt] = [valueOf(index, 1)!, valueOf(index, 1)!];
  const values = syntheticProperties.map((_, property) => valueOf(index, property));
  return { id: recordId(index), createdAt, updatedAt, archived: false, values };
}

export function definition({ name, type }: SyntheticProperty): Parameters<typeof objectTable>[1][number] {
  return {
    name,
    type,
    label: name,
    description: '',
    fieldType: 'text',
    groupName: 'bench',
    calculated: false,
    archived: false,
    hubspotDefined: true,
    referencedObjectType: null,
    currencyPropertyName: null,
    dataSensitivity: 'non_sensitive',
    createdAt: null,
    updatedAt: null,
    options: [],
    treatment: { kind: 'include' },
  };
}
