import { expect, test } from 'vitest';
import type { FaultKind } from '../../src/sandbox/index.ts';
import { idsOf, listAll, objects, openAccount } from './account.ts';
import type { Account, Reply } from './account.ts';

const list = `${objects}/contacts`;
const idsIn = (reply: Reply): string[] => reply.body.results.map(({ id }: { id: string }) => id);
const batch = (
  { post }: Account,
  ids: readonly string[],
  properties: readonly string[] = [],
): Promise<Reply> => post(`${list}/batch/read`, { properties, inputs: ids.map((id) => ({ id })) });

test.each([['redirect 301'], ['redirect 302'], ['redirect 307'], ['redirect 308']] as const)(
  'a request can be led to another host: %s',
  async (kind) => {
    const { sandbox } = await openAccount();
    sandbox.faults.add({ kind, elsewhere: 'https://evil.test' });
    const headers = { Authorization: `Bearer ${sandbox.key}` };
    const url = `${sandbox.url}${list}?limit=5`;
    const reply = await fetch(url, { headers, redirect: 'manual' });
    expect(reply.status).toBe(Number(kind.slice(-3)));
    expect(reply.headers.get('location')).toBe(`https://evil.test${list}?limit=5`);
  },
);

test('results can be absent, null or no list, although the status is 200', async () => {
  const { sandbox, get } = await openAccount();
  sandbox.faults.add({ kind: 'no results key' });
  const seen = new Set<string>();
  for (let i = 0; i < 20; i += 1) {
    const { status, body } = await get(list);
    expect(status).toBe(200);
    seen.add(JSON.stringify(body.results) ?? 'absent');
  }
  expect(seen).toEqual(new Set(['absent', 'null', '{}']));
});

test('an error can come as a success', async () => {
  const { sandbox, get } = await openAccount();
  sandbox.faults.add({ kind: 'error envelope 200' });
  expect(await get(list)).toMatchObject({ status: 200, body: { status: 'error' } });
});

test('the link of the next page can lead elsewhere while its cursor is right', async () => {
  const { sandbox, get } = await openAccount();
  const right = await get(list);
  sandbox.faults.add({ kind: 'next link elsewhere', elsewhere: 'https://evil.test' });
  const { body } = await get(list);
  expect(body.paging.next.after).toBe(right.body.paging.next.after);
  expect(new URL(body.paging.next.link).host).toBe('evil.test');
  expect((await get(`${list}?limit=100&after=999999999999`)).body.paging).toBeUndefined();
});

test.each<[FaultKind]>([['empty page'], ['short page']])(
  'a list that meets this goes on behind its cursor and is whole: %s',
  async (kind) => {
    const account = await openAccount();
    const struck = account.sandbox.faults.add({ kind, match: list, times: 2 });
    const all = await listAll(account, list);
    expect(all.map(({ id }) => id)).toEqual(idsOf(account.sandbox, 'contacts'));
    expect(struck()).toBe(2);
  },
);

test('an empty page of a list or a search has a next cursor, also where nothing would follow', async () => {
  const { sandbox, get, post } = await openAccount();
  sandbox.faults.add({ kind: 'empty page' });
  for (const { body } of [
    await get(`${list}?limit=100`),
    await get(`${list}?after=999999999999`),
    await post(`${list}/search`, { limit: 5 }),
  ]) {
    expect(body.results).toEqual([]);
    expect(body.paging.next.after).not.toBe('');
  }
});

test('a short page has fewer rows than asked for', async () => {
  const { sandbox, get, post } = await openAccount();
  sandbox.faults.add({ kind: 'short page' });
  expect((await get(`${list}?limit=100`)).body.results).toHaveLength(50);
  const { body } = await post(`${list}/search`, { limit: 5 });
  expect(body).toMatchObject({ results: { length: 3 }, paging: { next: { after: '3' } } });
});

test('a cursor can lead back to where it was found', async () => {
  const { sandbox, get, post } = await openAccount();
  const first = await get(list);
  const { after } = first.body.paging.next;
  sandbox.faults.add({ kind: 'repeated cursor' });
  expect((await get(`${list}?after=${after}`)).body.paging.next.after).toBe(after);
  const back = (await get(list)).body.paging.next.after;
  expect(idsIn(await get(`${list}?after=${back}`))).toEqual(idsIn(first));
  const { body } = await post(`${list}/search`, { after: '20', limit: 5 });
  expect(body.paging.next.after).toBe('20');
});

test('a row can come twice in a page, and again in the next one', async () => {
  const { sandbox, get } = await openAccount();
  const ids = idsOf(sandbox, 'contacts');
  const remove = sandbox.faults.add({ kind: 'duplicate rows', times: 1 });
  const page = await get(`${list}?limit=5`);
  expect(idsIn(page)).toEqual([ids[0], ...ids.slice(0, 6)]);
  expect(idsIn(await get(`${list}?limit=5&after=${page.body.paging.next.after}`))[0]).toBe(ids[5]);
  expect(remove()).toBe(1);
});

test('a search can find records that its filters leave out, and counts them', async () => {
  const { sandbox, post } = await openAccount();
  const filter = { propertyName: 'hs_object_id', operator: 'EQ', value: idsOf(sandbox, 'contacts')[0] };
  const question = { filterGroups: [{ filters: [filter] }] };
  sandbox.faults.add({ kind: 'stray rows', match: 'search', times: 1 });
  const { body } = await post(`${list}/search`, question);
  expect(body.total).toBeGreaterThan(1);
  expect(body.results).toHaveLength(body.total);
  expect((await post(`${list}/search`, question)).body.total).toBe(1);
});

test('a batch can leave ids out without a word', async () => {
  const account = await openAccount();
  const ids = idsOf(account.sandbox, 'contacts').slice(0, 40);
  account.sandbox.faults.add({ kind: 'lost ids', times: 1 });
  const { status, body } = await batch(account, ids);
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('errors');
  expect(body.results.length).toBeLessThan(40);
  expect(body.results.length).toBeGreaterThan(10);
  expect((await batch(account, ids)).body.results).toHaveLength(40);
});

test('a batch can answer with records as they were before their last change', async () => {
  const account = await openAccount();
  const { sandbox } = account;
  const [id = ''] = idsOf(sandbox, 'contacts');
  const before = (await batch(account, [id], ['firstname', 'lastname'])).body.results[0];
  sandbox.clock.advance(1000);
  sandbox.world.update('contacts', id, { firstname: 'Ada' });
  const between = (await batch(account, [id], ['firstname', 'lastname'])).body.results[0];
  const stale = sandbox.faults.add({ kind: 'stale read', times: 1 });
  expect((await batch(account, [id], ['firstname', 'lastname'])).body.results).toEqual([before]);
  stale();
  sandbox.clock.advance(1000);
  sandbox.world.update('contacts', id, { firstname: 'Grace' });
  sandbox.faults.add({ kind: 'stale read', times: 1 });
  expect((await batch(account, [id], ['firstname', 'lastname'])).body.results).toEqual([between]);
});

test('a list that is behind by an hour at most shows a record as it was', async () => {
  const { sandbox, get } = await openAccount();
  const [id = ''] = idsOf(sandbox, 'contacts');
  sandbox.world.update('contacts', id, { firstname: 'Ada' });
  sandbox.clock.advance(1000);
  sandbox.world.update('contacts', id, { firstname: 'Grace' });
  sandbox.faults.add({ kind: 'stale read', match: list });
  const shown = async (): Promise<unknown> =>
    (await get(`${list}?properties=firstname&limit=1`)).body.results[0].properties.firstname;
  expect(await shown()).toBe('Ada');
  sandbox.clock.advance(3_600_001);
  expect(await shown()).toBe('Grace');
});

test('a record that never changed has no older version to be read', async () => {
  const account = await openAccount();
  const id = account.sandbox.world.create('contacts', { firstname: 'Ada' });
  const fresh = await batch(account, [id], ['firstname']);
  account.sandbox.faults.add({ kind: 'stale read' });
  expect((await batch(account, [id], ['firstname'])).body.results).toEqual(fresh.body.results);
});

test('a record that came to be within the hour is not found by a replica that is late', async () => {
  const account = await openAccount();
  const { world, clock, faults } = account.sandbox;
  const made = world.create('contacts', { firstname: 'Ada' });
  const [old = ''] = idsOf(account.sandbox, 'contacts');
  faults.add({ kind: 'late record' });
  const { status, body } = await batch(account, [made, '9999999'], ['firstname']);
  expect([status, body.results]).toEqual([207, []]);
  expect(body.errors[0].context.ids.toSorted()).toEqual([made, '9999999'].toSorted());
  expect((await account.get(`${list}/${made}`)).status).toBe(404);
  expect(idsIn(await batch(account, [old]))).toEqual([old]);
  expect((await account.get(`${list}/${old}`)).status).toBe(200);
  clock.advance(3_600_001);
  expect(idsIn(await batch(account, [made]))).toEqual([made]);
  expect((await account.get(`${list}/${made}`)).status).toBe(200);
});

test('a bit can flip in a compressed answer', async () => {
  const { sandbox, get } = await openAccount();
  sandbox.faults.add({ kind: 'bit flip gzip', times: 5 });
  for (let i = 0; i < 5; i += 1) await expect(get(list)).rejects.toThrow();
  expect((await get(list)).status).toBe(200);
});

test('what is bent where does not depend on anything but the seed', async () => {
  const lost = async (): Promise<string[]> => {
    const account = await openAccount();
    account.sandbox.faults.add({ kind: 'lost ids' });
    return idsIn(await batch(account, idsOf(account.sandbox, 'contacts').slice(0, 100)));
  };
  expect(await lost()).toEqual(await lost());
});

test('bent answers are nobody’s violation', async () => {
  const account = await openAccount();
  const kinds = ['empty page', 'short page', 'repeated cursor', 'duplicate rows', 'stray rows', 'lost ids'];
  for (const kind of [
    ...kinds,
    'stale read',
    'late record',
    'no results key',
    'next link elsewhere',
  ] as FaultKind[]) {
    const remove = account.sandbox.faults.add({ kind });
    await account.get(list);
    await account.get('/crm/owners/2026-09');
    await account.post(`${list}/search`, { limit: 200, after: '9800' });
    await batch(account, idsOf(account.sandbox, 'contacts').slice(0, 3));
    expect(remove()).toBe(4);
  }
  expect(account.sandbox.violations()).toEqual([]);
});
