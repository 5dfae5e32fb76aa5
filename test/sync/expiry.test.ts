import { expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/source.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

const day = 86_400_000;

/** An account with a contact whose address is known, and its id. */
async function withContact(): Promise<{ readonly world: SyncWorld; readonly id: string }> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0 });
  onTestFinished(() => world.close());
  await world.sync({ only: ['contacts'] });
  const contact = [...world.sandbox.world.truth.records('contacts')].find(
    ({ state, properties }) => state === 'active' && (properties['email'] ?? null) !== null,
  );
  return { world, id: contact!.id };
}

async function nightsInTheBin(world: SyncWorld, id: string): Promise<void> {
  const only = ['contacts'];
  world.sandbox.world.archive('contacts', id);
  for (let night = 1; night <= 89; night += 1) {
    world.sandbox.clock.advance(day);
    if (night > 80) await world.sync({ only });
  }
  // The 90 days end before the next night.
  world.sandbox.clock.advance(day + 1000);
}

async function emailOf(world: SyncWorld, id: string): Promise<unknown> {
  return (await world.tables.rows('contacts')).find((each) => each['id'] === id)?.['email'];
}

/** Starting over forgets when the bin was last looked at, and so that the record was still there near its end. */
it('a record that expires on the day on which a property is added keeps its values', async () => {
  const { world, id } = await withContact();
  await nightsInTheBin(world, id);
  world.sandbox.world.addProperty('contacts', { name: 'brand_new', label: 'Brand new' });
  await world.sync({ only: ['contacts'] });
  expect(world.sandbox.world.truth.record('contacts', id)).toMatchObject({ state: 'gone', gone: 'expired' });
  expect(await emailOf(world, id)).not.toBeNull();
});

it('a record that expires on the day of a full refresh keeps its values', async () => {
  const { world, id } = await withContact();
  await nightsInTheBin(world, id);
  await world.sync({ only: ['contacts'], fullRefresh: true });
  expect(await emailOf(world, id)).not.toBeNull();
});

/** The age is taken at the run's start, the bin is read later: in between, the 90 days can end. */
it('a record whose 90 days in the bin end while a run is on keeps its values', async () => {
  const { world, id } = await withContact();
  const only = ['contacts'];
  world.sandbox.world.archive('contacts', id);
  for (let night = 1; night < 90; night += 1) {
    world.sandbox.clock.advance(day);
    if (night > 80) await world.sync({ only });
  }
  // Half a second before the end of the 90 days; calls take their time.
  world.sandbox.clock.advance(day - 500);
  const slow = (source: Source): Source => ({
    ...source,
    read: (object, properties, scan, signal) => {
      world.sandbox.clock.advance(1000);
      return source.read(object, properties, scan, signal);
    },
  });
  await world.sync({ only, around: { source: slow } });
  expect(world.sandbox.world.truth.record('contacts', id)).toMatchObject({ state: 'gone', gone: 'expired' });
  const row = (await world.tables.rows('contacts')).find((each) => each['id'] === id);
  expect(row?.['_deleted_at']).not.toBeNull();
  expect(row?.['email']).not.toBeNull();
});
