import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Source } from '../../src/source.ts';
import type { Batch, Committed, Warehouse } from '../../src/warehouse.ts';
import { openPlantingProxy } from '../support/planting-proxy.ts';
import { createDatabase } from '../support/postgres.ts';
import { playScenario, type Plant } from '../support/scenario.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

const lost = expect.stringMatching(/claimed complete|has no row|stale/);

/** A comparison that finds nothing proves nothing until it has found something. */
describe('the comparison with the truth catches', { timeout: 600_000 }, () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  async function caughtWithin(seeds: number, plant: () => Promise<Plant>): Promise<readonly string[]> {
    for (let seed = 1; seed <= seeds; seed++) {
      const found = await playScenario(database.url, seed, await plant());
      if (found.length > 0) return found;
    }
    return [];
  }

  it('a watermark taken when the full load ends instead of when it began', async () => {
    expect(await playSlowLoad(database.url, (real) => real)).toEqual([]);
    expect(await playSlowLoad(database.url, watermarkFromTheFinish)).toContainEqual(lost);
  });

  it('a checkpoint that is committed before its rows', async () => {
    expect(
      await caughtWithin(50, async () => {
        let commits = 0;
        return {
          options: () => ({
            around: { warehouse: (real) => checkpointFirst(real, () => ++commits % 7 === 0) },
          }),
        };
      }),
    ).toContainEqual(lost);
  });

  it('GT instead of GTE at the start of a window', async () => {
    expect(await playBulkJob(database.url, (body) => body)).toEqual([]);
    expect(await playBulkJob(database.url, (body) => body.replace('"GTE"', '"GT"'))).toContainEqual(lost);
  });
});

const contactsOnly = { only: ['owners', 'pipelines', 'properties', 'contacts'] };

async function wrongContacts(world: SyncWorld): Promise<readonly string[]> {
  return (await world.differences()).filter((text) => text.startsWith('contacts '));
}

/** A record is edited after the load has read it, and the load goes on for hours. */
async function playSlowLoad(
  url: string,
  warehouse: (real: Warehouse, source: Source) => Warehouse,
): Promise<readonly string[]> {
  const world = await openSyncWorld(url, { seed: 4, contacts: 400 });
  const { sandbox } = world;
  const editWhatWasRead = (source: Source): Source => ({
    ...source,
    async *read(...question) {
      let edited = question[2].kind !== 'all';
      for await (const page of source.read(...question)) {
        yield page;
        const id = page.records[0]?.id;
        if (!edited && id !== undefined) sandbox.world.update('contacts', id, { firstname: 'Edited' });
        edited = true;
        sandbox.clock.advance(3_600_000);
      }
    },
  });
  try {
    await world.sync({ ...contactsOnly, overlap: 900_000, around: { source: editWhatWasRead, warehouse } });
    sandbox.clock.advance(3_600_000);
    await world.sync({ overlap: 900_000 });
    return await wrongContacts(world);
  } finally {
    await world.close();
  }
}

/**
 * HubSpot's own jobs stamp more records with one millisecond than a search can count. Windows are halved down to that
 * millisecond, and where one ends the next begins. `change` changes what the client says of searches.
 */
async function playBulkJob(url: string, change: (body: string) => string): Promise<readonly string[]> {
  const world = await openSyncWorld(url, { seed: 5, contacts: 10_400, nastyRate: 0 });
  const { sandbox } = world;
  const proxy = await openPlantingProxy(() => sandbox.url, change);
  const options = { baseUrl: proxy.url };
  try {
    await world.sync(options);
    sandbox.clock.advance(3_600_000);
    const living = [...sandbox.world.truth.records('contacts')].filter((record) => record.state === 'active');
    sandbox.world.bulkUpdate(
      'contacts',
      living.map(({ id }) => id),
      { hs_marketable_status: 'false' },
    );
    sandbox.clock.advance(3_600_000);
    await world.sync({ ...options, ...contactsOnly });
    return await wrongContacts(world);
  } finally {
    await proxy.close();
    await world.close();
  }
}

function watermarkFromTheFinish(real: Warehouse, source: Source): Warehouse {
  const planted = new Map<string, { readonly right: number; readonly wrong: number }>();
  const loading = new Set<string>();
  return {
    ...real,
    commit(batch) {
      const { pipeline, checkpoint } = batch;
      if (checkpoint.kind === 'loading') loading.add(pipeline);
      if (checkpoint.kind !== 'live') return real.commit(batch);
      if (loading.delete(pipeline))
        planted.set(pipeline, { right: checkpoint.watermark, wrong: source.now() });
      const bug = planted.get(pipeline);
      const watermark = checkpoint.watermark === bug?.right ? bug.wrong : checkpoint.watermark;
      return real.commit({ ...batch, checkpoint: { ...checkpoint, watermark } });
    },
  };
}

/** And now and then the process dies between the two. */
function checkpointFirst(real: Warehouse, dies: () => boolean): Warehouse {
  return {
    ...real,
    async commit(batch: Batch): Promise<Committed> {
      const first = await real.commit({ ...batch, writes: [] });
      if (dies()) throw new Error('planted death');
      const counts = await real.commit({ ...batch, replaces: first.version });
      return { ...counts, version: first.version + 1 };
    },
  };
}
