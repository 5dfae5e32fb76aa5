import { expect, it } from 'vitest';
import { contacts } from '../../pipelines/objects/contacts.ts';
import type { TreatedProperty } from '../../src/privacy.ts';
import type { SourceRecord } from '../../src/source.ts';
import { erasedRecord, objectTable } from '../../src/transform/index.ts';
import { mergedIds } from '../../src/transform/merges.ts';

const limits = { identifierBytes: 63, reservedColumns: [], columns: 1600 };

function property(name: string, type: string, fieldType = 'text'): TreatedProperty {
  return {
    name,
    type,
    fieldType,
    label: `Label of ${name}`,
    description: 'What it is',
    groupName: 'g',
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

function record(values: readonly (string | null)[]): SourceRecord {
  return {
    id: '7',
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-02T00:00:00Z',
    archived: false,
    values,
  };
}

const shape = objectTable(
  contacts,
  [
    property('email', 'string'),
    property('score', 'number'),
    property('tags', 'enumeration', 'checkbox'),
    property('__proto__', 'number'),
  ],
  limits,
);
const names = shape.table.columns.map((column) => column.name);

function cell(values: readonly (string | null)[], column: string): unknown {
  return shape.row(record(values)).row[names.indexOf(column)];
}

it('has a column per property, between the id and what Keyway knows of the record', () => {
  expect(names).toEqual([
    'id',
    'email',
    'score',
    'tags',
    '__proto__',
    '_created_at',
    '_updated_at',
    '_archived',
    '_archived_at',
    '_deleted_at',
    '_merged_into_id',
    '_extra',
  ]);
  expect(shape.table.columns[1]).toMatchObject({ type: 'text', description: 'Label of email: What it is' });
});

it('keeps what does not fit verbatim in _extra, and counts it', () => {
  const typed = shape.row(record(['a@b.c', 'abc', ';x;', '0x']));
  expect(typed.misfits).toEqual(['score', '__proto__']);
  expect(typed.row[names.indexOf('score')]).toBeNull();
  expect(typed.row[names.indexOf('_extra')]).toBe('{"score":"abc","__proto__":"0x"}');
  expect(typed.row[names.indexOf('tags')]).toEqual(['x']);
});

it('gives NULL for empty and absent values, and no _extra without need', () => {
  for (const value of ['', null]) expect(cell([value, value, value, value], 'score')).toBeNull();
  expect(cell([], 'email')).toBeNull();
  expect(cell(['x', '1', null, null], '_extra')).toBeNull();
});

it('finds merged ids in both of HubSpot’s properties, each once and never the record itself', () => {
  const both = record(['1;2;;x', '2:1700000000000;3:1;7:1']);
  expect(mergedIds(['hs_merged_object_ids', 'hs_calculated_merged_vids'])(both)).toEqual(['1', '2', '3']);
  expect(mergedIds(['email', 'name'])(both)).toEqual([]);
});

it('a record in the bin is erased if nothing but what HubSpot knows is left, wherever that has its place', () => {
  const properties = ['email', 'firstname', 'jobtitle', 'hs_merged_object_ids', 'hs_object_source'].map(
    (name) => property(name, 'string'),
  );
  const narrow = { ...limits, columns: 10 };
  const tight = objectTable(contacts, properties, narrow);
  const inExtra = tight.columns.filter(({ name }) => name === '_extra').map((column) => column.property.name);
  expect(inExtra.length).toBeGreaterThan(1);
  expect(inExtra).toContain('hs_object_source');
  const isErased = erasedRecord(contacts, tight);
  const binned = (given: Record<string, string>): SourceRecord => ({
    ...record(tight.columns.map((column) => given[column.property.name] ?? null)),
    archived: true,
  });
  expect(isErased(binned({ hs_object_source: 'CRM_UI' }))).toBe(true);
  // Two records without any value may have been merged.
  for (const name of ['email', 'firstname', 'jobtitle', 'hs_merged_object_ids'])
    expect(isErased(binned({ [name]: 'x' }))).toBe(false);
});
