import { createHmac } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/source.ts';
import type { TestRules } from '../support/expected-treatment.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;
const key = 'a key that is at least thirty-two characters long';

async function loaded(rules: TestRules = {}): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 11, contacts: 60, speed: 0 });
  onTestFinished(() => world.close());
  const [gone, archived] = [...world.sandbox.world.truth.records('contacts')].filter(
    ({ state }) => state === 'active',
  );
  const values = { email: 'gone@example.com', jobtitle: 'Gone', annualrevenue: '17' };
  world.sandbox.world.update('contacts', gone!.id, values);
  world.sandbox.world.update('contacts', archived!.id, values);
  world.sandbox.clock.advance(2 * hour);
  await world.sync({ rules });
  // Its 90 days in the bin run out: the row keeps what it had, and is never read again.
  world.sandbox.world.archive('contacts', gone!.id);
  for (const days of [45, 40, 6]) {
    world.sandbox.clock.advance(days * 24 * hour);
    await world.sync({ rules });
  }
  world.sandbox.world.archive('contacts', archived!.id);
  world.sandbox.clock.advance(2 * hour);
  await world.sync({ rules });
  expect(await cells(world, 'email', '_deleted_at is not null')).not.toEqual([null]);
  return world;
}

/** The different contents of a column of contacts. */
async function cells(
  { client, schema }: SyncWorld,
  column: string,
  where = 'true',
): Promise<(string | null)[]> {
  const { rows } = await client.query<{ cell: string | null }>(
    `select distinct "${column}"::text as cell from "${schema}".contacts where ${where} order by 1`,
  );
  return rows.map(({ cell }) => cell);
}

async function nextSync(world: SyncWorld, rules: TestRules): Promise<void> {
  world.sandbox.clock.advance(2 * hour);
  const runs = await world.sync({ rules });
  expect(runs.filter(({ outcome }) => outcome !== 'complete')).toEqual([]);
  expect(await world.differences(undefined, { rules })).toEqual([]);
}

const about = (contacts: NonNullable<TestRules['properties']>[string], secret = key): TestRules => ({
  key: secret,
  properties: { contacts },
});

it('what becomes excluded is emptied, in dead rows and under old types too, and is filled when it comes back', async () => {
  const world = await loaded();
  world.sandbox.world.retype('contacts', 'annualrevenue', { type: 'string', fieldType: 'text' });
  await nextSync(world, {});
  expect((await cells(world, 'annualrevenue__was_numeric')).length).toBeGreaterThan(2);
  await nextSync(world, about({ exclude: ['email', 'annualrevenue'] }));
  for (const column of ['email', 'annualrevenue', 'annualrevenue__was_numeric']) {
    expect(await cells(world, column)).toEqual([null]);
  }
  expect((await cells(world, 'jobtitle', '_deleted_at is not null')).length).toBeGreaterThan(0);
  await nextSync(world, {});
  expect((await cells(world, 'email')).length).toBeGreaterThan(20);
});

it('what becomes hashed is nowhere as it was, not even under its old type', async () => {
  const world = await loaded();
  await nextSync(world, about({ hash: ['email', 'annualrevenue'] }));
  const hashes = (await cells(world, 'email')).filter((cell) => cell !== null);
  expect(hashes.length).toBeGreaterThan(20);
  expect(hashes.filter((hash) => !/^[0-9a-f]{64}$/.test(hash))).toEqual([]);
  expect(await cells(world, 'annualrevenue__was_numeric')).toEqual([null]);
  expect(await cells(world, 'email', '_archived')).toEqual([
    createHmac('sha256', key).update('gone@example.com').digest('hex'),
  ]);
});

it('what is plain again has no hashes among the values, not even in dead rows', async () => {
  const world = await loaded(about({ hash: ['email'] }));
  expect((await cells(world, 'email', '_deleted_at is not null'))[0]).toMatch(/^[0-9a-f]{64}$/);
  await nextSync(world, {});
  const plain = await cells(world, 'email');
  expect(plain.length).toBeGreaterThan(20);
  expect(plain.filter((cell) => /^[0-9a-f]{64}$/.test(cell ?? ''))).toEqual([]);
});

it('with another key, all hashes are made anew', async () => {
  const world = await loaded(about({ hash: ['email'] }));
  const before = await cells(world, 'email');
  await nextSync(world, about({ hash: ['email'] }, 'another key of at least thirty-two characters'));
  const after = await cells(world, 'email');
  expect(after.length).toBeGreaterThan(20);
  expect(after.filter((cell) => cell !== null && before.includes(cell))).toEqual([]);
});

it.each(['before', 'after'] as const)(
  'a crash %s a column is emptied leaves nothing behind',
  async (when) => {
    const world = await loaded();
    const rules = about({ exclude: ['email'], hash: ['jobtitle'] });
    let isDead = false;
    const runs = await world.sync({
      rules,
      only: ['contacts'],
      around: {
        warehouse: (warehouse) => ({
          ...warehouse,
          async commit(batch) {
            isDead ||= when === 'before' && batch.writes.some(({ kind }) => kind === 'clear');
            if (isDead) throw new Error('dead');
            const committed = await warehouse.commit(batch);
            isDead ||= batch.writes.some(({ kind }) => kind === 'clear');
            return committed;
          },
        }),
      },
    });
    expect(runs.map(({ outcome }) => outcome)).toEqual(['failed']);
    await nextSync(world, rules);
    expect(await cells(world, 'email')).toEqual([null]);
  },
);

it('a rule for a property that HubSpot no longer has empties its column all the same', async () => {
  const world = await loaded();
  world.sandbox.world.archiveProperty('contacts', 'jobtitle');
  await nextSync(world, {});
  expect((await cells(world, 'jobtitle')).length).toBeGreaterThan(3);
  await nextSync(world, about({ exclude: ['job*'] }));
  expect(await cells(world, 'jobtitle')).toEqual([null]);
});

it('a process that has begun to load a table by older rules writes nothing once another has begun by newer ones', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 11, contacts: 60, speed: 0 });
  onTestFinished(() => world.close());
  const rules = about({ exclude: ['email'] });
  const dead = (source: Source): Source => ({
    ...source,
    read() {
      throw new Error('dead');
    },
  });
  let isOvertaken = false;
  const slow = (source: Source): Source => ({
    ...source,
    async *read(object, properties, scan, signal) {
      if (!isOvertaken) {
        isOvertaken = true;
        await world.sync({ rules, only: ['contacts'], around: { source: dead } });
      }
      yield* source.read(object, properties, scan, signal);
    },
  });
  const [overtaken] = await world.sync({ only: ['contacts'], around: { source: slow } });
  expect(overtaken).toMatchObject({ outcome: 'failed', code: 'checkpoint_moved' });
  await nextSync(world, rules);
  expect(await cells(world, 'email')).toEqual([null]);
});
