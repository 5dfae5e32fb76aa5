import { expect, it, onTestFinished } from 'vitest';
import { withDatabase } from '../support/postgres.ts';
import { holdingProxy, type Instead } from '../support/holding-proxy.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

const hours = 3 * 3_600_000;

/** Three hours after a complete sync, with changes in between. */
async function changed(): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 80 });
  onTestFinished(() => world.close());
  await world.sync();
  world.sandbox.world.churn({ steps: 60 });
  world.sandbox.clock.advance(hours);
  return world;
}

/** A complete answer, as far as anybody can see. */
const empty: Instead = (response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"results":[]}');

it('a dictionary that cannot be read to its end is left as it was', async () => {
  const world = await changed();
  const before = await world.tables.rows('owners');
  const mend = world.sandbox.faults.add({ kind: 'error 500', match: /^GET .*\/owners\/.*archived=true/ });
  const runs = await world.sync({ only: ['owners', 'deals'] });
  expect(runs.map(({ outcome }) => outcome)).toEqual(['failed', 'complete']);
  expect(mend()).toBeGreaterThan(1);
  expect(await world.tables.rows('owners')).toEqual(before);
  await world.sync();
  expect(await world.differences()).toEqual([]);
});

it('a dictionary that comes back empty closes its rows and loses none of them: the next answer opens them again', async () => {
  const world = await changed();
  const before = await world.tables.rows('owners');
  const { url: baseUrl } = await holdingProxy(world.sandbox.url, /^GET .*\/owners\//, empty);
  expect(await world.sync({ only: ['owners'], baseUrl })).toMatchObject([{ outcome: 'complete' }]);
  const closed = await world.tables.rows('owners');
  const people = (rows: typeof closed): string[] =>
    rows.map(({ id, email }) => JSON.stringify([id, email])).sort();
  expect(people(closed)).toEqual(people(before));
  expect(closed.filter((row) => row['_deleted_at'] === null)).toEqual([]);
  await world.sync();
  expect(await world.differences()).toEqual([]);
});

it('definitions of properties that come back empty fail their objects, and no change is lost for it', async () => {
  const world = await changed();
  const { url: baseUrl } = await holdingProxy(world.sandbox.url, /^GET \/crm\/properties\//, empty);
  const runs = await world.sync({ only: ['contacts', 'deals', 'properties', 'owners'], baseUrl });
  expect(runs.map(({ outcome }) => outcome).sort()).toEqual(['complete', 'failed', 'failed', 'failed']);
  world.sandbox.clock.advance(hours);
  await world.sync();
  expect(await world.differences()).toEqual([]);
});
