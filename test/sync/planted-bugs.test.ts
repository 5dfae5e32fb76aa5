import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Source } from '../../src/source.ts';
import type { Batch, Committed, Warehouse } from '../../src/warehouse.ts';
import { openPlantingProxy } from '../support/planting-proxy.ts';
import { createDatabase } from '../support/postgres.ts';
import { playScenario, type Plant } from '../support/scenario.ts';

const lost = expect.stringMatching(/claimed complete|has no row|stale/);

/** A comparison that finds nothing proves nothing until it has found something. */
describe('the comparison with the truth catches', () => {
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
    const plant: Plant = { options: () => ({ around: { warehouse: watermarkFromTheFinish } }) };
    expect(await caughtWithin(50, async () => plant)).toContainEqual(lost);
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
    let url = '';
    const plant = async (): Promise<Plant> => {
      const proxy = await openPlantingProxy(
        () => url,
        (body) => body.replace('"GTE"', '"GT"'),
      );
      return {
        options: (world) => {
          url = world.sandbox.url;
          return { baseUrl: proxy.url };
        },
        close: () => proxy.close(),
      };
    };
    expect(await caughtWithin(50, plant)).toContainEqual(lost);
  });
});

function watermarkFromTheFinish(real: Warehouse, source: Source): Warehouse {
  const loading = new Set<string>();
  return {
    ...real,
    async commit(batch) {
      if (batch.checkpoint.kind === 'loading' || batch.replaces === 0) loading.add(batch.pipeline);
      if (batch.checkpoint.kind !== 'live' || !loading.delete(batch.pipeline)) return real.commit(batch);
      return real.commit({ ...batch, checkpoint: { ...batch.checkpoint, watermark: source.now() } });
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
