import { expect, it } from 'vitest';
import type { TestDatabase } from '../../support/postgres.ts';
import { batch, people, person, prepare, upsert } from '../laws/world.ts';
import { openAt, postgresSubject, quoted, schema } from './subject.ts';

const lease = { name: 'sync', holder: 'host/1/a', label: 'dead', ttl: 60_000 };

it('takes a lease from a holder that is known to be dead, and from no other', async () => {
  const { database } = await postgresSubject();
  await prepare(await openAt(database.url));
  const asked: string[] = [];
  const isAlive = (holder: string): boolean => {
    asked.push(holder);
    return holder !== lease.holder;
  };
  const warehouse = await openAt(database.url, { isAlive });
  await warehouse.takeLease(lease);
  const other = { ...lease, holder: 'host/2/b' };
  expect(await warehouse.takeLease(other)).toEqual({ granted: true });
  expect(await warehouse.takeLease({ ...lease, holder: 'host/3/c' })).toMatchObject({ granted: false });
  expect(asked).toEqual(['host/1/a', 'host/2/b']);
});

it('is migrated as a whole or not at all, wherever that is cut off, and the next process migrates it', async () => {
  const { open, openUntil, database } = await postgresSubject();
  const made = `select from pg_tables where schemaname = 'keyway'`;
  const found = new Set<string>();
  for (let step = 4; ; step += 6) {
    const { warehouse, crashed } = await openUntil(step);
    await warehouse.migrate().catch(() => undefined);
    const tables = (await database.query(made)).length;
    found.add(tables === 0 ? 'nothing' : `${tables} tables`);
    await warehouse.close();
    if (!crashed()) break;
    if (tables > 0) await database.query('drop schema keyway cascade');
  }
  expect([...found]).toEqual(['nothing', expect.stringMatching(/^\d\d tables$/) as string]);
  await prepare(await open());
});

it('touches nothing in a database that a newer Keyway has migrated', async () => {
  const { open, database } = await postgresSubject();
  const warehouse = await prepare(await open());
  await database.query(`insert into keyway.migrations values ('9999_future', now()::text)`);
  await database.query('drop table keyway.api_usage');
  await expect(warehouse.migrate()).rejects.toMatchObject({ code: 'warehouse_newer', verdict: 'stop' });
  await expect(warehouse.migrate()).rejects.toThrow('Update Keyway');
  expect(await database.query(`select to_regclass('keyway.api_usage') as found`)).toEqual([{ found: null }]);
});

it('describes its own tables and columns in the database', async () => {
  const { open, database } = await postgresSubject();
  await prepare(await open());
  const bare = await database.query(
    `select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      where c.relnamespace = any(array['keyway', $1]::regnamespace[]) and c.relkind = 'r' and c.relname !~ '^migration'
        and (obj_description(c.oid, 'pg_class') is null or col_description(c.oid, a.attnum) is null)`,
    [`"${schema}"`],
  );
  expect(bare).toEqual([]);
});

it('needs no right to create schemas that exist already', async () => {
  const { database } = await postgresSubject();
  const role = `${database.name}_owner`;
  await database.query(`create role ${role} login password 'x'`);
  await database.query(
    `create schema keyway authorization ${role}; create schema "${schema}" authorization ${role}`,
  );
  const url = new URL(database.url);
  url.username = role;
  url.password = 'x';
  const warehouse = await openAt(url.href);
  expect(await warehouse.check()).toMatchObject({ ok: true });
  await prepare(warehouse, [people]);
  await warehouse.close();
  await database.query(`drop owned by ${role} cascade; drop role ${role}`);
});

it('renews a lease, and tells an instant before any stamp to come, while as many commits as it allows are held up', async () => {
  const { database, open, stamps } = await postgresSubject();
  const warehouse = await prepare(await openAt(database.url));
  const other = await open();
  await warehouse.takeLease(lease);
  await database.query('begin');
  await database.query(`lock table ${quoted(schema)}.people in share mode`);
  const commits = ['1', '2', '3', '4', '5'].map((id) =>
    warehouse.commit({ ...batch([upsert([person({ id })])], 0), pipeline: id }),
  );
  await waitingFor(database, 3);
  expect(await warehouse.takeLease(lease)).toEqual({ granted: true });
  const instants = [await other.now(), await other.now()];
  await database.query('commit');
  expect(await Promise.all(commits)).toHaveLength(5);
  const earliest = Math.min(...(await stamps(people)).map((stamp) => Date.parse(stamp)));
  for (const instant of instants) expect(instant).toBeLessThanOrEqual(earliest);
  expect(await other.now()).toBeGreaterThan(instants[0] ?? Infinity);
});

it('brings a database of the first version up to date, with the comparisons that it holds', async () => {
  const { open, database } = await postgresSubject();
  const warehouse = await prepare(await open());
  await database.query(
    `alter table keyway.reconciliations drop column depth, drop column stale, drop column archived,
       drop column deleted, drop column months, drop column calls`,
  );
  await database.query('alter table keyway.pipeline_runs drop column misfits_by_property');
  await database.query('alter table keyway.schema_changes drop column property, drop column detail');
  await database.query(
    'alter table keyway.service_keys drop column slot, drop column scopes, drop column replaced_at',
  );
  await database.query(
    `alter table keyway.api_usage drop column key_fingerprint, drop column first_called_at, drop column last_called_at,
       drop column day_limit, drop column day_left, add constraint api_usage_pkey primary key (run_id, endpoint, status)`,
  );
  await database.query('drop table keyway.installation, keyway.notices');
  expect(await warehouse.notices()).toEqual([]);
  await database.query(`delete from keyway.migrations where name > '0002'`);
  await database.query(
    `insert into keyway.service_keys values ('of an earlier build', '1', '2026-01-01T00:00Z', '2026-01-02T00:00Z')`,
  );
  await database.query(
    `insert into keyway.reconciliations (pipeline, in_hubspot, verdict) values ('deals', 7, 'different')`,
  );
  expect([await warehouse.portalId(), await warehouse.serviceKeys()]).toEqual(['1', []]);
  await warehouse.migrate();
  await warehouse.keepNotices([{ id: 'a', kind: 'key', text: 'b', toldAt: 1 }]);
  expect(await warehouse.notices()).toHaveLength(1);
  expect(await warehouse.fingerprintSecret()).toMatch(/^[0-9a-f-]{72}$/);
  // It may be the key that is in use, under another fingerprint: nobody is to be told that it was replaced.
  await warehouse.useKey({ portalId: '1', fingerprint: 'a', slot: 'first', passedOver: [] });
  expect(await warehouse.serviceKeys()).toMatchObject([{ fingerprint: 'a' }]);
  await expect(
    warehouse.useKey({ portalId: '2', fingerprint: 'b', slot: 'first', passedOver: [] }),
  ).rejects.toMatchObject({ code: 'account_mismatch' });
  expect(await warehouse.reconciliations()).toMatchObject([
    { runId: '', pipeline: 'deals', depth: 'counts', inHubspot: 7, inWarehouse: 0, months: [], calls: 0 },
  ]);
});

/** Until so many sessions wait for a lock. */
async function waitingFor(database: TestDatabase, count: number): Promise<void> {
  const waiting = `select from pg_locks where not granted and relation = '${quoted(schema)}.people'::regclass`;
  while ((await database.query(waiting)).length < count);
}
