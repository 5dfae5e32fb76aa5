import { expect, it, onTestFinished } from 'vitest';
import { bendingProxy, noLinks } from '../support/bending-proxy.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

/** As links with an object that came into use long after the other. */
async function linkedOfLate(): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 1300, extraProperties: 0, speed: 0 });
  onTestFinished(() => world.close());
  const { truth } = world.sandbox.world;
  const living = [...truth.records('contacts')].filter(({ state }) => state === 'active');
  const oldest = new Set(living.slice(0, 1050).map(({ id }) => id));
  for (const { fromId, toId } of truth.associations('deals', 'contacts')) {
    if (!oldest.has(toId) || truth.record('deals', fromId)?.state !== 'active') continue;
    world.sandbox.world.dissociate({ object: 'deals', id: fromId }, { object: 'contacts', id: toId });
  }
  return world;
}

it('a pair that is answered from its other end is noticed, also where only its newest records have links', async () => {
  const world = await linkedOfLate();
  const baseUrl = await bendingProxy(
    () => world.sandbox.url,
    ({ path, sent }) => (path.includes('/deals/contacts/batch/read') ? noLinks({ sent }) : undefined),
  );
  const runs = await world.sync({ baseUrl });
  expect(runs.find(({ pipeline }) => pipeline === 'associations')?.outcome).toBe('complete');
  const { truth } = world.sandbox.world;
  const real = [...truth.associations('deals', 'contacts')].filter(
    ({ fromId, toId }) =>
      truth.record('deals', fromId)?.state === 'active' && truth.record('contacts', toId)?.state === 'active',
  );
  // Their types are those of the direction in which they were given.
  const ends = (links: readonly (readonly string[])[]): readonly string[] =>
    [...new Set(links.map((link) => link.join(' ')))].sort();
  const rows = await world.tables.rows('associations');
  const stored = rows.filter((row) => row['from_type'] === 'deals' && row['to_type'] === 'contacts');
  expect(real.length).toBeGreaterThan(20);
  expect(ends(stored.map((row) => [String(row['from_id']), String(row['to_id'])]))).toEqual(
    ends(real.map(({ fromId, toId }) => [fromId, toId])),
  );
});
