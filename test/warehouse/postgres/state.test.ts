import { expect, it } from 'vitest';
import { people, prepare } from '../laws/world.ts';
import { openAt, postgresSubject, schema } from './subject.ts';

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
