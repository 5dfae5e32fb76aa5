import { expect, test } from 'vitest';
import { idsOf, objects, openAccount } from './account.ts';
import type { Account, Reply } from './account.ts';

const find = ({ post }: Account, body: object, object = 'contacts'): Promise<Reply> =>
  post(`${objects}/${object}/search`, body);
const filter = (propertyName: string, operator: string, more: object = {}): object => ({
  propertyName,
  operator,
  ...more,
});
const where = (...filters: object[]): object => ({ filterGroups: [{ filters }], limit: 200 });
const idsIn = ({ body }: Reply): string[] => body.results.map(({ id }: { id: string }) => id);

test.each([
  ['201 a page', { limit: 201 }, 'page too large'],
  ['six groups', { filterGroups: Array.from({ length: 6 }, () => ({ filters: [] })) }, 'too many filters'],
  [
    'seven filters',
    where(...Array.from({ length: 7 }, () => filter('email', 'HAS_PROPERTY'))),
    'too many filters',
  ],
  [
    'nineteen filters',
    {
      filterGroups: Array.from({ length: 4 }, () => ({
        filters: Array.from({ length: 5 }, () => filter('email', 'HAS_PROPERTY')),
      })),
    },
    'too many filters',
  ],
  ['row 10,001', { limit: 200, after: '9801' }, 'paging past 10,000'],
  ['3,001 characters', { properties: ['x'.repeat(3000)] }, 'body too long'],
  ['an unknown property', where(filter('nosuch', 'EQ', { value: '1' })), 'invalid request'],
  ['an unknown operator', where(filter('email', 'LIKE', { value: '1' })), 'invalid request'],
  ['a filter without a value', where(filter('email', 'EQ')), 'invalid request'],
])('%s is refused as VALIDATION_ERROR', async (_, body, rule) => {
  const account = await openAccount();
  const reply = await find(account, body);
  expect(reply.status).toBe(400);
  expect(reply.body.category).toBe('VALIDATION_ERROR');
  expect(account.sandbox.violations()).toMatchObject([{ rule }]);
});

test('what is allowed at most is allowed', async () => {
  const account = await openAccount();
  const three = Array.from({ length: 6 }, () => filter('email', 'HAS_PROPERTY'));
  expect(
    (
      await find(account, {
        filterGroups: [1, 2, 3].map(() => ({ filters: three })),
        limit: 200,
        after: 9800,
      })
    ).status,
  ).toBe(200);
});

test('a long body and an unknown filter property can be let through', async () => {
  const account = await openAccount({ unknowns: { searchBodyLimit: 0, unknownFilterProperty: 'ignore' } });
  expect((await find(account, { properties: ['x'.repeat(9000)] })).status).toBe(200);
  expect((await find(account, where(filter('nosuch', 'EQ', { value: '1' })))).body.total).toBe(
    idsOf(account.sandbox, 'contacts').length,
  );
});

test('a lower bound of 1970 breaks the server', async () => {
  const account = await openAccount();
  expect((await find(account, where(filter('lastmodifieddate', 'GTE', { value: '0' })))).status).toBe(500);
  expect((await find(account, where(filter('lastmodifieddate', 'GTE', { value: '1000' })))).status).toBe(200);
});

test('windows over the watermark are exact to the millisecond, in both notations', async () => {
  const account = await openAccount();
  const { world, clock } = account.sandbox;
  const [a = '', b = ''] = idsOf(account.sandbox, 'contacts');
  const at = clock.advance(1000);
  world.update('contacts', a, { firstname: 'x' });
  clock.advance(1);
  world.update('contacts', b, { firstname: 'y' });
  const window = async (from: string, to: string, operators = ['GTE', 'LT']): Promise<string[]> =>
    idsIn(
      await find(
        account,
        where(
          filter('lastmodifieddate', operators[0] ?? '', { value: from }),
          filter('lastmodifieddate', operators[1] ?? '', { value: to }),
        ),
      ),
    );
  expect(await window(String(at), String(at + 1))).toEqual([a]);
  expect(await window(new Date(at).toISOString(), new Date(at + 2).toISOString())).toEqual([a, b]);
  expect(await window(String(at), String(at + 1), ['GT', 'LTE'])).toEqual([b]);
  expect(await window(new Date(at).toISOString().replace('Z', '999Z'), String(at + 1))).toEqual([a]);
  const between = where(
    filter('lastmodifieddate', 'BETWEEN', { value: String(at), highValue: String(at + 1) }),
  );
  expect(idsIn(await find(account, between))).toEqual([a, b]);
});

test('contacts have no hs_lastmodifieddate: filtering on it finds nothing and refuses nothing', async () => {
  const account = await openAccount();
  const reply = await find(account, where(filter('hs_lastmodifieddate', 'GTE', { value: '1000' })));
  expect(reply.status).toBe(200);
  expect(reply.body.total).toBe(0);
});

test('text is compared without case, IN on text needs lower case, enumerations keep their case', async () => {
  const account = await openAccount();
  const id = account.sandbox.world.create('contacts', {
    firstname: 'Zebulon',
    hs_lead_status: 'OPEN',
    jobtitle: 'Head of Zebra Care',
  });
  const total = async (...filters: object[]): Promise<number> =>
    (await find(account, where(filter('firstname', 'EQ', { value: 'zebulon' }), ...filters))).body.total;
  expect(idsIn(await find(account, where(filter('firstname', 'EQ', { value: 'ZEBULON' }))))).toEqual([id]);
  expect(await total(filter('firstname', 'IN', { values: ['zebulon', 'x'] }))).toBe(1);
  expect(await total(filter('firstname', 'IN', { values: ['Zebulon'] }))).toBe(0);
  expect(await total(filter('hs_lead_status', 'EQ', { value: 'OPEN' }))).toBe(1);
  expect(await total(filter('hs_lead_status', 'EQ', { value: 'open' }))).toBe(0);
  expect(await total(filter('hs_lead_status', 'NOT_IN', { values: ['OPEN'] }))).toBe(0);
  expect(await total(filter('jobtitle', 'CONTAINS_TOKEN', { value: 'zebr*' }))).toBe(1);
  expect(await total(filter('jobtitle', 'NOT_CONTAINS_TOKEN', { value: 'zebr*' }))).toBe(0);
  expect(await total(filter('lastname', 'HAS_PROPERTY'))).toBe(0);
  expect(await total(filter('lastname', 'NOT_HAS_PROPERTY'))).toBe(1);
  expect(await total(filter('jobtitle', 'NEQ', { value: 'other' }))).toBe(1);
});

test('numbers are compared as numbers', async () => {
  const account = await openAccount();
  const id = account.sandbox.world.create('deals', { amount: '1e9', dealname: 'only one' });
  expect(idsIn(await find(account, where(filter('amount', 'GT', { value: '99999999' })), 'deals'))).toEqual([
    id,
  ]);
});

test('ids above 2^53 are told apart', async () => {
  const account = await openAccount();
  const ids = idsOf(account.sandbox, 'machines');
  const [, second = '', third = ''] = ids;
  expect(BigInt(second) > 2n ** 53n).toBe(true);
  const reply = await find(
    account,
    { ...where(filter('hs_object_id', 'GT', { value: second })), limit: 1 },
    '2-4711001',
  );
  expect(idsIn(reply)).toEqual([third]);
  expect(
    idsIn(await find(account, where(filter('hs_object_id', 'LTE', { value: second })), '2-4711001')),
  ).toEqual(ids.slice(0, 2));
});

test('keyset paging by id sees every record once', async () => {
  const account = await openAccount({ reorder: 0.3 });
  const seen: string[] = [];
  for (let last = '0'; ;) {
    const body = {
      ...where(filter('hs_object_id', 'GT', { value: last })),
      sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
      limit: 50,
    };
    const ids = idsIn(await find(account, body));
    if (ids.length === 0) break;
    seen.push(...ids);
    last = String(Math.max(...ids.map(Number)));
  }
  expect(seen.toSorted()).toEqual(idsOf(account.sandbox, 'contacts').toSorted());
});

test('records can be found by a link, but not by one to a custom object', async () => {
  const account = await openAccount();
  const { world } = account.sandbox;
  const [contact, company] = [world.create('contacts', {}), world.create('companies', {})];
  world.associate({ object: 'contacts', id: contact }, { object: 'companies', id: company });
  expect(idsIn(await find(account, where(filter('associations.company', 'EQ', { value: company }))))).toEqual(
    [contact],
  );
  expect(
    (await find(account, where(filter('associations.2-4711001', 'EQ', { value: '1' })), 'deals')).status,
  ).toBe(400);
});

test('pages carry the same total and end without paging; a short filter list counts as one group', async () => {
  const account = await openAccount();
  const all = idsOf(account.sandbox, 'contacts');
  const first = await find(account, { limit: 200 });
  expect(first.body.total).toBe(all.length);
  expect(first.body.paging).toEqual({ next: { after: '200' } });
  const second = await find(account, { limit: 200, after: first.body.paging.next.after });
  expect(second.body).not.toHaveProperty('paging');
  expect([...idsIn(first), ...idsIn(second)]).toEqual(all);
  expect(
    (await find(account, { filters: [filter('hs_object_id', 'EQ', { value: all[3] })] })).body.total,
  ).toBe(1);
});

test('only the first sort counts, and it may be a string', async () => {
  const account = await openAccount();
  const sorts = [
    { propertyName: 'hs_object_id', direction: 'DESCENDING' },
    { propertyName: 'email', direction: 'ASCENDING' },
  ];
  const newest = idsOf(account.sandbox, 'contacts').toReversed().slice(0, 10);
  expect(idsIn(await find(account, { sorts }))).toEqual(newest);
  expect(idsIn(await find(account, { sorts: ['-createdate'] }))).toEqual(newest);
  const { body } = await find(account, { sorts: ['-lastmodifieddate'], limit: 100 });
  const stamps = body.results.map(({ updatedAt }: { updatedAt: string }) => updatedAt);
  expect(stamps).toEqual(stamps.toSorted().reverse());
});

test('archived records are never found', async () => {
  const account = await openAccount();
  const [id = ''] = idsOf(account.sandbox, 'contacts');
  account.sandbox.world.archive('contacts', id);
  expect((await find(account, where(filter('hs_object_id', 'EQ', { value: id })))).body.total).toBe(0);
});

test('a write is found after the index lag, by the old window until then, with the new values at once', async () => {
  const account = await openAccount({ indexLag: { min: 5000, max: 5000 } });
  const { world, clock } = account.sandbox;
  const now = clock.now();
  const [id = ''] = idsOf(account.sandbox, 'contacts');
  world.update('contacts', id, { firstname: 'Fresh' });
  const recent = where(filter('lastmodifieddate', 'GTE', { value: String(now) }));
  const older = where(
    filter('lastmodifieddate', 'LT', { value: String(now) }),
    filter('hs_object_id', 'EQ', { value: id }),
  );
  expect((await find(account, recent)).body.total).toBe(0);
  const stale = await find(account, { ...older, properties: ['firstname', 'lastmodifieddate'] });
  expect(stale.body.results[0].properties).toMatchObject({
    firstname: 'Fresh',
    lastmodifieddate: new Date(now).toISOString(),
  });
  clock.advance(5000);
  expect(idsIn(await find(account, recent))).toEqual([id]);
  expect((await find(account, older)).body.total).toBe(0);
});

test('a new record is not found before the index knows it, but listed at once', async () => {
  const account = await openAccount({ indexLag: { min: 600_000, max: 600_000 } });
  const id = account.sandbox.world.create('contacts', { firstname: 'Unseen' });
  const byName = where(filter('firstname', 'EQ', { value: 'unseen' }));
  expect((await find(account, byName)).body.total).toBe(0);
  expect((await account.get(`${objects}/contacts/${id}`)).status).toBe(200);
  account.sandbox.clock.advance(600_000);
  expect((await find(account, byName)).body.total).toBe(1);
});

test('neighbouring rows can change places; none is lost', async () => {
  const [calm, wild] = [await openAccount({ reorder: 0 }), await openAccount({ reorder: 0.5 })];
  const [inOrder, swapped] = [
    idsIn(await find(calm, { limit: 200 })),
    idsIn(await find(wild, { limit: 200 })),
  ];
  expect(swapped).not.toEqual(inOrder);
  expect(swapped.toSorted()).toEqual(inOrder.toSorted());
  for (const [i, id] of swapped.entries()) expect(Math.abs(inOrder.indexOf(id) - i)).toBeLessThanOrEqual(1);
});

test('a bulk job stamps more than 10,000 records with one millisecond', async () => {
  const account = await openAccount({ contacts: 11_000 });
  const { world, clock } = account.sandbox;
  const ids = idsOf(account.sandbox, 'contacts').slice(0, 10_500);
  clock.advance(1);
  world.bulkUpdate('contacts', ids, { hs_marketable_status: 'false' });
  const stamp = String(clock.now());
  const { body } = await find(account, {
    ...where(filter('lastmodifieddate', 'BETWEEN', { value: stamp, highValue: stamp })),
    after: 9800,
  });
  expect(body.total).toBe(10_500);
  expect(body.results).toHaveLength(200);
  expect(body.paging.next.after).toBe('10000');
});

test('free text is looked for in the default properties', async () => {
  const account = await openAccount();
  const id = account.sandbox.world.create('contacts', { lastname: 'Quetzalcoatl' });
  expect(idsIn(await find(account, { query: 'quetzal' }))).toEqual([id]);
});
