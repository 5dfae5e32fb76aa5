import { expect, it, onTestFinished } from 'vitest';
import { pipelines } from '../../pipelines/index.ts';
import { KeywayError } from '../../src/errors.ts';
import type { ObjectPipeline } from '../../src/pipeline.ts';
import type { PipelineRun } from '../../src/run.ts';
import type { Source } from '../../src/source.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type Around, type SyncWorld } from '../support/sync-world.ts';

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

const week = 7 * 86_400_000;

/** Few records in a question, few rows in a batch, and an end after so many questions for the companies of contacts. */
function breaksOff(questions: number): Around {
  let asked = 0;
  return {
    source: (source) => ({
      ...source,
      limits: { ...source.limits, linkIds: 5 },
      links(pair, ...question) {
        if (pair.from !== 'contacts' || pair.to !== 'companies' || ++asked <= questions) {
          return source.links(pair, ...question);
        }
        throw new KeywayError('hubspot_unavailable', 'HubSpot is down.', { verdict: 'stop' });
      },
    }),
    warehouse: (warehouse) => ({ ...warehouse, limits: { ...warehouse.limits, rows: 5 } }),
  };
}

it('a sweep of everything that is left half way loses no links of rows that were written before it began', async () => {
  const { world } = await synced();
  const { sandbox } = world;
  sandbox.clock.advance(week);
  const contact = sandbox.world.create('contacts', { email: 'new@example.com' });
  const [company] = [...sandbox.world.truth.records('companies')].filter(({ state }) => state === 'active');
  sandbox.world.associate({ object: 'contacts', id: contact }, { object: 'companies', id: company!.id });
  sandbox.clock.advance(3_600_000);
  await world.sync({ only: ['contacts', 'companies'] });
  await world.sync({ only: ['associations'], around: breaksOff(4) }).catch(() => undefined);
  sandbox.clock.advance(600_000);
  const [run] = await world.sync({ only: ['associations'], around: breaksOff(1000) });
  expect(run).toMatchObject({ outcome: 'complete' });
  expect(await linksFrom(world, 'contacts')).toContainEqual(expect.objectContaining({ from_id: contact }));
});

function silentFromDeals(source: Source): Source {
  return {
    ...source,
    links: (pair, ...question) =>
      pair.from === 'deals' && pair.to === 'contacts'
        ? Promise.resolve({ links: [], failed: [] })
        : source.links(pair, ...question),
  };
}

it('links that are asked for by the rows of the other end claim no more than these', async () => {
  const { world } = await synced();
  const { sandbox, engine } = world;
  const warehouse = await engine.open();
  onTestFinished(() => warehouse.close());
  const pair = 'associations/deals-contacts';
  const { checkpoint, version } = await warehouse.checkpoint(pair);
  if (checkpoint?.kind !== 'links') throw new Error('no checkpoint');
  const reversed = { ...checkpoint, reversed: true };
  await warehouse.commit({ pipeline: pair, runId: 'r', writes: [], checkpoint: reversed, replaces: version });
  const before = completeUpTo(await world.sync({ only: ['contacts'] }), 'contacts');
  sandbox.clock.advance(week);
  await world.sync({ only: ['companies', 'deals', 'tickets'] });
  const later = await world.sync({ only: ['associations'], around: { source: silentFromDeals } });
  expect(completeUpTo(later, 'associations')).toBeLessThanOrEqual(before!);
  const { checkpoint: swept } = await warehouse.checkpoint(pair);
  expect(swept).toMatchObject({ reversed: true, swept: before });
});

it('a sweep ends where there are no more records, not where a warehouse gives few of them at once', async () => {
  const { world } = await synced();
  await world.client.query(
    `delete from "${world.schema}".associations where from_type = 'contacts' and to_type = 'companies'`,
  );
  const inShortChunks: Around = {
    source: (source) => ({ ...source, limits: { ...source.limits, linkIds: 10 } }),
    warehouse: (warehouse) => ({
      ...warehouse,
      async *ids(query) {
        for await (const ids of warehouse.ids(query))
          for (let at = 0; at < ids.length; at += 7) yield ids.slice(at, at + 7);
      },
    }),
  };
  for (let run = 0; run < 12; run++) {
    world.sandbox.clock.advance(week / 4);
    await world.sync({ only: ['associations'], around: inShortChunks });
  }
  expect((await world.differences()).filter((text) => text.includes(': link '))).toEqual([]);
});

it('links that were read of an object that HubSpot does not tell of any more are not called complete', async () => {
  const { world } = await synced();
  const before = await linksFrom(world, 'deals');
  const gone = new KeywayError('not_available', 'HubSpot has no deals any more.', { verdict: 'skip' });
  const deals = pipelines.find(({ name }) => name === 'deals') as ObjectPipeline;
  const objects = ['contacts', 'companies', 'tickets'];
  world.sandbox.clock.advance(120_000);
  const runs = await world.sync({ objects, also: [{ ...deals, unavailable: gone }] });
  const run = runs.find(({ pipeline }) => pipeline === 'associations');
  expect(run).toMatchObject({ outcome: 'partial' });
  expect(run?.reason).toContain('deals to contacts');
  expect(await linksFrom(world, 'deals')).toEqual(before);
});
