import { afterEach, expect, test } from 'vitest';
import { makeFolder, problems, read } from './settings-folder.ts';

const folder = makeFolder();
afterEach(() => folder.remove());

test('an object needs a name and a type id', () => {
  folder.write('config/keyway.yaml', 'objects:\n  moons:\n    typeId: 0-9001\n');
  expect(read(folder).objects).toEqual([
    {
      kind: 'object',
      name: 'moons',
      object: '0-9001',
      typeId: '0-9001',
      label: 'moons',
      description: "moons: one row per record of HubSpot's object 0-9001",
      watermark: 'hs_lastmodifieddate',
      created: 'hs_createdate',
      scopes: [],
      staged: false,
      merges: true,
      associations: [],
      history: [],
    },
  ]);
  expect(read(folder, { env: { KEYWAY_OBJECTS: 'moons=0-9001 suns=0-9' } }).objects).toHaveLength(2);
});

test('its name can be used wherever names can', () => {
  folder.write(
    'config/keyway.yaml',
    'pipelines: [moons, custom_machines]\nobjects: {moons: {typeId: 0-9001, associations: [contacts, custom_machines]}}\nassociations: {moons: [contacts]}\n',
  );
  expect(read(folder).pipelines).toEqual(['moons', 'custom_machines']);
});

test.each([
  ['objects: {contacts: {typeId: 0-9}}', '"contacts" is the name of another table already'],
  ['objects: {merges: {typeId: 0-9}}', '"merges" is the name of another table already'],
  ['objects: {custom_moons: {typeId: 0-9}}', 'that do not begin with custom_'],
  ['objects: {Moons: {typeId: 0-9}}', 'lower-case letters, digits and _'],
  ['objects: {moons: {}}', 'must be an object type id such as 0-999'],
  ['objects: {moons: {typeId: moons}}', 'must be an object type id such as 0-999'],
  ['objects: {moons: {typeId: 0-9, watermrk: x}}', 'watermrk'],
  ['objects: {moons: {typeId: 0-9, object: ../x}}', 'must be a word'],
  ['objects: {moons: {typeId: 0-9, associations: [contcts]}}', 'did you mean contacts?'],
  ['objects: [moons]', 'must be objects such as {widgets: {typeId: 0-999}}'],
])('%s is refused', (yaml, sentence) => {
  folder.write('config/keyway.yaml', yaml);
  expect(problems(folder).join('\n')).toContain(sentence);
});
