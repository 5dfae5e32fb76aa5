import { beforeEach, expect, it } from 'vitest';
import { openPostgres } from '../../src/warehouse/postgres/index.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import type { SyncWorld } from '../support/sync-world.ts';
import { account, hour, shoeSize } from './filling.ts';

/** Views of the user's own over a table that changes under them. */
let world: SyncWorld;
beforeEach(async () => {
  world = await account({ contacts: 60 });
  world.sandbox.world.addProperty('contacts', { ...shoeSize, name: 'size' });
  await world.sync({ only });
  const { schema } = world;
  await world.client.query(`
    create schema mine;
    create view mine.everything as select * from "${schema}".contacts;
    create view mine.some as select id, email, size from "${schema}".contacts where size is not null;
    create view mine.of_a_view as select count(size)::int as sizes, sum(size) as total from mine.some;
    create materialized view mine.kept as select id, size from "${schema}".contacts;
    create unique index on mine.kept (id)`);
});

const only = ['properties', 'contacts', 'owners'];

async function sync(): Promise<void> {
  world.sandbox.clock.advance(2 * hour);
  const runs = await world.sync({ only });
  expect(runs.map(({ outcome }) => outcome)).toEqual(runs.map(() => 'complete'));
  expect(await world.differences(['contacts'])).toEqual([]);
}

async function one(query: string): Promise<Record<string, unknown> | undefined> {
  return (await world.client.query<Record<string, unknown>>(query)).rows[0];
}

async function views(): Promise<unknown> {
  const { rows } = await world.client.query<{ name: string }>(
    `select relname::text as name from pg_class c join pg_namespace n on n.oid = relnamespace
      where nspname = 'mine' and relkind in ('v', 'm') order by relname`,
  );
  return rows.map(({ name }) => name);
}

const all = ['everything', 'kept', 'of_a_view', 'some'];

it('stay and show what they showed through a column that is added, archived, restored and filled', async () => {
  const before = await one('select * from mine.of_a_view');
  const columns = Object.keys((await one('select * from mine.everything limit 1'))!);
  world.sandbox.world.addProperty('contacts', shoeSize);
  await sync();
  world.sandbox.world.archiveProperty('contacts', 'size');
  await sync();
  expect(await one('select * from mine.of_a_view')).toEqual(before);
  world.sandbox.world.restoreProperty('contacts', 'size');
  await sync();
  expect(await views()).toEqual(all);
  expect(await one('select * from mine.of_a_view')).toEqual(before);
  // A view of everything is one of what there was when it was made.
  expect(Object.keys((await one('select * from mine.everything limit 1'))!)).toEqual(columns);
  await world.client.query('refresh materialized view concurrently mine.kept');
});

it('on a column that is retyped go on with what it was, once and again, and new ones see what it is', async () => {
  const before = await one('select * from mine.of_a_view');
  for (const type of ['string', 'number', 'string']) {
    world.sandbox.world.retype('contacts', 'size', { type, fieldType: 'text' });
    await sync();
    await world.client.query('refresh materialized view concurrently mine.kept');
    expect(await one('select count(size)::int as sizes, sum(size) as total from mine.kept')).toEqual(before);
    expect(await one('select * from mine.of_a_view')).toEqual(before);
  }
  expect(await views()).toEqual(all);
  const { schema } = world;
  const old = ['size__was_numeric', 'size__was_numeric_2', 'size__was_text'];
  const { rows } = await world.client.query<{ name: string }>(
    `select column_name::text as name from information_schema.columns
      where table_schema = $1 and table_name = 'contacts' and column_name like 'size%' order by 1`,
    [schema],
  );
  expect(rows.map(({ name }) => name)).toEqual(['size', ...old]);
});

it('whose reader holds the table put the change off to the next run, and nothing else is lost', async () => {
  world.sandbox.world.addProperty('contacts', shoeSize);
  await world.client.query('begin');
  await world.client.query('select count(*) from mine.everything');
  world.sandbox.clock.advance(2 * hour);
  const hasty = await openPostgres({
    url: url(),
    schema: world.schema,
    stateSchema: `${world.schema}_keyway`,
    applicationName: 'keyway-test',
    clock: { ...systemClock, sleep: () => Promise.resolve() },
    log: silentLog,
    lockTimeout: 50,
  });
  const runs = await world.sync({
    only,
    around: { warehouse: (real) => ({ ...real, apply: (...given) => hasty.apply(...given) }) },
  });
  await hasty.close();
  const contacts = runs.find(({ pipeline }) => pipeline === 'contacts');
  expect(contacts).toMatchObject({ outcome: 'failed', code: 'warehouse_unavailable' });
  expect(contacts?.reason).toContain('holds a lock');
  expect(runs.find(({ pipeline }) => pipeline === 'owners')).toMatchObject({ outcome: 'complete' });
  await world.client.query('commit');
  await sync();
  expect(await views()).toEqual(all);
});

function url(): string {
  const { host, port, user, password, database } = world.client;
  return `postgres://${user ?? ''}:${encodeURIComponent(String(password))}@${host}:${port}/${database ?? ''}`;
}
