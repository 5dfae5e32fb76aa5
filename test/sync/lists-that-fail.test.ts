import { expect, it } from 'vitest';
import type { SyncWorld } from '../support/sync-world.ts';
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

it('that cannot be read keep what they have, and are no reason to leave others', async () => {
  const world = await opened({ membershipPageSize: 2 });
  await syncLists(world);
  const before = await membersOf(world, '2');
  expect(before.length).toBeGreaterThan(4);
  world.sandbox.faults.add({ kind: 'error 500', match: '/lists/2026-09/2/memberships', skip: 1 });
  world.sandbox.clock.advance(8 * day);
  const run = await syncLists(world);
  expect(run).toMatchObject({ outcome: 'partial', code: 'hubspot_unavailable' });
  expect(run.completeUpTo).toBe(world.sandbox.clock.now() - 8 * day);
  expect(await membersOf(world, '2')).toEqual(before);
  expect(await wrong(world)).toEqual([]);
  world.sandbox.faults.clear();
  expect(await syncLists(world)).toMatchObject({
    outcome: 'complete',
    completeUpTo: world.sandbox.clock.now(),
  });
});

function failing({ sandbox }: SyncWorld, list = ''): void {
  sandbox.faults.add({ kind: 'error 500', match: `${list}/memberships` });
}

async function listNames(world: SyncWorld): Promise<readonly unknown[]> {
  return (await world.tables.rows('lists')).map((row) => row['name']);
}

it.each([true, false])(
  'that cannot be read are never in the way of others, however many: read before %s',
  async (before) => {
    const world = await opened();
    const { sandbox } = world;
    if (before) await syncLists(world);
    for (const list of ['1', '2', '3', '4', '5', '6', '7']) failing(world, `/${list}`);
    const made = listOf(world, living(world, 'contacts').slice(0, 3));
    sandbox.world.renameList('1', 'Another name');
    sandbox.clock.advance(8 * day);
    const [goes] = await membersOf(world, '9');
    if (goes !== undefined) sandbox.world.removeFromList('9', goes);
    const run = await syncLists(world);
    expect(run).toMatchObject({ outcome: 'partial', code: 'hubspot_unavailable' });
    expect(run.completeUpTo).toBe(before ? sandbox.clock.now() - 8 * day : undefined);
    expect(await membersOf(world, made)).toHaveLength(3);
    expect(await membersOf(world, '9')).not.toContain(goes);
    expect(await listNames(world)).toContain('Another name');
    sandbox.faults.clear();
    expect(await syncLists(world)).toMatchObject({ outcome: 'complete' });
    expect(await wrong(world)).toEqual([]);
  },
);

it('of which HubSpot gives none are an outage, and are told of by name all the same', async () => {
  const world = await opened();
  await syncLists(world);
  failing(world);
  world.sandbox.world.renameList('1', 'Another name');
  world.sandbox.clock.advance(8 * day);
  const before = memberCalls(world);
  expect(await syncLists(world)).toMatchObject({ outcome: 'failed', code: 'hubspot_unavailable' });
  expect(memberCalls(world) - before).toBeLessThan(70);
  expect(await listNames(world)).toContain('Another name');
  world.sandbox.faults.clear();
  expect(await syncLists(world)).toMatchObject({ outcome: 'complete' });
  expect(await wrong(world)).toEqual([]);
});

it('of which HubSpot gives fewer members than it says are looked at again, as long as its index may be behind', async () => {
  const world = await opened();
  const { clock } = world.sandbox;
  await syncLists(world);
  const ids = living(world, 'contacts').slice(0, 5);
  const made = listOf(world, ids);
  clock.advance(60_000);
  const baseUrl = await bent(world, ({ path, body }) =>
    path.includes(`/${made}/memberships`)
      ? { results: (body as { results: unknown[] }).results.slice(1) }
      : undefined,
  );
  const before = clock.now();
  const { completeUpTo } = await syncLists(world, { baseUrl });
  expect(completeUpTo).toBe(before - 60_000);
  expect(await membersOf(world, made)).toHaveLength(4);
  clock.advance(600_000);
  await syncLists(world, { baseUrl });
  expect(await membersOf(world, made)).toHaveLength(4);
  clock.advance(600_000);
  expect(await syncLists(world)).toMatchObject({ outcome: 'complete' });
  expect(await wrong(world)).toEqual([]);
  const calls = memberCalls(world);
  await syncLists(world);
  expect(memberCalls(world)).toBe(calls);
});

it('that never have as many members as HubSpot says cost no more than others once they have settled', async () => {
  const world = await opened();
  const made = listOf(world, living(world, 'contacts').slice(0, 5));
  const baseUrl = await bent(world, ({ path, body }) =>
    path.includes(`/${made}/memberships`)
      ? { results: (body as { results: unknown[] }).results.slice(1) }
      : undefined,
  );
  const calls: number[] = [];
  for (let n = 0; n < 10; n++) {
    const before = memberCalls(world);
    await syncLists(world, { baseUrl });
    calls.push(memberCalls(world) - before);
    world.sandbox.clock.advance(600_000);
  }
  expect(calls.slice(1)).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0]);
});
