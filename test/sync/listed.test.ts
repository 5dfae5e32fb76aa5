import { expect, it, onTestFinished } from 'vitest';
import { bendingProxy } from '../support/bending-proxy.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

const day = 86_400_000;

async function opened(): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const indexLag = { min: day, max: day };
  const world = await openSyncWorld(url, { contacts: 150, extraProperties: 0, speed: 0, indexLag });
  onTestFinished(() => world.close());
  return world;
}

/** Everything that can become of a record, some minutes after the last run. */
async function workAndSync(world: SyncWorld, options: SyncOptions): Promise<void> {
  const { sandbox } = world;
  const sync = async (): Promise<void> => {
    const runs = await world.sync({ only: ['owners', 'pipelines', 'properties', 'deals'], ...options });
    expect(runs.filter(({ outcome }) => outcome !== 'complete')).toEqual([]);
  };
  await sync();
  const deals = [...sandbox.world.truth.records('deals')].filter(({ state }) => state === 'active');
  const [edited, archived, deleted, one, other] = deals.map(({ id }) => id);
  sandbox.clock.advance(600_000);
  sandbox.world.update('deals', edited!, { dealname: 'another' });
  sandbox.world.archive('deals', archived!);
  sandbox.world.permanentDelete('deals', deleted!);
  sandbox.world.merge('deals', one!, other!);
  sandbox.clock.advance(600_000);
  await sync();
}

async function wrong(world: SyncWorld): Promise<readonly string[]> {
  return (await world.differences(['deals'])).filter((sentence) => sentence.startsWith('deals '));
}

function searches({ sandbox }: SyncWorld): number {
  return sandbox.requests().of('/search');
}

it('a short table is compared with the list: no search, and no wait for one that is behind', async () => {
  const world = await opened();
  await workAndSync(world, { listUpTo: 500 });
  expect(await wrong(world)).toEqual([]);
  expect(searches(world)).toBe(0);
  const { rows } = await world.client.query<{ up_to: Date }>(
    `select max(complete_up_to) as up_to from "${world.schema}_keyway".pipeline_runs where pipeline = 'deals'`,
  );
  // What is an hour old has settled, even if the list was behind.
  expect(rows[0]!.up_to.getTime()).toBeGreaterThanOrEqual(world.sandbox.clock.now() - 3_600_000);
});

it('a longer one is not', async () => {
  const world = await opened();
  await workAndSync(world, { listUpTo: 10 });
  expect(searches(world)).toBeGreaterThan(0);
});

it('an object whose records say nothing of when they were changed is compared with the list, however long', async () => {
  const world = await opened();
  const baseUrl = await bendingProxy(
    () => world.sandbox.url,
    ({ path, body }) => {
      if (!path.includes('/properties/')) return undefined;
      const { results } = body as { results: readonly { name: string }[] };
      return { body: { results: results.filter(({ name }) => name !== 'hs_lastmodifieddate') } };
    },
  );
  await workAndSync(world, { listUpTo: 0, baseUrl });
  const rows = await world.tables.rows('deals');
  expect(rows.some((row) => row['dealname'] === 'another')).toBe(true);
  expect(rows.filter((row) => row['_archived'] === 'true')).not.toEqual([]);
  expect(searches(world)).toBe(0);
});

it('what is found equal in each run is said once in a while', async () => {
  const world = await opened();
  const { sandbox, client, schema } = world;
  for (let run = 0; run < 4; run += 1) {
    await world.sync({ only: ['deals'], listUpTo: 500 });
    sandbox.clock.advance(600_000);
  }
  const { rows } = await client.query(
    `select verdict, in_hubspot = in_warehouse as even from "${schema}_keyway".reconciliations`,
  );
  expect(rows).toEqual([{ verdict: 'equal', even: true }]);
});
