import { expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/source.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

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
