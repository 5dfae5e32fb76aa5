import { expect, it, onTestFinished } from 'vitest';
import type { Warehouse, Write } from '../../src/warehouse.ts';
import { memoryEngine } from '../support/memory-engine.ts';
import { openWorld, type Around, type World } from '../support/sync-world.ts';

const day = 86_400_000;
const only = ['owners', 'properties', 'contacts'];

/** What each commit of contacts wrote, of which kinds, as often as it did. */
function counting(commits: Record<string, number>[]): Around {
  const count = (writes: readonly Write[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { kind, table } of writes) {
      const name = `${kind} ${table.name}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  };
  return {
    warehouse: (real: Warehouse): Warehouse => ({
      ...real,
      commit(batch) {
        if (batch.pipeline === 'contacts' && batch.writes.length > 0) commits.push(count(batch.writes));
        return real.commit(batch);
      },
    }),
  };
}

async function opened(): Promise<World> {
  const world = await openWorld(memoryEngine({ rowsPerBatch: 50_000 }), {
    seed: 3,
    contacts: 1500,
    speed: 0,
    unknowns: { gdprLeavesArchived: true },
  });
  await world.sandbox.start();
  onTestFinished(() => world.close());
  return world;
}

/** The most of each kind that a commit wrote. */
function most(commits: readonly Record<string, number>[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const commit of commits)
    for (const [name, count] of Object.entries(commit)) result[name] = Math.max(result[name] ?? 0, count);
  return result;
}

it('a load, a sweep and a bin take a batch few writes, however many pages they are read in', async () => {
  const world = await opened();
  const { truth, ...account } = world.sandbox.world;
  const living = [...truth.records('contacts')].filter(({ state }) => state === 'active');
  for (let at = 0; at < 200; at += 10) account.merge('contacts', living[at]!.id, living[at + 1]!.id);
  for (const { id } of living.slice(300, 600)) account.archive('contacts', id);
  for (const { id } of living.slice(600, 900)) account.gdprDelete(id);
  const commits: Record<string, number>[] = [];
  const options = { only, listUpTo: 0, around: counting(commits) };
  await world.sync(options);
  world.sandbox.clock.advance(2 * day);
  for (const { id } of living.slice(900, 1000)) account.update('contacts', id, { firstname: 'other' });
  await world.sync(options);
  const found = most(commits);
  expect(found).toMatchObject({
    'refresh contacts': 1,
    'close contacts': 1,
    'purge contacts': 1,
    'upsert merges': 1,
  });
  expect(Object.values(found).every((count) => count <= 2)).toBe(true);
  expect(await world.differences(['contacts'])).toEqual([]);
});

it('records that were deleted for good are cleared in batches of their own', async () => {
  const world = await opened();
  const { truth, ...account } = world.sandbox.world;
  const commits: Record<string, number>[] = [];
  const options = { only, listUpTo: 0, acceptDeletions: true, around: counting(commits) };
  await world.sync(options);
  const living = [...truth.records('contacts')].filter(({ state }) => state === 'active');
  for (const { id } of living.slice(0, 1200)) account.permanentDelete('contacts', id);
  world.sandbox.clock.advance(2 * day);
  await world.sync(options);
  expect(commits.filter((commit) => 'purge contacts' in commit).length).toBeGreaterThan(2);
  expect(most(commits)['purge contacts']).toBe(1);
  expect(await world.differences(['contacts'])).toEqual([]);
});
