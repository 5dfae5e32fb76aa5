import { expect, test } from 'vitest';
import { idsOf, objects, openAccount } from './account.ts';
import type { Json, Reply } from './account.ts';

test('all properties come in one answer, of every type', async () => {
  const { get } = await openAccount({ extraProperties: 320 });
  const { body } = await get('/crm/properties/2026-09/contacts');
  expect(body).not.toHaveProperty('paging');
  expect(body.results.length).toBeGreaterThan(350);
  const types = new Set(body.results.map(({ type }: Json) => type));
  for (const type of [
    'string',
    'number',
    'date',
    'datetime',
    'bool',
    'enumeration',
    'phone_number',
    'json',
    'object_coordinates',
  ])
    expect(types).toContain(type);
  const names = body.results.map(({ name }: Json) => name);
  expect(names).toEqual(expect.arrayContaining(['order', 'user', 'id', 'ID', 'p'.repeat(100), 'quote"mark']));
  expect(names.join(',').length).toBeGreaterThan(7000);
});

test('a definition looks as HubSpot writes it', async () => {
  const { get } = await openAccount();
  const { body } = await get('/crm/properties/2026-09/deals/amount');
  expect(body).toMatchObject({
    name: 'amount',
    type: 'number',
    currencyPropertyName: 'deal_currency_code',
    hubspotDefined: true,
    dataSensitivity: 'non_sensitive',
    archived: false,
  });
  const owner = (await get('/crm/properties/2026-09/deals/hubspot_owner_id')).body;
  expect(owner).toMatchObject({
    type: 'enumeration',
    options: [],
    externalOptions: true,
    referencedObjectType: 'OWNER',
  });
  const status = (await get('/crm/properties/2026-09/contacts/hs_lead_status')).body;
  expect(status.options).toContainEqual({ value: 'LEGACY', label: 'Legacy', hidden: true, displayOrder: 7 });
});

test('sensitive definitions come only when asked for, their values only with a scope', async () => {
  const scopes = ['crm.objects.contacts.read'];
  const { sandbox, get } = await openAccount({ scopes });
  const names = async (query: string): Promise<string[]> =>
    (await get(`/crm/properties/2026-09/contacts${query}`)).body.results.map(({ name }: Json) => name);
  expect(await names('')).not.toContain('passport_number');
  expect(await names('?dataSensitivity=sensitive')).toEqual(['passport_number']);
  expect(await names('?dataSensitivity=highly_sensitive')).toEqual(['health_note']);
  const id = sandbox.world.create('contacts', { passport_number: 'C01' });
  const path = `${objects}/contacts/${id}?properties=passport_number`;
  expect((await get(path)).body.properties).not.toHaveProperty('passport_number');
  sandbox.world.keys.grant([...scopes, 'crm.objects.contacts.sensitive.read']);
  expect((await get(path)).body.properties.passport_number).toBe('C01');
});

test('the sensitive scope of tickets has a name of its own', async () => {
  const scopes = ['tickets'];
  const { sandbox, get } = await openAccount({ scopes });
  const path = `${objects}/tickets/${sandbox.world.create('tickets', { patient_number: 'P1' })}?properties=patient_number`;
  sandbox.world.keys.grant([...scopes, 'tickets.highly_sensitive']);
  expect((await get(path)).body.properties).not.toHaveProperty('patient_number');
  sandbox.world.keys.grant([...scopes, 'tickets.sensitive']);
  expect((await get(path)).body.properties.patient_number).toBe('P1');
});

test.each([
  ['null', 200],
  ['refuse', 403],
] as const)('without the scope a sensitive value can be: %s', async (sensitiveWithoutScope, status) => {
  const { sandbox, get } = await openAccount({ unknowns: { sensitiveWithoutScope } });
  const id = sandbox.world.create('contacts', { passport_number: 'C01' });
  const reply = await get(`${objects}/contacts/${id}?properties=passport_number`);
  expect(reply.status).toBe(status);
  if (status === 200) expect(reply.body.properties.passport_number).toBeNull();
});

test('email bodies need a scope of their own', async () => {
  const { sandbox, get } = await openAccount({ scopes: ['crm.objects.contacts.read'] });
  const id = sandbox.world.create('emails', { hs_email_subject: 'Hello', hs_email_html: '<p>secret</p>' });
  const path = `${objects}/emails/${id}?properties=hs_email_subject,hs_email_html`;
  expect((await get(path)).body.properties).toMatchObject({ hs_email_subject: 'Hello' });
  expect((await get(path)).body.properties).not.toHaveProperty('hs_email_html');
  sandbox.world.keys.grant(['crm.objects.contacts.read', 'sales-email-read']);
  expect((await get(path)).body.properties['hs_email_html']).toBe('<p>secret</p>');
});

test('definitions can be added, renamed, retyped, archived and brought back', async () => {
  const { sandbox, get } = await openAccount();
  const { world, clock } = sandbox;
  const [id = ''] = idsOf(sandbox, 'contacts');
  const one = (archived = ''): Promise<Reply> => get(`/crm/properties/2026-09/contacts/brand_new${archived}`);
  clock.advance(1000);
  world.addProperty('contacts', { name: 'brand_new', type: 'number', filled: true, fill: () => '42' });
  expect((await one()).body).toMatchObject({ type: 'number', createdAt: '2026-10-01T08:00:01.000Z' });
  expect((await get(`${objects}/contacts/${id}?properties=brand_new`)).body.properties.brand_new).toBe('42');
  world.relabel('contacts', 'brand_new', 'Renamed');
  world.retype('contacts', 'brand_new', { type: 'string', fieldType: 'text' });
  expect((await one()).body).toMatchObject({ label: 'Renamed', type: 'string' });
  world.archiveProperty('contacts', 'brand_new');
  expect((await one()).status).toBe(404);
  expect((await one('?archived=true')).body.archived).toBe(true);
  expect((await get('/crm/properties/2026-09/contacts?archived=true')).body.results).toHaveLength(1);
  expect((await get(`${objects}/contacts/${id}?properties=brand_new`)).body.properties).not.toHaveProperty(
    'brand_new',
  );
  world.restoreProperty('contacts', 'brand_new');
  expect((await get(`${objects}/contacts/${id}?properties=brand_new`)).body.properties.brand_new).toBe('42');
});

test('definitions can be read in a batch, and have groups', async () => {
  const { get, post } = await openAccount();
  const reply = await post('/crm/properties/2026-09/contacts/batch/read', {
    inputs: [{ name: 'email' }, { name: 'nosuch' }],
  });
  expect(reply.status).toBe(207);
  expect(reply.body.results).toMatchObject([{ name: 'email' }]);
  const groups = (await get('/crm/properties/2026-09/contacts/groups')).body.results.map(
    ({ name }: Json) => name,
  );
  expect(groups).toContain('contactinformation');
});

test('custom objects have a schema with properties and associations', async () => {
  const { get } = await openAccount();
  const { body } = await get('/crm-object-schemas/2026-09/schemas');
  expect(body.results).toMatchObject([
    {
      objectTypeId: '2-4711001',
      name: 'machines',
      fullyQualifiedName: 'p1234567_machines',
      labels: { singular: 'Machine', plural: 'Machines' },
      primaryDisplayProperty: 'serial_number',
    },
  ]);
  expect(body.results[0].properties.length).toBeGreaterThan(10);
  expect(body.results[0].associations.map(({ toObjectTypeId }: Json) => toObjectTypeId)).toContain('0-2');
  expect((await get('/crm/v3/schemas/2-4711001?includePropertyDefinitions=false')).body).toMatchObject({
    id: '4711001',
    properties: [],
  });
});

test('pipelines have string metadata, default ones date from 1970, deleted ones vanish', async () => {
  const { sandbox, get } = await openAccount();
  const { body } = await get('/crm/pipelines/2026-09/deals');
  const [first, second] = body.results;
  expect(first).toMatchObject({ id: 'default', createdAt: '1970-01-01T00:00:00Z' });
  expect(first.stages.find(({ id }: Json) => id === 'closedwon')?.metadata).toEqual({
    isClosed: 'true',
    probability: '1.0',
  });
  expect((await get('/crm/pipelines/2026-09/tickets/0/stages/4')).body.metadata.ticketState).toBe('CLOSED');
  expect((await get('/crm/pipelines/2026-09/deals/default/audit')).status).toBe(200);
  sandbox.world.addStage('deals', 'default', { id: 'new-stage', label: 'New' });
  sandbox.world.archiveStage('deals', 'default', 'closedlost');
  sandbox.world.deletePipeline('deals', second.id);
  const after = (await get('/crm/pipelines/2026-09/deals')).body.results;
  expect(after).toHaveLength(1);
  const stages = after[0].stages.map(({ id }: Json) => id);
  expect(stages).toContain('new-stage');
  expect(stages).not.toContain('closedlost');
});

test('owners come in pages; archived ones have no user, some have no team, one is a queue', async () => {
  const { sandbox, get } = await openAccount({ contacts: 2000 });
  const owners: Json[] = [];
  for (let after = ''; ;) {
    const { body } = await get(`/crm/owners/2026-09?limit=7${after}`);
    owners.push(...body.results);
    if (body.paging === undefined) break;
    after = `&after=${body.paging.next.after}`;
  }
  const truth = sandbox.world.truth.owners();
  expect(owners.map(({ id }) => id)).toEqual(truth.filter(({ archived }) => !archived).map(({ id }) => id));
  expect(owners.filter(({ type }) => type === 'QUEUE')).toHaveLength(1);
  expect(owners.some((owner) => !('teams' in owner))).toBe(true);
  expect(owners.some(({ teams }) => teams?.length === 2)).toBe(true);
  const archived = (await get('/crm/owners/2026-09?archived=true')).body.results;
  expect(archived.length).toBeGreaterThan(1);
  for (const owner of archived)
    expect(owner).toMatchObject({
      archived: true,
      userId: null,
      userIdIncludingInactive: expect.any(Number),
    });
});

test('owners join and leave', async () => {
  const { sandbox, get } = await openAccount();
  const id = sandbox.world.addOwner({ email: 'new@keeper.example' });
  expect((await get('/crm/owners/2026-09?email=new@keeper.example')).body.results).toMatchObject([{ id }]);
  sandbox.world.archiveOwner(id);
  expect((await get(`/crm/owners/2026-09/${id}`)).status).toBe(404);
  expect((await get(`/crm/owners/2026-09/${id}?archived=true`)).body.userId).toBeNull();
});

test('users and teams are in the settings', async () => {
  const { get } = await openAccount();
  const users = (await get('/settings/users/2026-03?limit=2')).body;
  expect(users.results).toHaveLength(2);
  expect(users.paging.next.after).toBeDefined();
  expect((await get('/settings/v3/users/teams')).body.results.map(({ name }: Json) => name)).toContain(
    'Sales EMEA',
  );
});

test('lists are searched by offset and have pages of members', async () => {
  const { sandbox, get, post } = await openAccount();
  const first = await post('/crm/lists/2026-09/search', {
    count: 20,
    additionalProperties: ['hs_list_size'],
  });
  expect(first.body).toMatchObject({ hasMore: true, offset: 20, total: 27 });
  const second = await post('/crm/lists/2026-09/search', { count: 20, offset: 20 });
  expect(second.body).toMatchObject({ hasMore: false, offset: 27 });
  expect(second.body.lists).toHaveLength(7);
  const list = first.body.lists.find(({ listId }: Json) => listId === '1');
  const members: string[] = [];
  for (let after = ''; ;) {
    const { body } = await get(`/crm/lists/2026-09/1/memberships?limit=9${after}`);
    members.push(...body.results.map(({ recordId }: Json) => recordId));
    if (body.paging === undefined) break;
    after = `&after=${body.paging.next.after}`;
  }
  expect(members).toEqual([...sandbox.world.truth.memberships('1')].map(({ recordId }) => recordId));
  expect(String(members.length)).toBe(list?.additionalProperties['hs_list_size']);
  const joined = (await get('/crm/lists/2026-09/1/memberships/join-order?limit=250')).body.results.map(
    ({ membershipTimestamp }: Json) => membershipTimestamp,
  );
  expect(joined).toEqual(joined.toSorted());
});

test('members join and leave lists', async () => {
  const { sandbox, get } = await openAccount();
  const { world } = sandbox;
  const id = world.create('contacts', {});
  const list = world.addList({ name: 'Mine', object: 'contacts' });
  world.addToList(list, id);
  expect((await get(`/crm/lists/2026-09/${list}`)).body.list).toMatchObject({
    name: 'Mine',
    size: 1,
    processingType: 'MANUAL',
  });
  expect((await get(`/crm/lists/2026-09/records/0-1/${id}/memberships`)).body.results).toMatchObject([
    { listId: list },
  ]);
  world.removeFromList(list, id);
  expect((await get(`/crm/lists/2026-09/${list}/memberships`)).body.results).toEqual([]);
});

test('the account says who it is, what is switched on and how much it holds', async () => {
  const { sandbox, get } = await openAccount({ portalId: 777, switchedOff: ['0-421'] });
  expect((await get('/account-info/2026-09/details')).body).toMatchObject({
    portalId: 777,
    timeZone: 'US/Eastern',
    utcOffset: '-04:00',
    utcOffsetMilliseconds: -14_400_000,
  });
  expect((await get('/crm/object-library/2026-09/enablement')).body.enablementByObjectTypeId).toMatchObject({
    '0-421': false,
    '0-410': true,
  });
  const { hubspotDefinedObjectTypes, customObjectTypes } = (await get('/crm/limits/2026-09/records')).body;
  const counts = sandbox.world.truth.counts();
  expect(hubspotDefinedObjectTypes.find(({ objectTypeId }: Json) => objectTypeId === '0-1')?.usage).toBe(
    counts['contacts']?.active,
  );
  expect(customObjectTypes.byObjectType).toMatchObject([
    { objectTypeId: '2-4711001', usage: counts['machines']?.active },
  ]);
});

test('a key can ask what it may do', async () => {
  const { sandbox, post } = await openAccount({ scopes: ['oauth', 'tickets'] });
  const path = '/oauth/v2/private-apps/get/access-token-info';
  expect((await post(path, { tokenKey: sandbox.key })).body).toMatchObject({
    hubId: 1_234_567,
    scopes: ['oauth', 'tickets'],
  });
  expect((await post(path, { tokenKey: 'pat-na1-none' })).status).toBe(404);
});
