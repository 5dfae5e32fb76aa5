import { expect, it, onTestFinished } from 'vitest';
import type { Page, Scan, Source } from '../../src/source.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type Around, type SyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;

it.each([
  ['at once', ['all'], ['complete']],
  ['in the next run', ['all', 'ids'], ['partial', 'complete']],
  ['until it is sure', ['all', 'ids'], ['partial', 'partial', 'complete']],
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
    for (const [nth, outcome] of outcomes.entries()) {
      isLate = nth < Math.max(1, outcomes.length - 1);
      const [run] = await world.sync({ ...options, around: uncounted(source) });
      expect(run).toMatchObject({ outcome });
      if (outcome === 'partial') expect(run?.reason).toContain(survivor);
      world.sandbox.clock.advance(hour / 6);
    }
    const rows = await world.tables.rows('companies');
    const stored = rows.filter(({ id }) => id === survivor || id === newer);
    expect(stored.map((row) => row['_deleted_at'])).toEqual([null, null]);
  },
);

it.each([
  ['first', 0],
  ['last', 99],
])(
  'a row whose record its list names as the %s of a page stays open, though no answer knows the record',
  async (_which, place) => {
    const { url } = await withDatabase();
    const world = await openSyncWorld(url, { seed: 3, contacts: 400, speed: 0 });
    onTestFinished(() => world.close());
    const options = { only: ['contacts'], listUpTo: 0, sweepEvery: 0 };
    await world.sync(options);
    const { id } = living(world, 'contacts')[place]!;
    const isOpen = async (): Promise<boolean> => {
      const rows = await world.tables.rows('contacts');
      return rows.some((row) => row['id'] === id && row['_deleted_at'] === null);
    };
    world.sandbox.clock.advance(hour);
    const source = hiding(id, ({ kind }) => kind === 'all' || kind === 'ids');
    const [run] = await world.sync({ ...options, around: { source } });
    expect(run).toMatchObject({ outcome: 'partial' });
    expect(await isOpen()).toBe(true);
    world.sandbox.clock.advance(2 * hour);
    expect(await world.sync(options)).toMatchObject([{ outcome: 'complete' }]);
    expect(await isOpen()).toBe(true);
  },
);

it('a new record that nothing but its list knows keeps its row, until it is sure that the record is gone', async () => {
  const { url } = await withDatabase();
  const indexLag = { min: 2 * hour, max: 2 * hour };
  const world = await openSyncWorld(url, { seed: 3, contacts: 400, speed: 0, indexLag });
  onTestFinished(() => world.close());
  const options = { only: ['companies'], listUpTo: 0, reconcileEvery: 0 };
  await world.sync(options);
  world.sandbox.clock.advance(3 * hour);
  const id = world.sandbox.world.create('companies', { name: 'New' });
  const row = async () => (await world.tables.rows('companies')).find((each) => each['id'] === id);
  const source = hiding(id, ({ kind }) => kind === 'ids');
  for (const outcome of ['partial', 'partial']) {
    const [run] = await world.sync({ ...options, around: { source } });
    expect(run).toMatchObject({ outcome, reason: expect.stringContaining(id) as string });
    expect(await row()).toMatchObject({ name: 'New', _deleted_at: null });
    world.sandbox.clock.advance(hour / 2);
  }
  world.sandbox.world.permanentDelete('companies', id);
  expect(await world.sync(options)).toMatchObject([{ outcome: 'complete' }]);
  expect(await row()).toMatchObject({ name: null, _deleted_at: expect.anything() as unknown });
});

it('a record that a search has found behind its list, and that is gone by the next run, is cleared at once', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 400, speed: 0, indexLag: { min: 0, max: 0 } });
  onTestFinished(() => world.close());
  const options = { only: ['companies'], listUpTo: 0 };
  await world.sync(options);
  world.sandbox.clock.advance(hour);
  let id: string | undefined;
  const source = (real: Source): Source => ({
    ...real,
    read(object, properties, scan, signal) {
      if (scan.kind === 'changes') id ??= world.sandbox.world.create('companies', { name: 'New' });
      return real.read(object, properties, scan, signal);
    },
  });
  await world.sync({ ...options, around: { source } });
  const row = async () => (await world.tables.rows('companies')).find((each) => each['id'] === id);
  expect(await row()).toMatchObject({ name: 'New' });
  world.sandbox.world.permanentDelete('companies', id!);
  expect(await world.sync(options)).toMatchObject([{ outcome: 'complete' }]);
  expect(await row()).toMatchObject({ name: null, _deleted_at: expect.anything() as unknown });
});

it('a record without a row that a sweep names and cannot read is remembered', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 400, speed: 0 });
  onTestFinished(() => world.close());
  const options = { only: ['companies'], listUpTo: 0, reconcileEvery: 30 * 24 * hour };
  await world.sync(options);
  const { id } = living(world, 'companies')[5]!;
  await world.client.query(`DELETE FROM ${world.schema}.companies WHERE id = $1`, [id]);
  world.sandbox.clock.advance(hour);
  const source = pages(({ kind }, page) => {
    const records = page.records.filter((record) => record.id !== id);
    return kind !== 'all' || records.length === page.records.length
      ? page
      : { ...page, records, failed: [{ id, reason: 'It is broken.' }] };
  });
  const [run] = await world.sync({ ...options, sweepEvery: 0, around: uncounted(source) });
  expect(run).toMatchObject({ outcome: 'partial', reason: expect.stringContaining(id) as string });
  world.sandbox.clock.advance(hour / 6);
  expect(await world.sync(options)).toMatchObject([{ outcome: 'complete' }]);
  expect((await world.tables.rows('companies')).map((row) => row['id'])).toContain(id);
});

it('what comes along with a merged record is not listed yet', async () => {
  const { url } = await withDatabase();
  const unknowns = { mergeMovesWatermark: false, mergeKeepsCreated: true };
  const world = await openSyncWorld(url, { seed: 3, contacts: 400, speed: 0, unknowns });
  onTestFinished(() => world.close());
  const options = { only: ['companies'], listUpTo: 0, reconcileEvery: 30 * 24 * hour };
  await world.sync(options);
  const [one, two, three, ...rest] = living(world, 'companies').map(({ id }) => id);
  const newest = rest.at(-1)!;
  world.sandbox.clock.advance(2 * hour);
  const first = world.sandbox.world.merge('companies', one!, two!);
  const second = world.sandbox.world.merge('companies', newest, three!);
  // The list was given before both merges, the values after them.
  const source = pages(({ kind }, page) => {
    const records = page.records.filter(({ id }) => id !== first);
    return kind === 'all' ? { ...page, records, merged: [{ id: newest, into: second }] } : page;
  });
  await world.sync({ ...options, around: uncounted(source) });
  world.sandbox.clock.advance(hour / 6);
  const around = uncounted((real) => real);
  expect(await world.sync({ ...options, around })).toMatchObject([{ outcome: 'complete' }]);
  const rows = new Map((await world.tables.rows('companies')).map((row) => [row['id'], row]));
  expect(rows.get(first)).toMatchObject({ _deleted_at: null });
  expect(rows.get(one!)).toMatchObject({ _merged_into_id: first });
});

function living({ sandbox }: SyncWorld, object: string): readonly { readonly id: string }[] {
  return [...sandbox.world.truth.records(object)].filter(({ state }) => state === 'active');
}

/** Answers that name this record as one that there is not. */
function hiding(id: string, isHidden: (scan: Scan) => boolean): (real: Source) => Source {
  return pages((scan, page) => {
    const records = page.records.filter((record) => record.id !== id);
    if (!isHidden(scan) || records.length === page.records.length) return page;
    return { ...page, records, missing: [...page.missing, id] };
  });
}

/** With counts that never differ. */
const uncounted = (source: (real: Source) => Source): Around => ({
  source: (real) => ({ ...source(real), count: () => Promise.resolve(1) }),
  warehouse: (real) => ({ ...real, countLiving: () => Promise.resolve(1) }),
});

function pages(change: (scan: Scan, page: Page) => Page): (real: Source) => Source {
  return (real) => ({
    ...real,
    async *read(object, properties, scan, signal) {
      for await (const page of real.read(object, properties, scan, signal)) yield change(scan, page);
    },
  });
}
