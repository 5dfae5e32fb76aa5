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

/** The index does not show an edit yet, and a replica that answers has not heard of it either. */
it('a record that a sweep finds to be stale is not taken in the old version once more', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0 });
  onTestFinished(() => world.close());
  const [odd] = [...world.sandbox.world.truth.records('contacts')].filter(({ state }) => state === 'active');
  world.sandbox.world.update('contacts', odd!.id, { firstname: 'Old' });
  const options = { only: ['contacts'], listUpTo: 0 };
  await world.sync(options);
  const { updatedAt } = odd!;
  world.sandbox.clock.advance(24 * hour);
  world.sandbox.world.update('contacts', odd!.id, { firstname: 'New' });
  const baseUrl = await bendingProxy(
    () => world.sandbox.url,
    ({ path, sent, body }) => {
      const { results, ...rest } = body as { results?: { id: string; properties: object }[] };
      if (results === undefined) return undefined;
      if (path.endsWith('/search') && sent.includes('lastmodifieddate')) {
        const shown = results.filter(({ id }) => id !== odd!.id);
        return { body: { ...rest, results: shown, total: shown.length } };
      }
      if (!path.endsWith('/contacts/batch/read')) return undefined;
      const old = { updatedAt, properties: { firstname: 'Old', lastmodifieddate: updatedAt } };
      const behind = (each: (typeof results)[number]): object =>
        each.id === odd!.id
          ? { ...each, ...old, properties: { ...each.properties, ...old.properties } }
          : each;
      return { body: { ...rest, results: results.map(behind) } };
    },
  );
  world.sandbox.clock.advance(hour / 2);
  const firstname = async (): Promise<unknown> =>
    (await world.tables.rows('contacts')).find((row) => row['id'] === odd!.id)?.['firstname'];
  const [behind] = await world.sync({ ...options, baseUrl, sweepEvery: 0 });
  expect(behind).toMatchObject({ outcome: 'partial', reason: expect.stringContaining(odd!.id) as string });
  expect(behind!.completeUpTo).toBeLessThan(
    Date.parse(world.sandbox.world.truth.record('contacts', odd!.id)!.updatedAt),
  );
  const [later] = await world.sync({ ...options, sweepEvery: 30 * 24 * hour });
  expect(later).toMatchObject({ outcome: 'complete' });
  expect(await firstname()).toBe('New');
});
