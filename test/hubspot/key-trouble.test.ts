import { expect, test } from 'vitest';
import type { KeyNeed } from '../../src/hubspot/index.ts';
import { both, contacts, tickets, world, type World } from './key-world.ts';
import { never } from './open-test-hubspot.ts';

async function begin({ hubspot }: World, needs: readonly KeyNeed[] = [contacts, tickets]): Promise<void> {
  await hubspot.account(never);
  await hubspot.demand({ portalId: '42', needs }, never);
}

const read = ({ hubspot }: World): Promise<unknown> => hubspot.owners(never);

test('a key that lacked a scope is looked at again when the one in use is refused, so that adding it and deleting the other is enough', async () => {
  const here = await world({
    main: 'a',
    next: 'b',
    taken: { a: both, b: { scopes: [] } },
    changes: false,
    standing: (key) => (key === 'a' ? 'used' : 'new'),
  });
  await begin(here);
  here.taken.set('b', both);
  here.taken.delete('a');
  await read(here);
  expect(here.asked().at(-1)).toBe('b owners');
});

test('so is one that could not be asked about', async () => {
  let isDown = true;
  const here = await world({
    main: 'a',
    taken: { a: both, b: both },
    answers: (_, key) => (key === 'b' && isDown ? { status: 503, json: {} } : undefined),
  });
  await begin(here);
  here.slots.next = 'b';
  await here.clock.sleep(5000);
  await read(here);
  isDown = false;
  here.taken.delete('a');
  await read(here);
  expect(here.asked().at(-1)).toBe('b owners');
});

const spent = { 'x-hubspot-ratelimit-daily': '1000', 'x-hubspot-ratelimit-daily-remaining': '0' };

test.each(['during a run', 'at its beginning'])(
  'what a key of another account tells of the calls of a day is not ours: %s',
  async (when) => {
    const here = await world({
      main: 'a',
      ...(when === 'at its beginning' && { next: 'b' }),
      taken: { a: both, b: { ...both, portalId: 43 } },
      standing: (key) => (key === 'a' ? 'used' : 'new'),
      answers: (seen, key) =>
        key === 'b' && seen.path.includes('account-info')
          ? { json: { portalId: 43, timeZone: 'Asia/Tokyo' }, headers: spent }
          : undefined,
    });
    await here.hubspot.demand({ portalId: '42', needs: [contacts] }, never);
    here.slots.next = 'b';
    await here.clock.sleep(5000);
    await read(here);
    expect(here.asked()).toContain('b details');
    expect(here.asked().at(-1)).toBe('a owners');
    expect(here.hubspot.pace().day).toBeUndefined();
    const told = here.hubspot.keys().flatMap(({ calls }) => calls.flatMap(({ day }) => day ?? []));
    expect(told).toEqual([]);
  },
);

test('a run waits for another key once, not anew for whatever is asked then', async () => {
  const here = await world({ main: 'a', taken: { a: both }, patience: 12_000 });
  await begin(here);
  here.taken.clear();
  for (const _ of Array.from({ length: 3 }))
    await expect(read(here)).rejects.toMatchObject({ code: 'key_refused' });
  expect(here.clock.slept).toEqual([5000, 5000, 2000]);
});

test('two keys that were both replaced are better than none', async () => {
  const here = await world({ main: 'a', next: 'b', taken: { a: both }, standing: () => 'replaced' });
  await here.hubspot.demand({ portalId: '42', needs: [contacts] }, never);
  await read(here);
  expect(here.asked().at(-1)).toBe('a owners');
});

test('where there are two slots, a refusal names the one in which the key stands', async () => {
  const here = await world({ main: 'a', taken: { a: both } });
  await begin(here);
  here.taken.clear();
  await expect(read(here)).rejects.toMatchObject({
    code: 'key_refused',
    message: expect.stringMatching(/^MAIN: HubSpot does not know this key/) as string,
    details: { slots: ['MAIN'] },
  });
});

test('nothing is said against a key whose proof is cut short by the end of the run', async () => {
  const here = await world({
    main: 'a',
    taken: { a: both, b: both },
    answers: (_, key) => (key === 'b' ? { act: () => undefined } : undefined),
  });
  await begin(here);
  here.slots.next = 'b';
  await here.clock.sleep(5000);
  const reading = read(here).catch((error: unknown) => error);
  while (!here.asked().includes('b details')) await new Promise((resolve) => void setImmediate(resolve));
  await here.hubspot.close();
  await reading;
  await new Promise((resolve) => void setImmediate(resolve));
  expect(here.lines).toEqual([]);
});

test('a slot that holds no key at all has a fingerprint, too, which keeps nothing from being noted', async () => {
  const here = await world({ main: 'a', taken: { a: both, b: both } });
  await begin(here);
  [here.slots.next, here.slots.main] = ['b', 'no key\r\nx: y'];
  await here.clock.sleep(5000);
  await read(here);
  expect(here.hubspot.keys().map(({ state }) => state)).toContain('passed over');
  for (const key of here.hubspot.keys()) expect(key.fingerprint('secret')).toMatch(/^[0-9a-f]{12}$/);
});

test('a clock that is put back by a day keeps no new key waiting', async () => {
  const here = await world({ main: 'a', next: 'b', taken: { a: both, b: { scopes: [] } } });
  await begin(here);
  here.taken.set('b', both);
  await here.clock.sleep(-86_400_000);
  await read(here);
  expect(here.asked().at(-1)).toBe('b owners');
});

test('what a run needs beyond what was known at its beginning is demanded of the next key, too', async () => {
  const here = await world({ main: 'a', taken: { a: both, b: { scopes: ['contacts.read'] } } });
  await begin(here, []);
  await here.hubspot.scopes(never);
  here.hubspot.require([contacts, tickets]);
  here.slots.next = 'b';
  await here.clock.sleep(5000);
  await read(here);
  expect(here.asked().at(-1)).toBe('a owners');
  expect(here.lines.join()).toMatch(/lacks the scope tickets/);
});
