import { expect, it, onTestFinished } from 'vitest';
import type { PipelineRun } from '../../src/run.ts';
import { bendingProxy, noLinks } from '../support/bending-proxy.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

async function synced(): Promise<{ world: SyncWorld; blind: string }> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 1900, extraProperties: 0, speed: 0 });
  onTestFinished(() => world.close());
  await world.sync();
  return { world, blind: await withoutLinks(world) };
}

/** HubSpot answers, and with nothing. */
function withoutLinks(world: SyncWorld): Promise<string> {
  return bendingProxy(
    () => world.sandbox.url,
    ({ path, sent }) =>
      path.includes('/associations/') && path.includes('/batch/read') ? noLinks({ sent }) : undefined,
  );
}

async function syncLinks(world: SyncWorld, options: SyncOptions): Promise<PipelineRun> {
  world.sandbox.clock.advance(3_600_000);
  const [run] = await world.sync({ only: ['associations'], ...options });
  return run!;
}

async function links(world: SyncWorld): Promise<number> {
  const rows = await world.tables.rows('associations');
  return rows.filter((row) => row['from_type'] === 'contacts' && row['to_type'] === 'companies').length;
}

it('links that vanish all at once are kept, and not a little less in each run', async () => {
  const { world, blind } = await synced();
  const before = await links(world);
  expect(before).toBeGreaterThan(2000);
  const first = await syncLinks(world, { baseUrl: blind });
  expect(first).toMatchObject({ outcome: 'failed', code: 'mass_deletion' });
  expect(first.reason).toContain('keyway sync associations --accept-deletions');
  for (let run = 0; run < 4; run++) {
    expect(await syncLinks(world, { baseUrl: blind })).toMatchObject({ code: 'mass_deletion' });
  }
  expect(await links(world)).toBeGreaterThanOrEqual(before - 1000);
});

it('links that come back after that are all there', async () => {
  const { world, blind } = await synced();
  await syncLinks(world, { baseUrl: blind });
  expect(await syncLinks(world, {})).toMatchObject({ outcome: 'complete' });
  expect((await world.differences()).filter((text) => text.includes(': link '))).toEqual([]);
  expect(await syncLinks(world, {})).toMatchObject({ outcome: 'complete' });
});

it('links that vanish from records as these are edited are kept, too', async () => {
  const { world, blind } = await synced();
  const before = await links(world);
  for (const { id, state } of world.sandbox.world.truth.records('contacts')) {
    if (state === 'active') world.sandbox.world.update('contacts', id, { hubspot_owner_id: '7' });
  }
  world.sandbox.clock.advance(7_200_000);
  await world.sync({ only: ['contacts', 'companies', 'deals', 'tickets'] });
  for (let run = 0; run < 3; run++) {
    const ended = await syncLinks(world, { baseUrl: blind, linkCalls: 0 });
    expect(ended).toMatchObject({ code: 'mass_deletion' });
  }
  expect(await links(world)).toBeGreaterThanOrEqual(before - 1000);
});

it('if it is true that they are gone, somebody can say so', async () => {
  const { world, blind } = await synced();
  await syncLinks(world, { baseUrl: blind });
  expect(await syncLinks(world, { baseUrl: blind, acceptDeletions: true })).toMatchObject({
    outcome: 'complete',
  });
  expect(await links(world)).toBe(0);
  expect(await syncLinks(world, { baseUrl: blind })).toMatchObject({ outcome: 'complete' });
});

it('links that went with archived records are no reason to stop', async () => {
  const { world } = await synced();
  const before = await links(world);
  const living = [...world.sandbox.world.truth.records('companies')].filter(
    ({ state }) => state === 'active',
  );
  for (const { id } of living) world.sandbox.world.archive('companies', id);
  world.sandbox.clock.advance(3_600_000);
  expect((await world.sync()).map(({ outcome }) => outcome)).not.toContain('failed');
  expect(before).toBeGreaterThan(1000);
  expect(await links(world)).toBe(0);
});
