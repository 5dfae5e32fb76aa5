import { expect, test } from 'vitest';
import { idsOf, objects, openAccount } from './account.ts';

test('the index can lag by an hour: a new record is unseen until then, a changed one is found as it was', async () => {
  const hour = 3_600_000;
  const account = await openAccount({ indexLag: { min: hour, max: hour } });
  const { sandbox, post } = account;
  const [old = ''] = idsOf(sandbox, 'contacts');
  const since = sandbox.clock.now();
  const found = async (): Promise<string[]> => {
    const filter = { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(since) };
    const { body } = await post(`${objects}/contacts/search`, { filterGroups: [{ filters: [filter] }] });
    return body.results.map(({ id }) => id);
  };
  const created = sandbox.world.create('contacts', { firstname: 'Ada' });
  sandbox.world.update('contacts', old, { firstname: 'Grace' });
  sandbox.clock.advance(hour / 2);
  sandbox.world.update('contacts', created, { firstname: 'Joan' });
  sandbox.clock.advance(hour / 2 - 1);
  expect(await found()).toEqual([]);
  sandbox.clock.advance(1);
  expect((await found()).toSorted()).toEqual([old, created].toSorted());
});

test('the index of one object can stand still, and then shows all at once', async () => {
  const [hour, minute] = [3_600_000, 60_000];
  const account = await openAccount({ indexLagOf: { contacts: { min: 0, max: 0, standstill: hour } } });
  const { sandbox, post } = account;
  const found = async (object: string): Promise<number> => {
    const filter = { propertyName: 'hs_object_id', operator: 'GT', value: '0' };
    const { body } = await post(`${objects}/${object}/search`, { filterGroups: [{ filters: [filter] }] });
    return body.total;
  };
  const before = { contacts: await found('contacts'), companies: await found('companies') };
  sandbox.clock.advance(minute);
  sandbox.world.create('contacts', { firstname: 'Ada' });
  sandbox.world.create('companies', { name: 'Analytical' });
  sandbox.clock.advance(minute);
  sandbox.world.create('contacts', { firstname: 'Grace' });
  expect(await found('contacts')).toBe(before.contacts);
  expect(await found('companies')).toBe(before.companies + 1);
  sandbox.clock.advance(hour - 3 * minute);
  expect(await found('contacts')).toBe(before.contacts);
  sandbox.clock.advance(minute);
  expect(await found('contacts')).toBe(before.contacts + 2);
});

test('owners and lists can come in smaller pages than are asked for', async () => {
  const { get, post } = await openAccount({ ownerPageSize: 3, listPageSize: 2 });
  expect((await get('/crm/owners/2026-09?limit=100')).body.results).toHaveLength(3);
  const { body } = await post('/crm/lists/2026-09/search', { query: '', count: 500, offset: 0 });
  expect(body).toMatchObject({ hasMore: true, offset: 2, lists: [{}, {}] });
});
