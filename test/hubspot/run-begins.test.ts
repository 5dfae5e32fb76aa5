import { expect, test } from 'vitest';
import { both, contacts, tickets, world, type World } from './key-world.ts';
import { never } from './open-test-hubspot.ts';

/** A run of a source that outlives it. */
async function run({ hubspot }: World): Promise<void> {
  hubspot.begin();
  await hubspot.demand({ portalId: '42', needs: [contacts, tickets] }, never);
  await hubspot.scopes(never);
  await hubspot.owners(never);
}

test('a run that begins asks anew whose the key is and which scopes it holds, and counts its own calls alone', async () => {
  const here = await world({ main: 'a', taken: { a: both } });
  await run(here);
  const first = here.asked();
  await run(here);
  expect(here.asked()).toEqual([...first, ...first]);
  expect(here.hubspot.usage().reduce((sum, { calls }) => sum + calls, 0)).toBe(first.length);
});

test('a run begins with the last key whatever that may read, also where it could read more in the run before', async () => {
  const here = await world({ main: 'a', taken: { a: both } });
  await run(here);
  here.slots.main = 'b';
  here.taken.clear();
  here.taken.set('b', { scopes: ['contacts.read'] });
  await run(here);
  expect(await here.hubspot.scopes(never)).toEqual(['contacts.read']);
});
