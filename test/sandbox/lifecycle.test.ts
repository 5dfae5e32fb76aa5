import { expect, test } from 'vitest';
import { idsOf, listAll, objects, openAccount } from './account.ts';

const day = 86_400_000;

test('archiving moves a record to the bin and leaves its watermark alone', async () => {
  const account = await openAccount();
  const { sandbox, get } = account;
  const [id = ''] = idsOf(sandbox, 'contacts');
  const before = await get(`${objects}/contacts/${id}`);
  sandbox.clock.advance(5000);
  sandbox.world.archive('contacts', id);
  const [binned] = (await listAll(account, `${objects}/contacts?archived=true`)).filter(
    (record) => record.id === id,
  );
  expect(binned).toMatchObject({ archivedAt: '2026-10-01T08:00:05.000Z', updatedAt: before.body.updatedAt });
  expect(binned?.properties['lastmodifieddate']).toBe(before.body.updatedAt);
  expect((await listAll(account, `${objects}/contacts`)).map((record) => record.id)).not.toContain(id);
});

test.each([
  [false, 'unchanged'],
  [true, 'moved'],
])(
  'a restored record is active again; its watermark may move: %s',
  async (restoreMovesWatermark, expected) => {
    const { sandbox, get } = await openAccount({ unknowns: { restoreMovesWatermark } });
    const [id = ''] = idsOf(sandbox, 'contacts', 'archived');
    const before = sandbox.world.truth.record('contacts', id)?.updatedAt;
    sandbox.world.restore('contacts', id);
    const { status, body } = await get(`${objects}/contacts/${id}`);
    expect(status).toBe(200);
    expect(body.archived).toBe(false);
    expect(body).not.toHaveProperty('archivedAt');
    expect(body.updatedAt === before ? 'unchanged' : 'moved').toBe(expected);
  },
);

test('the bin is emptied after 90 days', async () => {
  const { sandbox, get } = await openAccount();
  const [id = ''] = idsOf(sandbox, 'contacts');
  sandbox.world.archive('contacts', id);
  sandbox.clock.advance(90 * day - 1);
  expect((await get(`${objects}/contacts/${id}?archived=true`)).status).toBe(200);
  sandbox.clock.advance(1);
  expect((await get(`${objects}/contacts/${id}?archived=true`)).status).toBe(404);
  expect(sandbox.world.truth.record('contacts', id)?.state).toBe('gone');
  expect(() => sandbox.world.restore('contacts', id)).toThrow(RangeError);
});

test('the truth tells who was deleted for good from whose days in the bin were over', async () => {
  const { sandbox } = await openAccount();
  const { world, clock } = sandbox;
  const [erased = '', binned = '', living = ''] = idsOf(sandbox, 'contacts');
  const [deal = ''] = idsOf(sandbox, 'deals');
  const [email = ''] = idsOf(sandbox, 'emails');
  world.gdprDelete(erased);
  world.archive('contacts', binned);
  world.permanentDelete('deals', deal);
  world.archive('emails', email);
  expect(world.truth.record('contacts', binned)).not.toHaveProperty('gone');
  clock.advance(90 * day);
  expect(world.truth.record('contacts', binned)?.gone).toBe('expired');
  expect(world.truth.record('contacts', living)).not.toHaveProperty('gone');
  for (const [object, id] of [
    ['contacts', erased],
    ['deals', deal],
    ['emails', email],
  ] as const)
    expect(world.truth.record(object, id)?.gone).toBe('deleted');
});

test('a privacy deletion leaves nothing: not in the list, not in the bin, not in the truth', async () => {
  const account = await openAccount();
  const [id = ''] = idsOf(account.sandbox, 'contacts');
  account.sandbox.world.gdprDelete(id);
  for (const archived of ['false', 'true'])
    expect(
      (await listAll(account, `${objects}/contacts?archived=${archived}`)).map((record) => record.id),
    ).not.toContain(id);
  const left = account.sandbox.world.truth.record('contacts', id);
  expect(left?.state).toBe('gone');
  expect(left?.properties['email']).toBeNull();
});

const size = { name: 'size', type: 'number', fieldType: 'number' };

test('whether a privacy deletion leaves something in the bin is a switch', async () => {
  const { sandbox, get } = await openAccount({ unknowns: { gdprLeavesArchived: true } });
  const [id = ''] = idsOf(sandbox, 'contacts');
  sandbox.world.gdprDelete(id);
  // A property that comes later and is filled for all is not filled there.
  sandbox.world.addProperty('contacts', { ...size, fill: () => '7' });
  const { body } = await get(`${objects}/contacts/${id}?archived=true&properties=email,size`);
  expect(body.properties).toMatchObject({ email: null, size: null });
});

test('nor does it tell of a merge, however long ago that was', async () => {
  const { sandbox } = await openAccount({ contacts: 1000, unknowns: { gdprLeavesArchived: true } });
  const { truth } = sandbox.world;
  const swallowed = (id: string): unknown => truth.record('contacts', id)?.properties['hs_merged_object_ids'];
  const merged = [...truth.records('contacts')].find(({ mergedInto }) => mergedInto !== undefined);
  const survivor = merged?.mergedInto ?? '';
  expect(swallowed(survivor)).toContain(merged?.id);
  sandbox.world.gdprDelete(survivor);
  expect(swallowed(survivor)).toBeNull();
});

test('a deleted email is gone for good', async () => {
  const { sandbox, get } = await openAccount();
  const [id = ''] = idsOf(sandbox, 'emails');
  sandbox.world.archive('emails', id);
  expect((await get(`${objects}/emails/${id}`)).status).toBe(404);
  expect((await get(`${objects}/emails/${id}?archived=true`)).status).toBe(404);
  expect((await get(`${objects}/emails?archived=true`)).body.results).toEqual([]);
});

test('a record that is made while the sandbox runs has swallowed no other', async () => {
  const { world } = (await openAccount({ contacts: 3 })).sandbox;
  const made = Array.from({ length: 200 }, () => world.create('deals', {}));
  const merged = made.map((id) => world.truth.record('deals', id)?.properties['hs_merged_object_ids']);
  expect(new Set(merged)).toEqual(new Set([null]));
});

test('a merge need not move a watermark, nor make a date of creation', async () => {
  const account = await openAccount({ unknowns: { mergeMovesWatermark: false, mergeKeepsCreated: true } });
  const { world, clock } = account.sandbox;
  const first = world.create('companies', { name: 'Ann' });
  clock.advance(1000);
  const second = world.create('companies', { name: 'Bob' });
  const times = { createdAt: new Date(clock.now() - 1000).toISOString(), updatedAt: clock.now() };
  clock.advance(1000);
  const into = world.merge('companies', first, second);
  expect((await account.get(`${objects}/companies/${into}`)).body).toMatchObject({
    ...times,
    updatedAt: new Date(times.updatedAt).toISOString(),
  });
});

test('a merge makes a third record from two, with the values of the first and the links of both', async () => {
  const account = await openAccount();
  const { world, clock } = account.sandbox;
  const [a, b] = [
    world.create('contacts', { firstname: 'Ann' }),
    world.create('contacts', { firstname: 'Bob', lastname: 'Builder' }),
  ];
  const [one, two] = [world.create('companies', {}), world.create('companies', {})];
  world.associate({ object: 'contacts', id: a }, { object: 'companies', id: one }, 1);
  world.associate({ object: 'contacts', id: b }, { object: 'companies', id: two }, 279);
  clock.advance(1000);
  const into = world.merge('contacts', a, b);
  expect(BigInt(into) > BigInt(b)).toBe(true);
  const path = `${objects}/contacts/${into}?properties=firstname,lastname,hs_merged_object_ids,hs_calculated_merged_vids&associations=companies`;
  const { body } = await account.get(path);
  expect(body.properties).toMatchObject({
    firstname: 'Ann',
    lastname: 'Builder',
    hs_merged_object_ids: `${a};${b}`,
    hs_calculated_merged_vids: `${a}:${clock.now()};${b}:${clock.now()}`,
  });
  expect(body.createdAt).toBe(new Date(clock.now()).toISOString());
  expect(body.associations.companies.results.map(({ id }: { id: string }) => id)).toEqual([one, two]);
  for (const archived of ['false', 'true']) {
    const ids = (await listAll(account, `${objects}/contacts?archived=${archived}`)).map(({ id }) => id);
    expect(ids).not.toContain(a);
    expect(ids).not.toContain(b);
  }
});

test('only some objects can be merged, and no record with itself', async () => {
  const { sandbox } = await openAccount();
  const [note = '', other = ''] = idsOf(sandbox, 'notes');
  const [deal = ''] = idsOf(sandbox, 'deals');
  expect(() => sandbox.world.merge('notes', note, other)).toThrow('cannot be merged');
  expect(() => sandbox.world.merge('deals', deal, deal)).toThrow('with itself');
});

test.each([
  [[], false],
  [['contacts>companies'], true],
])(
  'a link change moves the watermark only where a switch says so: %j',
  async (associationMovesWatermark, moves) => {
    const { sandbox } = await openAccount({ unknowns: { associationMovesWatermark } });
    const { world, clock } = sandbox;
    const [contact, company] = [world.create('contacts', {}), world.create('companies', {})];
    clock.advance(1000);
    world.associate({ object: 'contacts', id: contact }, { object: 'companies', id: company });
    const now = new Date(clock.now()).toISOString();
    expect(world.truth.record('contacts', contact)?.updatedAt === now).toBe(moves);
    expect(world.truth.record('companies', company)?.updatedAt === now).toBe(false);
  },
);

test('a recalculated property does not move the watermark', async () => {
  const { sandbox, get } = await openAccount();
  const [id = ''] = idsOf(sandbox, 'companies');
  const before = (await get(`${objects}/companies/${id}`)).body.updatedAt;
  sandbox.clock.advance(1000);
  sandbox.world.setCalculated('companies', id, { num_associated_contacts: '4711' });
  const { body } = await get(`${objects}/companies/${id}?properties=num_associated_contacts`);
  expect(body.properties.num_associated_contacts).toBe('4711');
  expect(body.updatedAt).toBe(before);
});

test.each([true, false])(
  'writing the same value again moves the watermark: %s',
  async (sameValueMovesWatermark) => {
    const { sandbox } = await openAccount({ unknowns: { sameValueMovesWatermark } });
    const { world, clock } = sandbox;
    const id = world.create('contacts', { firstname: 'Same' });
    clock.advance(1000);
    world.update('contacts', id, { firstname: 'Same' });
    expect(world.truth.record('contacts', id)?.updatedAt === new Date(clock.now()).toISOString()).toBe(
      sameValueMovesWatermark,
    );
  },
);

test('a merge can be taken back: its record is gone, the two others are as they were', async () => {
  const { sandbox, get, post } = await openAccount();
  const { world, clock } = sandbox;
  const ann = world.create('contacts', { firstname: 'Ann' });
  const bob = world.create('contacts', { firstname: 'Bob' });
  const company = world.create('companies', {});
  world.associate({ object: 'contacts', id: bob }, { object: 'companies', id: company }, 279);
  const before = [await get(`${objects}/contacts/${ann}`), await get(`${objects}/contacts/${bob}`)];
  clock.advance(1000);
  const into = world.merge('contacts', ann, bob);
  clock.advance(1000);
  const since = clock.now();
  expect(world.unmerge('contacts', into)).toEqual([ann, bob]);
  expect((await get(`${objects}/contacts/${into}`)).status).toBe(404);
  expect((await get(`${objects}/contacts/${into}?archived=true`)).status).toBe(404);
  expect(world.truth.record('contacts', into)).toMatchObject({ state: 'gone', gone: 'deleted' });
  const after = [await get(`${objects}/contacts/${ann}`), await get(`${objects}/contacts/${bob}`)];
  expect(after.map(({ body }) => body)).toEqual(before.map(({ body }) => body));
  const filter = { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(since) };
  const search = await post(`${objects}/contacts/search`, { filterGroups: [{ filters: [filter] }] });
  expect(search.body.total).toBe(0);
  const links = [...world.truth.associations('contacts', 'companies')].filter(({ toId }) => toId === company);
  expect(links.map(({ fromId }) => fromId)).toEqual([ann]);
});

test('of a chain of merges the last can be taken back, then the one before, and nothing else', async () => {
  const { sandbox } = await openAccount();
  const { world } = sandbox;
  const [a = '', b = '', c = ''] = idsOf(sandbox, 'contacts');
  const ab = world.merge('contacts', a, b);
  const abc = world.merge('contacts', ab, c);
  const stateOf = (id: string): string | undefined => world.truth.record('contacts', id)?.state;
  expect(() => world.unmerge('contacts', ab)).toThrow(RangeError);
  world.unmerge('contacts', abc);
  expect([a, b, ab, c, abc].map(stateOf)).toEqual(['merged', 'merged', 'active', 'active', 'gone']);
  world.unmerge('contacts', ab);
  expect([a, b, ab].map(stateOf)).toEqual(['active', 'active', 'gone']);
  expect(() => world.unmerge('contacts', a)).toThrow('was not made by a merge');
});
