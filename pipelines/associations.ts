import type { AssociationsPipeline, ObjectPipeline } from '../src/pipeline.ts';
import type { Column } from '../src/table.ts';

const type: readonly Column[] = [
  { name: 'from_type', type: 'text', description: 'Table of the first record', required: true },
  { name: 'to_type', type: 'text', description: 'Table of the second record', required: true },
  {
    name: 'category',
    type: 'text',
    description: 'HUBSPOT_DEFINED, USER_DEFINED, INTEGRATOR_DEFINED or WORK',
    required: true,
  },
  { name: 'type_id', type: 'integer', description: 'Association type, in this direction', required: true },
];

const pipeline: Omit<AssociationsPipeline, 'pairs'> = {
  kind: 'associations',
  name: 'associations',
  description: 'Links between records, one direction per pair of objects',
  links: {
    name: 'associations',
    description: 'Links between records: a row exists exactly while the link exists in HubSpot',
    key: ['from_type', 'from_id', 'to_type', 'to_id', 'category', 'type_id'],
    columns: [
      ...type,
      { name: 'from_id', type: 'integer', description: 'First record', required: true },
      { name: 'to_id', type: 'integer', description: 'Second record', required: true },
      { name: 'label', type: 'text', description: 'Label of the link' },
    ],
  },
  types: {
    name: 'association_types',
    description: 'The kinds of links that the pairs of objects can have',
    key: ['from_type', 'to_type', 'category', 'type_id'],
    columns: [...type, { name: 'label', type: 'text', description: 'Label of the links' }],
  },
};

/** Between these objects. */
export function associations(objects: readonly ObjectPipeline[]): AssociationsPipeline {
  const pairs = objects.flatMap(({ name, associations: others }) => others.map((to) => ({ from: name, to })));
  return { ...pipeline, pairs };
}
