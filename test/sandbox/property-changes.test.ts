import { expect, test } from 'vitest';
import { openAccount } from './account.ts';

const day = 86_400_000;
const size = { name: 'size', type: 'enumeration', fieldType: 'select' };
const archive = '/crm/properties/2026-09/contacts?archived=true';

test('an archive forgets after 90 days; what has its name then is another property', async () => {
  const { sandbox, get } = await openAccount();
  const { world, clock } = sandbox;
  const archived = async (): Promise<number> => (await get(archive)).body.results.length;
  world.addProperty('contacts', size);
  const one = '/crm/properties/2026-09/contacts/size';
  const { createdAt } = (await get(one)).body;
  world.archiveProperty('contacts', 'size');
  clock.advance(89 * day);
  expect(await archived()).toBe(1);
  world.restoreProperty('contacts', 'size');
  expect((await get(one)).body.createdAt).toBe(createdAt);
  world.archiveProperty('contacts', 'size');
  clock.advance(91 * day);
  expect([await archived(), (await get(`${one}?archived=true`)).status]).toEqual([0, 404]);
  world.restoreProperty('contacts', 'size');
  expect((await get(one)).body.createdAt).not.toBe(createdAt);
});

test('a property that is deleted for good is in no list, and options are what people make them', async () => {
  const { sandbox, get } = await openAccount();
  const { world } = sandbox;
  world.addProperty('contacts', size);
  world.setOptions('contacts', 'size', [{ value: 's', label: 'Small' }]);
  const one = '/crm/properties/2026-09/contacts/size';
  expect((await get(one)).body.options).toMatchObject([{ value: 's', label: 'Small' }]);
  world.deleteProperty('contacts', 'size');
  expect([(await get(one)).status, (await get(archive)).body.results]).toEqual([404, []]);
});
