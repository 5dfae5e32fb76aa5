import { expect, it, onTestFinished } from 'vitest';
import type { Page, Scan, Source } from '../../src/source.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;

it.each([
  ['at once', ['all'], ['complete']],
  ['in the next run', ['all', 'ids'], ['partial', 'complete']],
])(
  'a record that its list names and a read does not find is looked for %s',
  async (_when, silent, outcomes) => {
    const { url } = await withDatabase();
    const unknowns = { mergeMovesWatermark: false, mergeKeepsCreated: true };
    const world = await openSyncWorld(url, { seed: 3, contacts: 400, speed: 0, unknowns });
    onTestFinished(() => world.close());
    const { truth, ...mutations } = world.sandbox.world;
    const options = { only: ['companies'], listUpTo: 0, reconcileEvery: 30 * 24 * hour };
    await world.sync(options);
    const [one, other] = [...truth.records('companies')].filter(({ state }) => state === 'active');
    world.sandbox.clock.advance(2 * hour);
    const survivor = mutations.merge('companies', one!.id, other!.id);
    const newer = mutations.create('companies', { name: 'Newer' });
    world.sandbox.clock.advance(hour / 2);
    let isLate = true;
    const source = hiding(survivor, ({ kind }) => isLate && silent.includes(kind));
    for (const outcome of outcomes) {
      const [run] = await world.sync({ ...options, around: { source } });
      expect(run).toMatchObject({ outcome });
      if (outcome === 'partial') expect(run?.reason).toContain(survivor);
      isLate = false;
      world.sandbox.clock.advance(2 * hour);
    }
    const rows = await world.tables.rows('companies');
    const stored = rows.filter(({ id }) => id === survivor || id === newer);
    expect(stored.map((row) => row['_deleted_at'])).toEqual([null, null]);
  },
);

it('a row whose record its list names stays open, though no answer knows the record', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 400, speed: 0 });
  onTestFinished(() => world.close());
  const options = { only: ['companies'], listUpTo: 0, sweepEvery: 0 };
  await world.sync(options);
  const [first] = [...world.sandbox.world.truth.records('companies')].filter(
    ({ state }) => state === 'active',
  );
  const isOpen = async (): Promise<boolean> => {
    const rows = await world.tables.rows('companies');
    return rows.some((row) => row['id'] === first!.id && row['_deleted_at'] === null);
  };
  world.sandbox.clock.advance(hour);
  const source = hiding(first!.id, ({ kind }) => kind === 'all' || kind === 'ids');
  const [run] = await world.sync({ ...options, around: { source } });
  expect(run).toMatchObject({ outcome: 'partial' });
  expect(await isOpen()).toBe(true);
  world.sandbox.clock.advance(hour);
  expect(await world.sync(options)).toMatchObject([{ outcome: 'complete' }]);
  expect(await isOpen()).toBe(true);
});

/** Answers that name this record as one that there is not. */
function hiding(id: string, isHidden: (scan: Scan) => boolean): (real: Source) => Source {
  const without = (page: Page): Page => {
    const records = page.records.filter((record) => record.id !== id);
    return records.length === page.records.length
      ? page
      : { ...page, records, missing: [...page.missing, id] };
  };
  return (real) => ({
    ...real,
    async *read(object, properties, scan, signal) {
      for await (const page of real.read(object, properties, scan, signal))
        yield isHidden(scan) ? without(page) : page;
    },
  });
}
