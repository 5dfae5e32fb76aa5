import { pipelines } from '../../pipelines/index.ts';
import { expect, it, onTestFinished } from 'vitest';
import type { SandboxChoice } from '../../src/sandbox/index.ts';
import { narrow } from '../support/narrow.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

const contacts = { only: ['contacts'] };
const hour = 3_600_000;

async function account(choice: SandboxChoice = {}): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, speed: 0, ...choice });
  onTestFinished(() => world.close());
  return world;
}

function* living({ sandbox }: SyncWorld): Iterable<string> {
  for (const { id, state } of sandbox.world.truth.records('contacts')) if (state === 'active') yield id;
}

async function someId(world: SyncWorld, offset = 0): Promise<string> {
  const { rows } = await world.client.query<{ id: string }>(
    `select id::text from "${world.schema}".contacts where _deleted_at is null and not _archived order by id offset $1 limit 1`,
    [offset],
  );
  return rows[0]!.id;
}

async function change(world: SyncWorld, statement: string, id: string): Promise<void> {
  const { rowCount } = await world.client.query(statement.replace('contacts', `"${world.schema}".contacts`), [
    id,
  ]);
  expect(rowCount).toBe(1);
}

async function rowOf(world: SyncWorld, id: string): Promise<Record<string, unknown> | undefined> {
  const rows = await world.tables.rows('contacts');
  return rows.find((row) => row['id'] === id);
}

it(
  'one row lost among 100,000 is found by some dozens of calls, and mended',
  { timeout: 600_000 },
  async () => {
    const world = await account({ contacts: 104_000, extraProperties: 0 });
    const options: SyncOptions = { ...contacts, around: { source: narrow } };
    await world.sync(options);
    const id = await someId(world, 67_890);
    const before = await rowOf(world, id);
    await change(world, 'delete from contacts where id = $1', id);
    const [found] = await world.reconcile({ ...options, checkOnly: true });
    expect(found).toMatchObject({ verdict: 'different', missing: 1, repaired: 0, deleted: 0 });
    expect(found!.inHubspot).toBeGreaterThan(99_000);
    expect(found!.inWarehouse).toBe(found!.inHubspot - 1);
    expect(found!.months).toHaveLength(1);
    expect(found!.calls).toBeLessThan(60);
    expect(await rowOf(world, id)).toBeUndefined();
    const [mended] = await world.reconcile(options);
    expect(mended).toMatchObject({ verdict: 'repaired', missing: 1, repaired: 1 });
    expect({ ...(await rowOf(world, id)), _synced_at: '' }).toEqual({ ...before, _synced_at: '' });
    expect(await world.reconcile(options)).toMatchObject([{ verdict: 'equal', calls: 1 }]);
  },
);

it('what counts cannot show, a deep look at every id and version finds', async () => {
  const world = await account();
  await world.sync();
  const id = await someId(world, 7);
  const statement =
    "update contacts set _updated_at = _updated_at - interval '1 day', email = 'old@example.com' where id = $1";
  await change(world, statement, id);
  expect((await world.reconcile({ ...contacts, checkOnly: true }))[0]).toMatchObject({ verdict: 'equal' });
  const [seen] = await world.reconcile({ ...contacts, checkOnly: true, deep: true });
  expect(seen).toMatchObject({ depth: 'ids', verdict: 'different', stale: 1, missing: 0 });
  expect((await rowOf(world, id))?.['email']).toBe('old@example.com');
  const [mended] = await world.reconcile({ ...contacts, deep: true });
  expect(mended).toMatchObject({ depth: 'ids', verdict: 'repaired', stale: 1, repaired: 1 });
  expect(await world.differences()).toEqual([]);
});

it('a table that somebody emptied is filled again, and a cell that was edited by hand is only by reading all anew', async () => {
  const world = await account();
  await world.sync();
  await world.client.query(`truncate "${world.schema}".contacts`);
  const [filled] = await world.reconcile(contacts);
  expect(filled).toMatchObject({ verdict: 'repaired', missing: [...living(world)].length });
  const id = await someId(world, 7);
  await change(world, "update contacts set email = 'old@example.com' where id = $1", id);
  await world.reconcile({ ...contacts, deep: true });
  expect((await rowOf(world, id))?.['email']).toBe('old@example.com');
  await world.sync({ fullRefresh: true });
  expect(await world.differences()).toEqual([]);
});

it('a calculated value that does not fit its column is no difference', async () => {
  const world = await account();
  world.sandbox.world.setCalculated('contacts', [...living(world)][9]!, { hubspotscore: 'many' });
  await world.sync();
  const [seen] = await world.reconcile({ ...contacts, checkOnly: true, deep: true });
  expect(seen).toMatchObject({ verdict: 'equal', stale: 0 });
  expect(await world.differences()).toEqual([]);
});

it('archived, deleted and invented rows are told apart', async () => {
  const world = await account();
  await world.sync();
  const [archived, deleted] = [await someId(world, 3), await someId(world, 5)];
  world.sandbox.world.archive('contacts', archived);
  world.sandbox.world.gdprDelete(deleted);
  const [found] = await world.reconcile({ ...contacts, checkOnly: true });
  expect(found).toMatchObject({ verdict: 'different', archived: 1, deleted: 1, missing: 0 });
  expect(await rowOf(world, deleted)).toMatchObject({ _deleted_at: null });
  await world.reconcile(contacts);
  expect(await rowOf(world, archived)).toMatchObject({ _archived: 'true', _deleted_at: null });
  expect(await rowOf(world, deleted)).toMatchObject({ email: null, firstname: null, _archived: 'false' });
  expect((await rowOf(world, deleted))?.['_deleted_at']).not.toBeNull();
});

it('somebody who is deleted for good is gone from every table after the next sync', async () => {
  const world = await account();
  await world.sync();
  const id = await someId(world, 11);
  world.sandbox.world.update('contacts', id, { firstname: 'Canary-7391' });
  world.sandbox.clock.advance(hour);
  await world.sync();
  const named = async (): Promise<boolean> => JSON.stringify(await everything(world)).includes('Canary-7391');
  expect(await named()).toBe(true);
  world.sandbox.world.gdprDelete(id);
  world.sandbox.clock.advance(hour);
  await world.sync();
  expect(await named()).toBe(false);
  expect(await world.differences()).toEqual([]);
});

async function everything(world: SyncWorld): Promise<readonly unknown[]> {
  const { rows } = await world.client.query<{ name: string }>(
    'select table_name as name from information_schema.tables where table_schema = $1',
    [world.schema],
  );
  const all: unknown[] = [];
  for (const { name } of rows) all.push(await world.tables.rows(name));
  return all;
}

it('if a large part of the records seems deleted at once, the rest is kept until somebody says that it is true', async () => {
  const world = await account({ contacts: 2500, extraProperties: 0 });
  const options: SyncOptions = { ...contacts, around: { source: narrow } };
  await world.sync(options);
  const living = [...world.sandbox.world.truth.records('contacts')].filter(({ state }) => state === 'active');
  for (const { id } of living.slice(0, 2000)) world.sandbox.world.gdprDelete(id);
  world.sandbox.clock.advance(hour);
  const [run] = await world.sync(options);
  expect(run).toMatchObject({ outcome: 'failed', code: 'mass_deletion' });
  expect(run?.reason).toContain('keyway sync contacts --accept-deletions');
  const left = (await world.tables.rows('contacts')).filter((row) => row['_deleted_at'] === null);
  expect(left.length).toBeGreaterThanOrEqual(living.length);
  const [accepted] = await world.reconcile({ ...options, acceptDeletions: true });
  expect(accepted).toMatchObject({ verdict: 'repaired' });
  expect((await world.sync(options))[0]).toMatchObject({ outcome: 'complete' });
});

it('calculated values are refreshed by themselves: only rows that differ are written', async () => {
  const world = await account();
  await world.sync();
  const id = await someId(world, 9);
  const name = 'hubspotscore';
  world.sandbox.world.setCalculated('contacts', id, { [name]: '4242' });
  world.sandbox.clock.advance(hour);
  await world.sync();
  expect((await rowOf(world, id))?.[name]).not.toBe('4242');
  const stamps = await stampsOf(world);
  world.sandbox.clock.advance(24 * hour);
  await world.sync();
  expect((await rowOf(world, id))?.[name]).toBe('4242');
  const written = [...(await stampsOf(world))].filter(([row, stamp]) => stamps.get(row) !== stamp);
  expect(written.map(([row]) => row)).toEqual([id]);
});

async function stampsOf(world: SyncWorld): Promise<ReadonlyMap<string, unknown>> {
  const rows = await world.tables.rows('contacts');
  return new Map(rows.map((row) => [String(row['id']), row['_synced_at']]));
}

it('a changed record costs 0.02 calls at most, its links included', { timeout: 300_000 }, async () => {
  const world = await account({ contacts: 3000, extraProperties: 0 });
  // History has a price of its own.
  const only = pipelines.map(({ name }) => name).filter((name) => name !== 'property_history');
  await world.sync({ only });
  world.sandbox.clock.advance(600_000);
  const calls = async (): Promise<number> => {
    world.sandbox.clearLogs();
    await world.sync({ only });
    return world.sandbox.requests().total;
  };
  const idle = await calls();
  let changed = 0;
  for (const object of ['contacts', 'companies', 'deals', 'tickets']) {
    for (const { id, state } of world.sandbox.world.truth.records(object)) {
      if (state !== 'active') continue;
      world.sandbox.world.update(object, id, { hubspot_owner_id: '7' });
      changed++;
    }
  }
  world.sandbox.clock.advance(600_000);
  expect(idle).toBeLessThan(60);
  expect(((await calls()) - idle) / changed).toBeLessThan(0.0185);
});
