import { expect, test } from 'vitest';
import { fakeServer, type Reply, type Seen } from './fake-server.ts';
import { never, openTestHubspot } from './open-test-hubspot.ts';

async function open(answer: (seen: Seen, nth: number) => Reply) {
  const server = await fakeServer(answer);
  return { hubspot: openTestHubspot({ baseUrl: server.url }), seen: server.seen };
}

test('properties come by name, with what is left out filled in and what is calculated marked', async () => {
  const results = [
    { name: 'z', type: 'number', fieldType: 'calculation_rollup' },
    { name: 'hs_object_id', type: 'number' },
    { name: 'b', type: 'string', fieldType: 'text', calculationFormula: 'a+b', calculated: false },
    {
      name: 'a',
      type: 'enumeration',
      label: 'A',
      options: [{ value: 'x', label: 'X', hidden: true, displayOrder: 3, news: 1 }],
    },
  ];
  const { hubspot } = await open(() => ({ json: { results } }));
  const properties = await hubspot.properties('contacts', never);
  expect(properties.map(({ name, calculated }) => [name, calculated])).toEqual([
    ['a', false],
    ['b', true],
    ['hs_object_id', false],
    ['z', true],
  ]);
  expect(properties[0]).toEqual({
    name: 'a',
    label: 'A',
    description: '',
    type: 'enumeration',
    fieldType: '',
    groupName: '',
    calculated: false,
    archived: false,
    hubspotDefined: false,
    referencedObjectType: null,
    currencyPropertyName: null,
    dataSensitivity: 'non_sensitive',
    createdAt: null,
    updatedAt: null,
    options: [{ value: 'x', label: 'X', description: null, displayOrder: 3, hidden: true }],
  });
});

test('owners are all pages of the living and of the archived ones', async () => {
  const { hubspot } = await open(({ query }) => {
    const archived = query.get('archived') === 'true';
    if (archived) return { json: { results: [{ id: '3', userId: null, archived: true }] } };
    return query.get('after') === null
      ? {
          json: {
            results: [{ id: '1', userId: 11, teams: [{ id: 5, name: 'North', primary: true }] }],
            paging: { next: { after: 'x' } },
          },
        }
      : { json: { results: [{ id: '2', type: 'QUEUE' }] } };
  });
  const owners = await hubspot.owners(never);
  expect(owners.map(({ id, archived }) => [id, archived])).toEqual([
    ['1', false],
    ['2', false],
    ['3', true],
  ]);
  expect(owners[0]).toMatchObject({
    userId: '11',
    teams: [{ id: '5', name: 'North', primary: true }],
    email: null,
  });
  expect(owners[1]?.teams).toEqual([]);
});

test('stage pipelines carry their stages and the metadata as HubSpot gives it', async () => {
  const metadata = { isClosed: 'false', probability: '0.2' };
  const stages = [{ id: 's', label: 'Stage', displayOrder: 0, metadata }];
  const { hubspot } = await open(() => ({ json: { results: [{ id: 'default', label: 'Sales', stages }] } }));
  expect(await hubspot.stagePipelines('deals', never)).toMatchObject([
    { id: 'default', archived: false, stages: [{ id: 's', metadata }] },
  ]);
});

test('association types keep their ids as text', async () => {
  const { hubspot } = await open(() => ({
    json: { results: [{ category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' }] },
  }));
  const types = await hubspot.associationTypes({ from: 'contacts', to: 'companies' }, never);
  expect(types).toEqual([{ category: 'HUBSPOT_DEFINED', typeId: '1', label: 'Primary' }]);
});

test.each([{ results: [] }, { results: [{ name: 'email', type: 'string' }] }])(
  'properties without the one that every object has are not all there: %j',
  async (json) => {
    const { hubspot } = await open(() => ({ json }));
    const properties = hubspot.properties('contacts', never);
    await expect(properties).rejects.toMatchObject({ code: 'hubspot_bad_answer', verdict: 'retry' });
    await expect(properties).rejects.toThrow('contacts');
  },
);

test.each([{}, { results: null }, { results: [{}] }])('a dictionary of %j is no empty one', async (json) => {
  const { hubspot } = await open(() => ({ json }));
  await expect(hubspot.properties('contacts', never)).rejects.toMatchObject({ code: 'hubspot_bad_answer' });
});

test('pages of a dictionary that lead in a circle are an error', async () => {
  const { hubspot } = await open(() => ({ json: { results: [], paging: { next: { after: 'x' } } } }));
  await expect(hubspot.owners(never)).rejects.toMatchObject({ code: 'hubspot_bad_answer' });
});

test('the scopes are asked for once, with the key in the body as HubSpot wants it', async () => {
  const { hubspot, seen } = await open(() => ({ json: { scopes: ['oauth', 'tickets'], hubId: 1 } }));
  expect(await hubspot.scopes(never)).toEqual(['oauth', 'tickets']);
  expect(await hubspot.scopes(never)).toEqual(['oauth', 'tickets']);
  expect(seen).toHaveLength(1);
  expect(`Bearer ${seen[0]?.body.tokenKey}`).toBe(seen[0]?.headers.authorization);
});

test('scopes that HubSpot does not tell are unknown, which is no error', async () => {
  const { hubspot } = await open(() => ({ status: 404, json: {} }));
  expect(await hubspot.scopes(never)).toBeUndefined();
});

test('a refusal of the question for scopes is not held against the key', async () => {
  const { hubspot } = await open(({ path }) =>
    path.includes('access-token-info') ? { status: 401, json: {} } : { json: { results: [] } },
  );
  expect(await hubspot.scopes(never)).toBeUndefined();
  expect(await hubspot.probe('contacts', never)).toBeUndefined();
});

test('a probe tells a readable object from one that is out of reach', async () => {
  const { hubspot } = await open(({ path }) =>
    path.endsWith('/deals')
      ? { status: 403, json: { category: 'MISSING_SCOPES' } }
      : { json: { results: [] } },
  );
  expect(await hubspot.probe('contacts', never)).toBeUndefined();
  expect(await hubspot.probe('deals', never)).toMatchObject({ code: 'scope_missing' });
});

test('custom objects are the living and the archived ones, without the definitions that come elsewhere', async () => {
  const machine = { objectTypeId: '2-7', name: 'machine', fullyQualifiedName: 'p1_machine' };
  const associations = [
    { id: '3', fromObjectTypeId: '2-7', toObjectTypeId: '0-1' },
    { id: '4', fromObjectTypeId: '0-1', toObjectTypeId: '2-7' },
  ];
  const { hubspot, seen } = await open(({ query }) =>
    query.get('archived') === 'true'
      ? {
          json: { results: [{ ...machine, objectTypeId: '2-5', name: 'old', fullyQualifiedName: 'p1_old' }] },
        }
      : { json: { results: [{ ...machine, labels: { singular: 'Machine' }, associations }] } },
  );
  const schemas = await hubspot.schemas(never);
  expect(schemas.map(({ typeId, name, archived }) => [typeId, name, archived])).toEqual([
    ['2-5', 'old', true],
    ['2-7', 'machine', false],
  ]);
  expect(schemas[1]).toEqual({
    typeId: '2-7',
    name: 'machine',
    fullyQualifiedName: 'p1_machine',
    singular: 'Machine',
    plural: null,
    description: null,
    primaryDisplayProperty: null,
    secondaryDisplayProperties: [],
    requiredProperties: [],
    searchableProperties: [],
    associatedTypeIds: ['0-1'],
    archived: false,
    createdAt: null,
    updatedAt: null,
  });
  expect(seen.every(({ query }) => query.get('includePropertyDefinitions') === 'false')).toBe(true);
});
