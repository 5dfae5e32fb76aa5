import { expect, it, onTestFinished } from 'vitest';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

it('the table of merges that somebody has dropped is filled again, by all objects', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 700, extraProperties: 0, speed: 0 });
  onTestFinished(() => world.close());
  const { truth, ...account } = world.sandbox.world;
  for (const object of ['contacts', 'companies']) {
    const [one, other] = [...truth.records(object)].filter(({ state }) => state === 'active');
    account.merge(object, one!.id, other!.id);
  }
  const options = { listUpTo: 0 };
  await world.sync(options);
  const before = await world.tables.rows('merges');
  const objects = new Set(before.map((row) => row['object_type']));
  expect([...objects]).toEqual(expect.arrayContaining(['contacts', 'companies']));
  await world.client.query(`drop table "${world.schema}".merges`);
  world.sandbox.clock.advance(600_000);
  const runs = await world.sync(options);
  expect(runs.filter(({ outcome }) => outcome !== 'complete')).toEqual([]);
  const keys = (rows: typeof before): readonly string[] =>
    rows.map((row) => JSON.stringify([row['object_type'], row['merged_id'], row['into_id']])).toSorted();
  expect(keys(await world.tables.rows('merges'))).toEqual(keys(before));
  expect(await world.differences()).toEqual([]);
});
