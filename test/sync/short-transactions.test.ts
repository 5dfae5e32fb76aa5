import { expect, it, onTestFinished } from 'vitest';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

it('while HubSpot is waited for, no transaction is open, and what was read before is committed', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 2500, extraProperties: 0 });
  onTestFinished(() => world.close());
  world.sandbox.faults.add({ kind: 'hang', match: /^GET .*\/contacts\?/, skip: 18 });
  const stop = new AbortController();
  const syncing = world.sync({ only: ['contacts'], signal: stop.signal });
  const count = async (from: string): Promise<number> => {
    const { rows } = await world.client.query<{ count: number }>(
      `select count(*)::int as count from ${from}`,
    );
    return rows[0]?.count ?? 0;
  };
  while ((await count(`pg_tables where schemaname = '${world.schema}'`)) === 0);
  while ((await count(`"${world.schema}".contacts`)) < 1_000);
  const open = `pg_stat_activity where datname = current_database() and application_name = 'keyway-test'`;
  expect(await count(open)).toBeGreaterThan(0);
  for (let quiet = 0; quiet < 100;) {
    quiet = (await count(`${open} and xact_start is not null`)) === 0 ? quiet + 1 : 0;
  }
  stop.abort();
  expect(await syncing).toMatchObject([{ outcome: 'interrupted' }]);
});
