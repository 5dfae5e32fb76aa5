import { expect, test } from 'vitest';
import type { ObjectSchema } from '../../src/source.ts';
import { customObjects } from '../../src/transform/index.ts';

const rules = {
  identifierBytes: 63,
  taken: ['contacts'],
  others: [{ name: 'contacts', typeId: '0-1' }, { name: 'contracts' }],
};

function schema(typeId: string, name: string, more: Partial<ObjectSchema> = {}): ObjectSchema {
  return {
    typeId,
    name,
    fullyQualifiedName: `p1_${name}`,
    singular: null,
    plural: null,
    description: null,
    primaryDisplayProperty: null,
    secondaryDisplayProperties: [],
    requiredProperties: [],
    searchableProperties: [],
    associatedTypeIds: [],
    archived: false,
    createdAt: null,
    updatedAt: null,
    ...more,
  };
}

test('each living schema is an object, by its type id', () => {
  const all = [
    schema('2-7', 'Machine', { plural: 'Machines', description: 'What runs' }),
    schema('2-9', 'old', { archived: true }),
  ];
  expect(customObjects(all, rules)).toMatchObject([
    { name: 'custom_Machine', object: '2-7', typeId: '2-7', label: 'Machines', description: 'What runs' },
  ]);
});

test('tables keep their names apart by more than case, whatever becomes of the other', () => {
  const both = [
    schema('2-7', 'machine', { createdAt: '2024-01-01T00:00:00Z', archived: true }),
    schema('2-8', 'MACHINE', { createdAt: '2025-01-01T00:00:00Z' }),
  ];
  const [{ name } = { name: '' }] = customObjects(both, rules);
  expect(name).toMatch(/^custom_MACHINE_[0-9a-f]{8}$/);
});

test('links are those that the schema tells of, between two custom objects in one direction', () => {
  const all = [
    schema('2-7', 'machine', { associatedTypeIds: ['0-1', '0-999', '2-7', '2-8'] }),
    schema('2-8', 'part', { associatedTypeIds: ['2-7'] }),
  ];
  expect(customObjects(all, rules).map(({ name, associations }) => [name, associations])).toEqual([
    ['custom_machine', ['contacts', 'custom_machine']],
    ['custom_part', ['custom_machine']],
  ]);
});
