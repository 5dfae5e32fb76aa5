import { expect, test } from 'vitest';
import type { KeyNeed } from '../../src/hubspot/index.ts';
import { both, contacts, tickets, world, type World } from './key-world.ts';
import { never } from './open-test-hubspot.ts';

/** As a run does: account, then what is needed, then records. */
async function begin({ hubspot }: World, needs: readonly KeyNeed[] = [contacts, tickets]): Promise<void> {
  await hubspot.account(never);
  await hubspot.demand({ portalId: '42', needs }, never);
}

const read = ({ hubspot }: World): Promise<unknown> => hubspot.owners(never);
const reading = (asked: readonly string[]): readonly string[] =>
  asked.filter((one) => one.endsWith('owners'));

test('the only key needs no proof but what it is asked', async () => {
  const here = await world({ main: 'a', taken: { a: both } });
  await begin(here);
  await read(here);
  expect(here.asked()).toEqual(['a details', 'a owners', 'a owners']);
});

test('a key that is put into its slot during a run takes over once it has proved itself', async () => {
  const here = await world({ main: 'a', taken: { a: both, b: both } });
  await begin(here);
  await read(here);
  here.slots.next = 'b';
  await here.clock.sleep(5000);
  await read(here);
  await read(here);
  expect(here.asked().slice(3)).toEqual([
    'b details',
    'b access-token-info',
    'b owners',
    'b owners',
    'b owners',
    'b owners',
  ]);
  expect(here.lines.join()).toMatch(/"from":"MAIN","to":"NEXT".*has taken over/);
  expect(here.hubspot.keys().map(({ slot, state }) => `${slot} ${state}`)).toEqual([
    'NEXT in use',
    'MAIN passed over',
  ]);
});

test('so does one that takes its place in the same slot, which is asked for at once when the old one is refused', async () => {
  const here = await world({ main: 'a', taken: { a: both } });
  await begin(here);
  here.slots.main = 'b';
  here.taken.clear();
  here.taken.set('b', both);
  await read(here);
  expect(here.asked()).toEqual([
    'a details',
    'a owners',
    'b details',
    'b access-token-info',
    'b owners',
    'b owners',
  ]);
});

test('a request that is refused in the midst of others is asked again with the other key, and the old one no more', async () => {
  const here = await world({ main: 'a', next: '', taken: { a: both, b: both } });
  await begin(here);
  here.slots.next = 'b';
  here.taken.delete('a');
  await Promise.all(Array.from({ length: 20 }, () => read(here)));
  const asked = here.asked();
  const last = asked.findLastIndex((one) => one.startsWith('a '));
  expect(asked.slice(last + 1).every((one) => one.startsWith('b '))).toBe(true);
  // As many as may be under way at once.
  expect(asked.filter((one) => one === 'a owners').length).toBeLessThanOrEqual(8);
  expect(asked.filter((one) => one === 'b details')).toHaveLength(1);
  expect(reading(asked).filter((one) => one.startsWith('b'))).toHaveLength(40);
});

test.each([
  ['it belongs to another account', { ...both, portalId: 43 }, /belongs to HubSpot account 43.*is 42/],
  [
    'it may read less',
    { scopes: ['contacts.read'] },
    /lacks the scope tickets or tickets.read, which tickets needs/,
  ],
  ['it may read less, as trying shows', { scopes: 'untold', forbidden: ['tickets'] }, /lacks .*tickets/],
] as const)('a key is not used while %s', async (_, key, says) => {
  const here = await world({ main: 'a', taken: { a: both, b: key } });
  await begin(here);
  here.slots.next = 'b';
  await here.clock.sleep(5000);
  await read(here);
  await here.clock.sleep(5000);
  await read(here);
  expect(reading(here.asked())).toEqual(Array.from({ length: 4 }, () => 'a owners'));
  expect(here.asked().filter((one) => one === 'b details')).toHaveLength(1);
  expect(here.lines.join()).toMatch(says);
  // Nor when the other one is gone: half of the data would be missing without a word.
  here.taken.delete('a');
  const error: unknown = await read(here).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'key_refused', verdict: 'stop' });
  expect(String(error)).toMatch(/No Service Key is left.*MAIN: .*NEXT: It /);
  expect(String(error)).toMatch(says);
});

test('a scope that is added to it is noticed within minutes', async () => {
  const here = await world({ main: 'a', next: 'b', taken: { a: both, b: { scopes: [] } } });
  await begin(here);
  here.taken.set('b', both);
  await here.clock.sleep(11 * 60_000);
  await read(here);
  expect(here.asked().at(-1)).toBe('b owners');
});

test('what the key before could not read either is no reason to refuse the new one', async () => {
  const less = { scopes: ['contacts.read'] };
  const here = await world({ main: 'a', taken: { a: less, b: less } });
  await begin(here);
  await here.hubspot.scopes(never);
  here.slots.next = 'b';
  await here.clock.sleep(5000);
  await read(here);
  expect(here.asked().at(-1)).toBe('b owners');
});

test('a run begins with the new key of two if it is fit, and asks nothing with the other', async () => {
  const here = await world({ main: 'a', next: 'b', taken: { a: both, b: both }, standing: used('a') });
  await begin(here);
  await read(here);
  expect(here.asked().filter((one) => one.startsWith('a'))).toEqual([]);
});

test.each([
  ['HubSpot refuses it', undefined],
  ['it may read less', { scopes: [] }],
  ['it belongs to another account', { ...both, portalId: 43 }],
])('it begins with the other one where %s', async (_, key) => {
  const here = await world({
    main: 'a',
    next: 'b',
    taken: { a: both, ...(key && { b: key }) },
    standing: used('a'),
  });
  await begin(here);
  await read(here);
  expect(reading(here.asked())).toEqual(['a owners', 'a owners']);
});

test('a key that was replaced is not asked again, in whatever slot it stands', async () => {
  const standing = (key: string): 'used' | 'replaced' => (key === 'a' ? 'replaced' : 'used');
  const here = await world({ next: 'a', main: 'b', taken: { a: both, b: both }, standing });
  await begin(here);
  await read(here);
  expect(here.asked().filter((one) => one.startsWith('a'))).toEqual([]);
});

test('nor when the one that replaced it is refused; but it is where it stands alone', async () => {
  const standing = (key: string): 'used' | 'replaced' => (key === 'a' ? 'replaced' : 'used');
  const here = await world({ main: 'a', next: 'b', taken: { a: both, b: both }, standing });
  await begin(here);
  here.taken.delete('b');
  const error: unknown = await read(here).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'key_refused' });
  expect(String(error)).toMatch(/MAIN: It was replaced by another one/);
  expect(here.asked().filter((one) => one.startsWith('a'))).toEqual([]);
  here.slots.next = '';
  await read(here);
  expect(here.asked().at(-1)).toBe('a owners');
});

test('a key that stands alone is used with whatever it may read', async () => {
  const here = await world({ main: 'a', taken: { a: { scopes: [] } } });
  await begin(here);
  await read(here);
  expect(reading(here.asked())).toEqual(['a owners', 'a owners']);
});

test('two keys of two accounts are not used before any account is pinned', async () => {
  const here = await world({ main: 'a', next: 'b', taken: { a: both, b: { ...both, portalId: 43 } } });
  await here.hubspot.account(never);
  await expect(here.hubspot.demand({ needs: [] }, never)).rejects.toMatchObject({
    code: 'account_mismatch',
    message: expect.stringMatching(/that in NEXT to 43, that in MAIN to 42/) as string,
  });
});

test('when all are refused nothing is asked any more, for an hour', async () => {
  const here = await world({ main: 'a', next: 'b', taken: { a: both } });
  await begin(here);
  here.taken.clear();
  await expect(read(here)).rejects.toMatchObject({ code: 'key_refused' });
  const before = here.asked().length;
  for (const _ of Array.from({ length: 50 })) {
    await here.clock.sleep(60_000);
    await expect(read(here)).rejects.toMatchObject({ code: 'key_refused', verdict: 'stop' });
  }
  expect(here.asked()).toHaveLength(before);
  expect(before).toBeLessThan(8);
});

test('a run that loses its key waits for another one, and asks nothing meanwhile', async () => {
  const here = await world({ main: 'a', taken: { a: both }, patience: 600_000 });
  await begin(here);
  here.taken.delete('a');
  here.taken.set('b', both);
  const waiting = read(here);
  while (here.clock.slept.length < 60) await new Promise((resolve) => void setImmediate(resolve));
  const before = here.asked();
  here.slots.main = 'b';
  await waiting;
  expect(before).toEqual(['a details', 'a owners']);
  expect(here.asked().slice(2)).toEqual(['b details', 'b access-token-info', 'b owners', 'b owners']);
  expect(here.lines.join()).toContain('waiting for another one');
});

test('it waits no longer than it may, not at its beginning, and not where no other key can come', async () => {
  const late = await world({ main: 'a', taken: { a: both }, patience: 60_000 });
  await begin(late);
  late.taken.clear();
  await expect(read(late)).rejects.toMatchObject({ code: 'key_refused' });
  expect(late.clock.slept.reduce((sum, ms) => sum + ms)).toBe(60_000);
  const early = await world({ main: 'a', taken: {}, patience: 60_000 });
  await expect(early.hubspot.account(never)).rejects.toMatchObject({ code: 'key_refused' });
  const fixed = await world({ main: 'a', taken: { a: both }, patience: 60_000, changes: false });
  await begin(fixed);
  fixed.taken.clear();
  await expect(read(fixed)).rejects.toMatchObject({ code: 'key_refused' });
  expect([...early.clock.slept, ...fixed.clock.slept]).toEqual([]);
});

test('whoever waits can be stopped', async () => {
  const here = await world({ main: 'a', taken: { a: both }, patience: Infinity });
  await begin(here);
  here.taken.clear();
  const stop = new AbortController();
  const waiting = here.hubspot.owners(stop.signal);
  while (here.clock.slept.length < 3) await new Promise((resolve) => void setImmediate(resolve));
  const reason = new Error('asked to stop');
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

test('a server in trouble says nothing about a key: the run goes on with the one that works', async () => {
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
  expect(here.asked().at(-1)).toBe('a owners');
  isDown = false;
  await here.clock.sleep(61_000);
  await read(here);
  expect(here.asked().at(-1)).toBe('b owners');
});

test('a slot that holds no key at all is not sent anywhere, and is named', async () => {
  const here = await world({ main: 'a', next: 'no key\r\nx: y', taken: { a: both } });
  await begin(here);
  await read(here);
  expect(here.asked().every((one) => one.startsWith('a '))).toBe(true);
  expect(here.lines.join()).toMatch(/The key in NEXT is not used/);
  expect(here.lines.join()).not.toContain('x: y');
});

test('calls are counted by key', async () => {
  const here = await world({ main: 'a', taken: { a: both, b: both } });
  await begin(here);
  here.slots.next = 'b';
  await here.clock.sleep(5000);
  await read(here);
  const told = here.hubspot.keys().map(({ slot, scopes, calls }) => ({
    slot,
    scopes,
    calls: calls.map(({ endpoint, calls }) => `${calls} ${endpoint}`),
  }));
  expect(told).toEqual([
    {
      slot: 'NEXT',
      scopes: both.scopes,
      calls: [
        '1 GET /account-info/details',
        '1 POST /oauth/v2/private-apps/get/access-token-info',
        '2 GET /crm/owners',
      ],
    },
    { slot: 'MAIN', scopes: undefined, calls: ['1 GET /account-info/details'] },
  ]);
});

function used(which: string): (key: string) => 'new' | 'used' {
  return (key) => (key === which ? 'used' : 'new');
}
