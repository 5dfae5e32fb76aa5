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
