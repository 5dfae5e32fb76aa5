import { expect, it, onTestFinished } from 'vitest';
import type { SandboxChoice } from '../../src/sandbox/index.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

async function account(choice: SandboxChoice = {}): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 150, ...choice });
  onTestFinished(() => world.close());
  return world;
}

async function columnsOf(world: SyncWorld, table: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await world.client.query<{ name: string; type: string }>(
    `select column_name as name, data_type as type from information_schema.columns where table_schema = $1 and table_name = $2`,
    [world.schema, table],
  );
  return new Map(rows.map((row) => [row.name, row.type]));
}

it('a property that appears becomes a column that is filled for old records too', async () => {
  const world = await account();
  await world.sync();
  world.sandbox.world.addProperty('contacts', {
    name: 'shoe_size',
    type: 'number',
    fieldType: 'number',
    filled: true,
  });
  world.sandbox.clock.advance(120_000);
  await world.sync();
  expect((await columnsOf(world, 'contacts')).get('shoe_size')).toBe('numeric');
  const { rows } = await world.client.query<{ filled: string }>(
    `select count(shoe_size)::text as filled from "${world.schema}".contacts`,
  );
  expect(Number(rows[0]?.filled)).toBeGreaterThan(10);
  expect(await world.differences()).toEqual([]);
});

it('a property that changes its type keeps what it was beside what it is', async () => {
  const world = await account();
  world.sandbox.world.addProperty('deals', {
    name: 'size',
    type: 'number',
    fieldType: 'number',
    filled: true,
  });
  await world.sync();
  world.sandbox.world.retype('deals', 'size', { type: 'string', fieldType: 'text' });
  world.sandbox.clock.advance(120_000);
  await world.sync();
  const columns = await columnsOf(world, 'deals');
  expect([columns.get('size'), columns.get('size__was_numeric')]).toEqual(['text', 'numeric']);
  expect(await world.differences()).toEqual([]);
});

it('a property that vanishes keeps its column and its values', async () => {
  const world = await account();
  world.sandbox.world.addProperty('deals', { name: 'size', type: 'string', fieldType: 'text', filled: true });
  await world.sync();
  world.sandbox.world.archiveProperty('deals', 'size');
  world.sandbox.clock.advance(120_000);
  const runs = await world.sync();
  expect(runs.map((run) => run.outcome)).not.toContain('failed');
  const { rows } = await world.client.query<{ filled: string }>(
    `select count(size)::text as filled from "${world.schema}".deals`,
  );
  expect(Number(rows[0]?.filled)).toBeGreaterThan(0);
});

it('a crash between the checkpoint and the new column leaves nothing unfilled', async () => {
  const world = await account();
  await world.sync();
  world.sandbox.world.addProperty('contacts', {
    name: 'shoe_size',
    type: 'number',
    fieldType: 'number',
    filled: true,
  });
  const crashed = await world.sync({
    around: {
      warehouse: (real) => ({ ...real, apply: () => Promise.reject(new Error('planted death')) }),
    },
  });
  expect(crashed.find((run) => run.pipeline === 'contacts')?.outcome).toBe('failed');
  world.sandbox.clock.advance(120_000);
  await world.sync();
  expect(await world.differences()).toEqual([]);
});

it('a table that somebody dropped is loaded again', async () => {
  const world = await account();
  await world.sync();
  await world.client.query(`drop table "${world.schema}".tickets`);
  world.sandbox.clock.advance(120_000);
  await world.sync();
  expect(await world.differences()).toEqual([]);
});

it('a full refresh ends in the truth, and writes no row that has not changed', async () => {
  const world = await account();
  await world.sync();
  world.sandbox.clock.advance(120_000);
  const runs = await world.sync({ fullRefresh: true });
  const contacts = runs.find((run) => run.pipeline === 'contacts')?.counts;
  expect(contacts).toMatchObject({ inserted: 0, updated: 0 });
  expect(contacts?.unchanged).toBeGreaterThan(100);
  expect(await world.differences()).toEqual([]);
});

it('a run that another has overtaken writes nothing more', async () => {
  const world = await account({ contacts: 400 });
  await world.sync();
  world.sandbox.world.churn({ steps: 60 });
  world.sandbox.clock.advance(120_000);
  let overtaken = false;
  const runs = await world.sync({
    only: ['contacts'],
    around: {
      warehouse: (real) => ({
        ...real,
        async commit(batch) {
          if (!overtaken) {
            overtaken = true;
            await world.sync({ only: ['contacts'] });
          }
          return real.commit(batch);
        },
      }),
    },
  });
  expect(runs[0]).toMatchObject({ outcome: 'failed', code: 'checkpoint_moved' });
  expect((await world.differences()).filter((text) => text.startsWith('contacts '))).toEqual([]);
});
