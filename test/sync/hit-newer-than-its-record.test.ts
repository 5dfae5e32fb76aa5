import { expect, it, onTestFinished } from 'vitest';
import { bendingProxy } from '../support/bending-proxy.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;

/** The search index knows one record as newer than the store has it, and stays so. */
it('one record that the index and the store disagree about does not keep all others out', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0 });
  onTestFinished(() => world.close());
  const only = ['contacts'];
  await world.sync({ only });
  const [odd, other] = [...world.sandbox.world.truth.records('contacts')].filter(
    ({ state }) => state === 'active',
  );
  const baseUrl = await bendingProxy(
    () => world.sandbox.url,
    ({ path, body }) => {
      if (!path.endsWith('/search')) return undefined;
      const { results, ...rest } = body as { results: { id: string; updatedAt: string }[] };
      const ahead = (at: string): string => new Date(Date.parse(at) + 2000).toISOString();
      return {
        body: {
          ...rest,
          results: results.map((hit) =>
            hit.id === odd!.id ? { ...hit, updatedAt: ahead(hit.updatedAt) } : hit,
          ),
        },
      };
    },
  );
  world.sandbox.clock.advance(hour);
  world.sandbox.world.update('contacts', odd!.id, { firstname: 'Odd' });
  const outcomes: string[] = [];
  for (let run = 0; run < 4; run += 1) {
    world.sandbox.world.update('contacts', other!.id, { firstname: `Edit ${run}` });
    world.sandbox.clock.advance(24 * hour);
    const [contacts] = await world.sync({ only, baseUrl });
    outcomes.push(`${contacts!.outcome} ${contacts!.reason ?? ''}`);
  }
  const row = (await world.tables.rows('contacts')).find((each) => each['id'] === other!.id);
  expect({ firstname: row?.['firstname'], outcomes }).toMatchObject({ firstname: 'Edit 3' });
});
