import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Warehouse } from '../../src/warehouse.ts';
import { createDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

let world: SyncWorld;
let database: Awaited<ReturnType<typeof createDatabase>>;
beforeAll(async () => {
  database = await createDatabase();
  world = await openSyncWorld(database.url, { contacts: 150, speed: 0, indexLag: { min: 0, max: 0 } });
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

async function syncContacts() {
  const [run] = await world.sync({ only: ['contacts'] });
  return run!;
}

async function rowOf(id: string): Promise<Record<string, unknown> | undefined> {
  return (await world.tables.rows('contacts')).find((row) => row['id'] === id);
}

const minute = 60_000;

it('a record that HubSpot cannot give holds up no other, is told of, and comes in once it can be read', async () => {
  const { sandbox } = world;
  const ids = [...sandbox.world.truth.records('contacts')].filter((each) => each.state === 'active');
  const [broken, other] = [ids[60]!.id, ids[61]!.id];
  const mend = sandbox.faults.add({ kind: 'broken record', records: [broken] });

  const first = await syncContacts();
  expect(first).toMatchObject({ outcome: 'partial', code: 'hubspot_bad_answer' });
  expect(first.reason).toContain(`could not give 1 of the contacts (id ${broken})`);
  expect(first.reason).toContain('500');
  // Of a table that lacks a record nothing can be said to be complete.
  expect(first.completeUpTo).toBeUndefined();
  expect(await rowOf(broken)).toBeUndefined();
  expect((await world.tables.rows('contacts')).length).toBeGreaterThanOrEqual(ids.length - 1);

  sandbox.clock.advance(10 * minute);
  sandbox.world.update('contacts', other, { firstname: 'Ada' });
  expect(await syncContacts()).toMatchObject({ outcome: 'partial' });
  expect(await rowOf(other)).toMatchObject({ firstname: 'Ada' });

  mend();
  sandbox.clock.advance(10 * minute);
  expect(await syncContacts()).toMatchObject({ outcome: 'complete' });
  expect(await rowOf(broken)).toBeDefined();
});

it('a record that cannot be given any more keeps its row, and the table claims what it was before', async () => {
  const { sandbox } = world;
  const before = await syncContacts();
  const [first] = [...sandbox.world.truth.records('contacts')].filter((each) => each.state === 'active');
  const id = first!.id;
  sandbox.clock.advance(60 * minute);
  sandbox.world.update('contacts', id, { firstname: 'Grace' });
  const mend = sandbox.faults.add({ kind: 'broken record', records: [id] });
  const partial = await syncContacts();
  expect(partial.outcome).toBe('partial');
  expect(partial.completeUpTo).toBeGreaterThanOrEqual(before.completeUpTo!);
  expect(partial.completeUpTo).toBeLessThan(sandbox.clock.now() - 50 * minute);
  expect(await rowOf(id)).toMatchObject({ _deleted_at: null });
  expect(await rowOf(id)).not.toMatchObject({ firstname: 'Grace' });

  const [reconciliation] = await world.reconcile({ only: ['contacts'], checkOnly: true });
  expect(reconciliation!.verdict).toBe('different');
  mend();
  expect((await world.reconcile({ only: ['contacts'] }))[0]!.verdict).not.toBe('different');
  expect(await rowOf(id)).toMatchObject({ firstname: 'Grace' });
});

it('five that can never be given again hold up no other, run after run', async () => {
  const { sandbox } = world;
  const ids = [...sandbox.world.truth.records('contacts')].filter((each) => each.state === 'active');
  const broken = ids.slice(20, 25).map(({ id }) => id);
  sandbox.clock.advance(60 * minute);
  sandbox.world.bulkUpdate('contacts', broken, { firstname: 'Ada' });
  const mend = sandbox.faults.add({ kind: 'broken record', records: broken });
  const options = { only: ['contacts'], listUpTo: 0 };
  for (const [nth, sweepEvery] of [1e9, 1e9, 0].entries()) {
    sandbox.clock.advance(10 * minute);
    sandbox.world.update('contacts', ids[0]!.id, { firstname: `Ada ${nth}` });
    const [run] = await world.sync({ ...options, sweepEvery });
    expect(run).toMatchObject({ outcome: 'partial' });
    expect(run?.reason).toContain('could not give 5');
    expect(await rowOf(ids[0]!.id)).toMatchObject({ firstname: `Ada ${nth}` });
  }
  mend();
  expect(await world.sync(options)).toMatchObject([{ outcome: 'complete' }]);
  expect(await rowOf(broken[0]!)).toMatchObject({ firstname: 'Ada' });
});

it('one that a backfill can read counts as unread until its row is in', async () => {
  const { sandbox } = world;
  const [gone, broken] = [...sandbox.world.truth.records('contacts')].filter(
    (each) => each.state === 'active',
  );
  sandbox.clock.advance(60 * minute);
  sandbox.world.update('contacts', broken!.id, { firstname: 'Emmy' });
  const mend = sandbox.faults.add({ kind: 'broken record', records: [broken!.id] });
  expect(await syncContacts()).toMatchObject({ outcome: 'partial' });
  mend();
  // It is looked for, and committed, before the page that it is on.
  sandbox.world.permanentDelete('contacts', gone!.id);
  const seen: boolean[] = [];
  const watching = (real: Warehouse): Warehouse => ({
    ...real,
    limits: { ...real.limits, rows: 0 },
    async commit(batch) {
      const committed = await real.commit(batch);
      const isUnread = 'unread' in batch.checkpoint;
      const isIn = (await rowOf(broken!.id))?.['firstname'] === 'Emmy';
      if (batch.pipeline === 'contacts') seen.push(isUnread || isIn);
      return committed;
    },
  });
  await world.backfill({}, { only: ['contacts'], around: { warehouse: watching } });
  expect(seen.length).toBeGreaterThan(2);
  expect(seen).not.toContain(false);
  expect(await syncContacts()).toMatchObject({ outcome: 'complete' });
});

it('when many cannot be given, the pipeline fails, and nothing is passed over', async () => {
  const { sandbox } = world;
  sandbox.clock.advance(60 * minute);
  const living = [...sandbox.world.truth.records('contacts')].filter((each) => each.state === 'active');
  const ids = living.map(({ id }) => id);
  sandbox.world.bulkUpdate('contacts', ids, { firstname: 'Mary' });
  sandbox.faults.add({ kind: 'error 500', match: 'batch/read' });
  expect(await syncContacts()).toMatchObject({ outcome: 'failed', code: 'hubspot_unavailable' });
  sandbox.faults.clear();
  sandbox.clock.advance(120 * minute);
  expect(await syncContacts()).toMatchObject({ outcome: 'complete' });
  const rows = new Map((await world.tables.rows('contacts')).map((row) => [row['id'], row['firstname']]));
  expect(ids.filter((id) => rows.get(id) !== 'Mary')).toEqual([]);
});
