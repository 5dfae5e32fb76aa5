import { expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/source.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;

/**
 * Whether a batch read reports an id that was merged away as not found is unknown. If it does, a merge that happens after the
 * changes of a run were read, and before its sweep or its counts, looks like a deletion for good.
 */
it('a record that is merged away while a run is on is not cleared like one that is deleted for good', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, {
    seed: 3,
    contacts: 150,
    speed: 0,
    unknowns: { mergedInBatch: 'missing' },
  });
  onTestFinished(() => world.close());
  const only = ['contacts'];
  await world.sync({ only });
  const [first, second] = [...world.sandbox.world.truth.records('contacts')].filter(
    (record) => record.state === 'active' && (record.properties['email'] ?? null) !== null,
  );
  world.sandbox.clock.advance(24 * hour);
  let into: string | undefined;
  const mergesBeforeTheSweep = (source: Source): Source => ({
    ...source,
    read(object, properties, scan, signal) {
      if (scan.kind === 'all') into ??= world.sandbox.world.merge('contacts', first!.id, second!.id);
      return source.read(object, properties, scan, signal);
    },
  });
  await world.sync({ only, around: { source: mergesBeforeTheSweep } });
  world.sandbox.clock.advance(24 * hour);
  await world.sync({ only });
  const row = (await world.tables.rows('contacts')).find((each) => each['id'] === first!.id);
  expect(row).toMatchObject({ _merged_into_id: into });
  expect(row?.['email']).not.toBeNull();
});

const day = 86_400_000;

async function holding(world: SyncWorld, text: string): Promise<readonly string[]> {
  const { rows } = await world.client.query<{ name: string }>(
    'select table_name as name from information_schema.tables where table_schema = $1',
    [world.schema],
  );
  const found: string[] = [];
  for (const { name } of rows) {
    for (const row of await world.tables.rows(name)) {
      for (const [column, cell] of Object.entries(row)) {
        if (String(cell).includes(text)) found.push(`${name}.${column} of ${String(row['id'])}`);
      }
    }
  }
  return found;
}

/** Whether a privacy deletion leaves an empty record in the recycle bin is unknown; if so, it later expires from there. */
it('somebody who is deleted for good is forgotten, also where the bin keeps an empty record for a while', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, {
    seed: 3,
    contacts: 150,
    speed: 0,
    unknowns: { gdprLeavesArchived: true },
  });
  onTestFinished(() => world.close());
  await world.sync();
  const [first, second] = [...world.sandbox.world.truth.records('contacts')].filter(
    ({ state }) => state === 'active',
  );
  world.sandbox.world.update('contacts', first!.id, { firstname: 'Canary-1' });
  world.sandbox.world.update('contacts', second!.id, { firstname: 'Canary-2' });
  world.sandbox.clock.advance(day);
  await world.sync();
  const survivor = world.sandbox.world.merge('contacts', first!.id, second!.id);
  world.sandbox.clock.advance(day);
  await world.sync();
  world.sandbox.world.gdprDelete(survivor);
  for (let night = 0; night < 100; night += 1) {
    world.sandbox.clock.advance(day);
    if (night % 8 === 0 || night > 85) await world.sync({ only: ['contacts', 'associations'] });
  }
  expect(world.sandbox.world.truth.record('contacts', survivor)).toMatchObject({ state: 'gone' });
  expect(await holding(world, 'Canary')).toEqual([]);
});

async function withPair(mergedInBatch: 'resolve' | 'missing' | 'absent') {
  const { url } = await withDatabase();
  const unknowns = { gdprLeavesArchived: true, mergedInBatch };
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0, unknowns });
  onTestFinished(() => world.close());
  const sync = async (): Promise<void> => {
    world.sandbox.clock.advance(day);
    await world.sync({ only: ['owners', 'properties', 'contacts'] });
  };
  await sync();
  const [first, second] = [...world.sandbox.world.truth.records('contacts')].filter(
    ({ state, properties }) => state === 'active' && (properties['email'] ?? null) !== null,
  );
  const pair = [first!.id, second!.id] as const;
  const rows = async () =>
    (await world.tables.rows('contacts')).filter(({ id }) => pair.includes(String(id)));
  return { world, sync, pair, rows };
}

/** What is left of the survivor names nobody, and the two are not found by any id: no client can know of the merge. */
it.for(['resolve', 'missing', 'absent'] as const)(
  'two people who were merged and erased between two runs are cleared, though nothing tells of the merge (batches: %s)',
  async (mergedInBatch) => {
    const { world, sync, pair, rows } = await withPair(mergedInBatch);
    world.sandbox.world.gdprDelete(world.sandbox.world.merge('contacts', ...pair));
    await sync();
    const unknown = { _merged_into_id: null, _deleted_at: expect.any(String), email: null };
    expect(await rows()).toMatchObject([unknown, unknown]);
    expect(await world.differences(['contacts'])).toEqual([]);

    await world.client.query(`update ${world.schema}.contacts set email = 'left@example.com' where id = $1`, [
      pair[0],
    ]);
    expect(await world.differences(['contacts'])).toEqual([
      `contacts ${pair[0]}: deleted for good, but its row still has [["email","left@example.com"]]`,
    ]);
  },
);

it('people whose merge was seen are cleared with the one that it made', async () => {
  const { world, sync, pair, rows } = await withPair('absent');
  const into = world.sandbox.world.merge('contacts', ...pair);
  await sync();
  const known = (email: unknown) => ({ _merged_into_id: into, _deleted_at: expect.any(String), email });
  expect(await rows()).toMatchObject([known(expect.any(String)), known(expect.any(String))]);
  world.sandbox.world.gdprDelete(into);
  await sync();
  expect(await rows()).toMatchObject([known(null), known(null)]);
  expect(await world.differences(['contacts'])).toEqual([]);
});

/** What was in the bin is missed by its next reading, once; what lives again under its old times, nothing tells of but that. */
it('two people whose merge is taken back live again, although HubSpot fails at the moment when their merge is cleared', async () => {
  const { world, pair, rows } = await withPair('absent');
  const { world: account, clock } = world.sandbox;
  const never = 900 * day;
  const options = { only: ['contacts'], listUpTo: 0, sweepEvery: never, reconcileEvery: never };
  // Of so many rows, a count is compared once in a while.
  const large = (warehouse: Warehouse): Warehouse => ({
    ...warehouse,
    limits: { ...warehouse.limits, wait: 0 },
    countLiving: () => Promise.resolve(1_000_000),
  });
  const sync = (around = {}) => {
    clock.advance(day / 24);
    return world.sync({ ...options, around });
  };
  const into = account.merge('contacts', ...pair);
  await sync();
  account.archive('contacts', into);
  await sync();
  account.restore('contacts', into);
  account.unmerge('contacts', into);
  const failing = (source: Source): Source => ({
    ...source,
    read(object, properties, scan, signal) {
      const isOfPair = scan.kind === 'ids' && scan.ids.includes(pair[0]);
      if (isOfPair) throw new Error('HubSpot is down');
      return source.read(object, properties, scan, signal);
    },
  });
  expect(await sync({ source: failing, warehouse: large })).toMatchObject([{ outcome: 'failed' }]);
  await sync({ warehouse: large });
  const living = { _merged_into_id: null, _deleted_at: null, email: expect.any(String) };
  expect(await rows()).toMatchObject([living, living]);
});
