import { expect, test } from 'vitest';
import { idsOf, listAll, objects, openAccount } from './account.ts';

test('a page has ten records unless told otherwise, a hundred at most, fifty with history', async () => {
  const { sandbox, get } = await openAccount();
  expect((await get(`${objects}/contacts`)).body.results).toHaveLength(10);
  expect((await get(`${objects}/contacts?limit=100`)).body.results).toHaveLength(100);
  expect((await get(`${objects}/contacts?limit=50&propertiesWithHistory=email`)).body.results).toHaveLength(
    50,
  );
  expect((await get(`${objects}/contacts?limit=101`)).body.category).toBe('VALIDATION_ERROR');
  expect((await get(`${objects}/contacts?limit=51&propertiesWithHistory=email`)).status).toBe(400);
  expect(sandbox.violations().map(({ rule }) => rule)).toEqual(['page too large', 'page too large']);
});

test('a page over the limit can be cut instead of refused', async () => {
  const { get } = await openAccount({ unknowns: { overLimit: 'clamp' } });
  expect((await get(`${objects}/contacts?limit=101`)).body.results).toHaveLength(100);
});

test.each(['0', '-1', 'ten', '1.5'])('limit=%s is refused', async (limit) => {
  const { get } = await openAccount();
  expect((await get(`${objects}/contacts?limit=${limit}`)).status).toBe(400);
});

test('pages follow each other by id, without gaps and doubles, and the last has no paging', async () => {
  const account = await openAccount();
  const ids = (await listAll(account, `${objects}/contacts`)).map(({ id }) => id);
  expect(ids).toEqual(idsOf(account.sandbox, 'contacts'));
  expect(ids).toEqual(ids.toSorted((a, b) => Number(a) - Number(b)));
});

test('the cursor is the id of the next record', async () => {
  const { sandbox, get } = await openAccount();
  const { body } = await get(`${objects}/contacts?limit=3&properties=email`);
  const { after, link } = body.paging.next;
  expect(after).toBe(idsOf(sandbox, 'contacts')[3]);
  expect(new URL(link).searchParams.get('after')).toBe(after);
  expect(new URL(link).searchParams.get('properties')).toBe('email');
});

test('a last page that is exactly full has no paging either', async () => {
  const { sandbox, get } = await openAccount();
  const ids = idsOf(sandbox, 'contacts');
  const { body } = await get(`${objects}/contacts?limit=10&after=${ids.at(-10)}`);
  expect(body.results).toHaveLength(10);
  expect(body).not.toHaveProperty('paging');
});

test('a cursor that is no id is refused', async () => {
  const { get } = await openAccount();
  expect((await get(`${objects}/contacts?after=abc`)).body.category).toBe('VALIDATION_ERROR');
});

test('archived=true lists archived records only, each with archivedAt', async () => {
  const account = await openAccount();
  const records = await listAll(account, `${objects}/contacts?archived=true`);
  expect(records.map(({ id }) => id)).toEqual(idsOf(account.sandbox, 'contacts', 'archived'));
  expect(records.length).toBeGreaterThan(0);
  for (const record of records)
    expect(record).toMatchObject({ archived: true, archivedAt: expect.any(String) });
});

test('the three system properties always come, empty ones are null, unknown ones are left out, keys are sorted', async () => {
  const { sandbox, get } = await openAccount();
  const id = sandbox.world.create('contacts', { firstname: 'A' });
  const { body } = await get(`${objects}/contacts/${id}?properties=lastname,firstname,nosuch`);
  expect(Object.keys(body.properties)).toEqual([
    'createdate',
    'firstname',
    'hs_object_id',
    'lastmodifieddate',
    'lastname',
  ]);
  expect(body.properties).toMatchObject({ firstname: 'A', lastname: null, hs_object_id: id });
});

test('empty properties can be left out', async () => {
  const { sandbox, get } = await openAccount({ unknowns: { emptyProperties: 'omit' } });
  const id = sandbox.world.create('contacts', { firstname: 'A' });
  expect((await get(`${objects}/contacts/${id}?properties=lastname`)).body.properties).not.toHaveProperty(
    'lastname',
  );
});

test('every value is a string or null', async () => {
  const account = await openAccount({ extraProperties: 30 });
  const names = account.sandbox.world.truth
    .properties('deals')
    .map(({ spec }) => encodeURIComponent(spec.name));
  const { body } = await account.get(`${objects}/deals?limit=100&properties=${names.join(',')}`);
  const values = body.results.flatMap(({ properties }) => Object.values(properties));
  expect(values.length).toBeGreaterThan(1000);
  for (const value of values) expect(value === null || typeof value === 'string').toBe(true);
});

test('without properties the default ones come', async () => {
  const { get } = await openAccount();
  const { body } = await get(`${objects}/deals?limit=1`);
  expect(Object.keys(body.results[0].properties)).toEqual([
    'amount',
    'closedate',
    'createdate',
    'dealname',
    'dealstage',
    'hs_lastmodifieddate',
    'hs_object_id',
    'pipeline',
  ]);
  expect(body.results[0].url).toBe(
    `https://app.hubspot.com/contacts/1234567/record/0-3/${body.results[0].id}`,
  );
});

test('associations come inline, once for each label, and without a key when there are none', async () => {
  const { sandbox, get } = await openAccount();
  const [contact, company] = [sandbox.world.create('contacts', {}), sandbox.world.create('companies', {})];
  const bare = await get(`${objects}/contacts/${contact}?associations=companies`);
  expect(bare.body).not.toHaveProperty('associations');
  for (const typeId of [279, 1])
    sandbox.world.associate(
      { object: 'contacts', id: contact },
      { object: 'companies', id: company },
      typeId,
    );
  const { body } = await get(`${objects}/contacts?after=${contact}&associations=companies,deals,nonsense`);
  expect(body.results[0].associations).toEqual({
    companies: {
      results: [
        { id: company, type: 'contact_to_company_unlabeled' },
        { id: company, type: 'contact_to_company' },
      ],
    },
  });
});

test('the short name of a custom object is refused as an association', async () => {
  const { get } = await openAccount();
  expect((await get(`${objects}/deals?associations=machines`)).body.message).toBe(
    'Unable to infer object type from: machines',
  );
  const { body } = await get(`${objects}/deals?limit=100&associations=2-4711001`);
  const keys = body.results.flatMap((record: { associations?: object }) =>
    Object.keys(record.associations ?? {}),
  );
  expect(new Set(keys)).toEqual(new Set(['p1234567_machines']));
});

test('more than a hundred inline associations have pages of their own', async () => {
  const { sandbox, get } = await openAccount();
  const popular = idsOf(sandbox, 'companies')[0];
  const { body } = await get(`${objects}/companies/${popular}?associations=contacts`);
  const { results, paging } = body.associations.contacts;
  expect(new Set(results.map(({ id }: { id: string }) => id)).size).toBe(100);
  expect(paging.next.after).toBeDefined();
});

test('a query longer than 16,200 bytes is refused by the edge, not as JSON', async () => {
  const { sandbox, get } = await openAccount();
  const fits = await get(`${objects}/contacts?properties=${'x'.repeat(16_189)}`);
  const { status, body } = await get(`${objects}/contacts?properties=${'x'.repeat(16_190)}`);
  expect(fits.status).toBe(200);
  expect(status).toBe(414);
  expect(body).toBeUndefined();
  expect(sandbox.violations()).toMatchObject([{ rule: 'query too long' }]);
});

test('a record created during a scan comes at its end, an updated one stays in its place', async () => {
  const { sandbox, get } = await openAccount();
  const ids = idsOf(sandbox, 'tickets');
  const first = await get(`${objects}/tickets?limit=5`);
  sandbox.world.update('tickets', ids[7] ?? '', { subject: 'changed' });
  const created = sandbox.world.create('tickets', { subject: 'new' });
  const second = await get(`${objects}/tickets?limit=100&after=${first.body.paging.next.after}`);
  expect(second.body.results.map(({ id }: { id: string }) => id)).toEqual([...ids.slice(5), created]);
  expect(second.body.results[2].properties.subject).toBe('changed');
});

test('answers are compressed for clients that accept it', async () => {
  const { get } = await openAccount();
  const packed = await get(`${objects}/contacts?limit=100`, { 'Accept-Encoding': 'gzip' });
  const plain = await get(`${objects}/contacts?limit=100`, { 'Accept-Encoding': 'identity' });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(packed.body).toEqual(plain.body);
});
