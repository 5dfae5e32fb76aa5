import { expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/source.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;

/** Somebody archives a property by mistake while a run is on, which then reads it as empty; and soon restores it. */
it('a property that is archived during a run and restored has its values again', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0 });
  onTestFinished(() => world.close());
  await world.sync();
  const [edited] = [...world.sandbox.world.truth.records('contacts')].filter(
    ({ state }) => state === 'active',
  );
  world.sandbox.world.update('contacts', edited!.id, { jobtitle: 'Engineer' });
  world.sandbox.clock.advance(hour);
  await world.sync();
  world.sandbox.world.update('contacts', edited!.id, { firstname: 'Edited' });
  // A nightly run: the edit is older than what is read once more.
  world.sandbox.clock.advance(20 * hour);
  const archives = (source: Source): Source => ({
    ...source,
    async properties(object, signal) {
      const found = await source.properties(object, signal);
      if (object === 'contacts') world.sandbox.world.archiveProperty('contacts', 'jobtitle');
      return found;
    },
  });
  await world.sync({ only: ['contacts'], around: { source: archives } });
  world.sandbox.world.restoreProperty('contacts', 'jobtitle');
  for (let night = 0; night < 9; night += 1) {
    world.sandbox.clock.advance(24 * hour);
    await world.sync();
  }
  await world.reconcile({ deep: true });
  expect(await world.differences()).toEqual([]);
});

/** As above, but by what is no sync, or by a sync that fails after it. */
it.each(['a backfill', 'a reconcile', 'a sync that fails'])(
  'a property that is archived during %s and restored has its values again',
  async (what) => {
    const { url } = await withDatabase();
    const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0 });
    onTestFinished(() => world.close());
    const [edited] = [...world.sandbox.world.truth.records('contacts')].filter(
      ({ state }) => state === 'active',
    );
    world.sandbox.world.update('contacts', edited!.id, { jobtitle: 'Engineer' });
    await world.sync();
    const only = { only: ['contacts'], listUpTo: 0 };
    const archives = (source: Source): Source => ({
      ...source,
      async *read(object, properties, scan, signal) {
        if (object.object === 'contacts') world.sandbox.world.archiveProperty('contacts', 'jobtitle');
        yield* source.read(object, properties, scan, signal);
        const isSweep = scan.kind === 'all' && scan.fromId === undefined;
        if (what === 'a sync that fails' && isSweep) throw new Error('HubSpot is down');
      },
    });
    const around = { source: archives };
    world.sandbox.world.update('contacts', edited!.id, { firstname: 'Edited' });
    world.sandbox.clock.advance(20 * hour);
    if (what === 'a backfill') {
      await world.sync(only);
      await world.backfill({}, { ...only, around });
    }
    if (what === 'a reconcile') await world.reconcile({ ...only, around, deep: true });
    if (what === 'a sync that fails') {
      expect((await world.sync({ ...only, around, sweepEvery: 0 }))[0]).toMatchObject({ outcome: 'failed' });
    }
    expect(await jobtitle(world, edited!.id)).toBeNull();
    world.sandbox.world.restoreProperty('contacts', 'jobtitle');
    world.sandbox.clock.advance(24 * hour);
    await world.sync(only);
    expect(await jobtitle(world, edited!.id)).toBe('Engineer');
  },
);

async function jobtitle({ tables }: SyncWorld, id: string): Promise<unknown> {
  return (await tables.rows('contacts')).find((row) => row['id'] === id)?.['jobtitle'];
}
