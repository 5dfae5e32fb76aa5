import { expect, it, onTestFinished } from 'vitest';
import type { Warehouse } from '../../src/warehouse.ts';
import { narrow } from '../support/narrow.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type Around, type SyncOptions, type World } from '../support/sync-world.ts';

const day = 86_400_000;

const inSmallBatches = (warehouse: Warehouse): Warehouse => ({
  ...warehouse,
  limits: { ...warehouse.limits, rows: 500 },
});
const around: Around = { source: narrow, warehouse: inSmallBatches };

/** More rows than have their number compared in each run. */
async function largeAccount(): Promise<Account> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 6500, extraProperties: 0, speed: 0 });
  onTestFinished(() => world.close());
  const options = { only: ['contacts'], listUpTo: 0, sweepEvery: day, reconcileEvery: 900 * day, around };
  await world.sync(options);
  // The first count is due.
  await world.sync(options);
  world.sandbox.clock.advance(day);
  const records = [...world.sandbox.world.truth.records('contacts')];
  const living = records.filter(({ state }) => state === 'active').map(({ id }) => id);
  return { world, living, options };
}

interface Account {
  readonly world: World;
  readonly living: readonly string[];
  readonly options: SyncOptions;
}

/** HubSpot's list of living records breaks off after so many pages. */
function breaksOff(pages: number): Around {
  return {
    ...around,
    source(real) {
      const source = narrow(real);
      return {
        ...source,
        async *read(object, properties, scan, signal) {
          let given = 0;
          for await (const page of source.read(object, properties, scan, signal)) {
            if (scan.kind === 'all' && ++given > pages) throw new Error('the process died here');
            yield page;
          }
        },
      };
    },
  };
}

async function closed({ tables }: World): Promise<readonly string[]> {
  const rows = await tables.rows('contacts');
  return rows.filter((row) => row['_deleted_at'] !== null).map((row) => String(row['id']));
}

it('a sweep that goes on clears what it had found to be deleted before it was left, but not what has come back', async () => {
  const { world, living, options } = await largeAccount();
  const before = await closed(world);
  const [gone, back] = [living[10]!, living[20]!];
  world.sandbox.world.gdprDelete(gone);
  world.sandbox.world.archive('contacts', back);
  await world.sync({ ...options, around: breaksOff(50) });
  expect(await closed(world)).toEqual(before);
  world.sandbox.world.restore('contacts', back);
  expect((await world.sync(options))[0]).toMatchObject({ outcome: 'complete' });
  expect(await closed(world)).toEqual([...before, gone]);
});

it('a mass deletion does not go through as the rest of a sweep that it has stopped, and goes through whole once accepted', async () => {
  const { world, living, options } = await largeAccount();
  const before = await closed(world);
  const gone = living.filter((_, at) => at % 3 === 0);
  for (const id of gone) world.sandbox.world.gdprDelete(id);
  for (let run = 0; run < 3; run += 1) {
    expect((await world.sync(options))[0]).toMatchObject({ outcome: 'failed', code: 'mass_deletion' });
    expect(await closed(world)).toEqual(before);
    world.sandbox.clock.advance(day / 100);
  }
  expect((await world.sync({ ...options, acceptDeletions: true }))[0]).toMatchObject({ outcome: 'complete' });
  expect((await closed(world)).length).toBe(before.length + gone.length);
});
