import { expect, it } from 'vitest';
import { allReadScopes } from '../../src/sandbox/index.ts';
import {
  bent,
  day,
  listOf,
  living,
  memberCalls,
  membersOf,
  opened,
  syncLists,
  wrong,
} from './lists-account.ts';

it('are all there with their members, and cost one call while nothing changes', async () => {
  const world = await opened({ membershipPageSize: 4 });
  expect(await syncLists(world)).toMatchObject({
    outcome: 'complete',
    completeUpTo: world.sandbox.clock.now(),
  });
  expect(await wrong(world)).toEqual([]);
  const before = memberCalls(world);
  expect(before).toBeGreaterThan(27);
  world.sandbox.clock.advance(day);
  const run = await syncLists(world);
  expect(run).toMatchObject({ outcome: 'complete', completeUpTo: world.sandbox.clock.now() - day });
  expect(memberCalls(world)).toBe(before);
  expect(run.counts).toMatchObject({ inserted: 0, updated: 0, removed: 0 });
});

it('are read again where HubSpot says that members came or went, and nowhere else', async () => {
  const world = await opened();
  await syncLists(world);
  const { sandbox } = world;
  const [stays, goes] = await membersOf(world, '1');
  const comes = living(world, 'contacts').find((id) => id !== stays && id !== goes)!;
  sandbox.clock.advance(day);
  sandbox.world.removeFromList('1', goes!);
  sandbox.world.addToList('2', comes);
  sandbox.world.renameList('3', 'Another name');
  const before = memberCalls(world);
  expect(await syncLists(world)).toMatchObject({ outcome: 'complete' });
  expect(memberCalls(world) - before).toBe(2);
  expect(await wrong(world)).toEqual([]);
});

it.each(['absent', 'stale'] as const)(
  'are read again in time where what HubSpot says is %s',
  async (listMarks) => {
    const world = await opened({ unknowns: { listMarks } });
    await syncLists(world);
    const [goes] = await membersOf(world, '1');
    world.sandbox.world.removeFromList('1', goes!);
    world.sandbox.clock.advance(8 * day);
    expect(await syncLists(world)).toMatchObject({ outcome: 'complete' });
    expect(await wrong(world)).toEqual([]);
  },
);

it('that are deleted are closed, without members, and read anew should they come back', async () => {
  const world = await opened();
  await syncLists(world);
  world.sandbox.world.deleteList('1');
  const made = listOf(world, living(world, 'contacts').slice(0, 3));
  await syncLists(world);
  const rows = await world.tables.rows('lists');
  const [closed] = rows.filter((row) => row['id'] === '1');
  expect(closed).toMatchObject({ _members_read_at: null, size: null });
  expect(closed?.['_deleted_at']).not.toBeNull();
  expect(await membersOf(world, '1')).toEqual([]);
  expect(await membersOf(world, made)).toHaveLength(3);
  expect(await wrong(world)).toEqual([]);
});

it('take as many runs as they need, go on where they stopped, and say so', async () => {
  const world = await opened({ membershipPageSize: 2 });
  const long = listOf(world, living(world, 'contacts').slice(0, 40));
  let runs = 0;
  for (let run = await syncLists(world, { listCalls: 12 }); run.outcome === 'partial'; runs++) {
    expect(run.code).toBeUndefined();
    expect(run.completeUpTo).toBeUndefined();
    expect(run.reason).toContain('sync.listCalls');
    if (runs > 40) throw new Error('it does not come to an end');
    run = await syncLists(world, { listCalls: 12 });
  }
  expect(runs).toBeGreaterThan(2);
  expect(await membersOf(world, long)).toHaveLength(40);
  expect(await wrong(world)).toEqual([]);
});

it('that change while they are read over several runs are read again', async () => {
  const world = await opened({ membershipPageSize: 2 });
  await syncLists(world);
  const ids = living(world, 'contacts');
  const long = listOf(world, ids.slice(1, 41));
  expect(await syncLists(world, { listCalls: 12 })).toMatchObject({ outcome: 'partial' });
  expect(await membersOf(world, long)).toHaveLength(24);
  world.sandbox.clock.advance(day);
  // Before where the reading has come to.
  world.sandbox.world.addToList(long, ids[0]!);
  expect(await syncLists(world, { listCalls: 12 })).toMatchObject({ outcome: 'complete' });
  expect(await membersOf(world, long)).toHaveLength(40);
  await syncLists(world);
  expect(await wrong(world)).toEqual([]);
});

it('whose members HubSpot forgets in one answer keep them', async () => {
  const world = await opened();
  await syncLists(world);
  const before = await membersOf(world, '1');
  expect(before.length).toBeGreaterThan(2);
  for (const torn of [[], [{ recordId: before[0], membershipTimestamp: '2026-01-01T00:00:00Z' }]]) {
    world.sandbox.clock.advance(8 * day);
    let times = 0;
    const baseUrl = await bent(world, ({ path }) =>
      path.includes('/lists/2026-09/1/memberships') && times++ === 0 ? { results: torn } : undefined,
    );
    expect(await syncLists(world, { baseUrl })).toMatchObject({ outcome: 'complete' });
    expect(times).toBe(2);
    expect(await wrong(world)).toEqual([]);
  }
});

it('that are empty, as their size says or as two looks do, are emptied', async () => {
  const world = await opened();
  await syncLists(world);
  for (const id of await membersOf(world, '1')) world.sandbox.world.removeFromList('1', id);
  const before = memberCalls(world);
  await syncLists(world);
  expect(memberCalls(world) - before).toBe(1);
  expect(await membersOf(world, '1')).toEqual([]);
  const baseUrl = await bent(world, ({ path }) =>
    path.includes('/lists/2026-09/2/memberships') ? { results: [] } : undefined,
  );
  world.sandbox.clock.advance(8 * day);
  await syncLists(world, { baseUrl });
  expect(await membersOf(world, '2')).toEqual([]);
});

it('that a search misses are asked for by their ids', async () => {
  const world = await opened();
  await syncLists(world);
  const baseUrl = await bent(world, ({ path, sent, body }) => {
    const asked = JSON.parse(sent || '{}') as { listIds?: unknown[] };
    if (!path.endsWith('/lists/2026-09/search') || asked.listIds?.length !== 0) return undefined;
    const { lists, ...rest } = body as { lists: { listId: string }[] };
    return { ...rest, lists: lists.filter(({ listId }) => Number(listId) > 5) };
  });
  expect(await syncLists(world, { baseUrl })).toMatchObject({ outcome: 'partial' });
  expect(await wrong(world)).toEqual([]);
});

it('that vanish all at once are kept, unless somebody says that it is true', async () => {
  const world = await opened();
  await syncLists(world);
  const nothing = { lists: [], hasMore: false, offset: 0, total: 0 };
  const baseUrl = await bent(world, ({ path }) =>
    path.endsWith('/lists/2026-09/search') ? nothing : undefined,
  );
  const run = await syncLists(world, { baseUrl });
  expect(run).toMatchObject({ outcome: 'failed', code: 'mass_deletion' });
  expect(run.reason).toContain('keyway sync lists --accept-deletions');
  expect(await wrong(world)).toEqual([]);
  expect(await syncLists(world, { baseUrl, acceptDeletions: true })).toMatchObject({ outcome: 'complete' });
  expect(await world.tables.rows('list_memberships')).toEqual([]);
});

it('are complete while others come and go between two pages', async () => {
  const world = await opened();
  for (let n = 0; n < 600; n++) listOf(world, []);
  let searches = 0;
  const baseUrl = await bent(world, ({ path }) => {
    if (path.endsWith('/lists/2026-09/search') && ++searches === 1) {
      for (let n = 1; n <= 12; n++) world.sandbox.world.deleteList(String(n));
      for (let n = 1; n <= 12; n++) listOf(world, []);
    }
    return undefined;
  });
  expect(await syncLists(world, { baseUrl })).toMatchObject({ outcome: 'complete' });
  expect(searches).toBeGreaterThan(2);
  expect(await wrong(world)).toEqual([]);
});

it('of an object that comes to be synced get the name of its table', async () => {
  const world = await opened({ scopes: [...allReadScopes, 'crm.objects.leads.read'] });
  const { sandbox } = world;
  const list = sandbox.world.addList({ name: 'Leads', object: 'leads' });
  const [lead] = living(world, 'leads');
  sandbox.world.addToList(list, lead!);
  const typeOf = async (): Promise<unknown> =>
    (await world.tables.rows('list_memberships')).find((row) => row['list_id'] === list)?.['object_type'];
  await syncLists(world);
  expect(await typeOf()).toBe('0-136');
  const leads = { typeId: '0-136', name: 'leads', object: 'leads' } as const;
  const also = [{ kind: 'object', label: '', description: '', ...leads, ...untouched } as const];
  expect(await syncLists(world, { also })).toMatchObject({ outcome: 'complete' });
  expect(await typeOf()).toBe('leads');
  await syncLists(world);
  expect(await typeOf()).toBe('leads');
});

const untouched = {
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: [],
  staged: false,
  merges: false,
  associations: [],
  history: [],
} as const;

it.each(['lists', 'list_memberships'])('come back when somebody drops the table %s', async (table) => {
  const world = await opened();
  await syncLists(world);
  world.sandbox.world.deleteList('1');
  await world.client.query(`drop table "${world.schema}"."${table}"`);
  expect(await syncLists(world)).toMatchObject({ outcome: 'complete' });
  expect(await wrong(world)).toEqual([]);
});

it('are skipped with the name of the scope, and come when it is granted', async () => {
  const world = await opened({ scopes: ['oauth', 'crm.objects.contacts.read'] });
  const run = await syncLists(world);
  expect(run).toMatchObject({ outcome: 'skipped', code: 'scope_missing' });
  expect(run.reason).toContain('crm.lists.read');
  world.sandbox.world.keys.grant(allReadScopes);
  expect(await syncLists(world)).toMatchObject({ outcome: 'complete' });
  expect(await wrong(world)).toEqual([]);
});
