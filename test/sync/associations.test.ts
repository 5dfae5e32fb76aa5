import { expect, it, onTestFinished } from 'vitest';
import type { PipelineRun } from '../../src/run.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

async function synced(): Promise<{ world: SyncWorld; runs: readonly PipelineRun[] }> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 6, contacts: 120, speed: 0 });
  onTestFinished(() => world.close());
  return { world, runs: await world.sync() };
}

function completeUpTo(runs: readonly PipelineRun[], pipeline: string): number | undefined {
  return runs.find((run) => run.pipeline === pipeline)?.completeUpTo;
}

async function linksFrom(world: SyncWorld, object: string): Promise<readonly unknown[]> {
  const { rows } = await world.client.query<Record<string, string | null>>(
    `select * from "${world.schema}".associations where from_type = $1 order by 1, 2, 3, 4, 5, 6`,
    [object],
  );
  return rows;
}

it('links claim no more than the rows that they were asked for by', async () => {
  const { world, runs } = await synced();
  world.sandbox.clock.advance(86_400_000);
  const later = await world.sync({ only: ['associations'] });
  expect(later[0]?.outcome).toBe('complete');
  const rows = ['contacts', 'companies', 'deals', 'tickets'].map((object) => completeUpTo(runs, object)!);
  expect(completeUpTo(later, 'associations')).toBe(Math.min(...rows));
});

it('links of an object that could not be read stay, and the run says that it is not complete', async () => {
  const { world } = await synced();
  const before = await linksFrom(world, 'deals');
  expect(before.length).toBeGreaterThan(10);
  world.sandbox.world.keys.grant([
    'oauth',
    'crm.objects.contacts.read',
    'crm.objects.companies.read',
    'tickets',
  ]);
  world.sandbox.clock.advance(120_000);
  const run = (await world.sync()).find(({ pipeline }) => pipeline === 'associations');
  expect(run).toMatchObject({ outcome: 'partial' });
  expect(run?.reason).toContain('Links from deals to contacts stay as they were');
  expect(await linksFrom(world, 'deals')).toEqual(before);
});

it('its kinds are asked for once a day, and again when somebody drops their table', async () => {
  const { world } = await synced();
  const asked = async (): Promise<number> => {
    world.sandbox.clearLogs();
    world.sandbox.clock.advance(600_000);
    await world.sync();
    return world.sandbox.requests().of('/labels');
  };
  const kinds = await world.tables.rows('association_types');
  expect(kinds).not.toEqual([]);
  expect(await asked()).toBe(0);
  await world.client.query(`drop table "${world.schema}".association_types`);
  expect(await asked()).toBeGreaterThan(0);
  expect((await world.tables.rows('association_types')).length).toBe(kinds.length);
  world.sandbox.clock.advance(86_400_000);
  expect(await asked()).toBeGreaterThan(0);
});
