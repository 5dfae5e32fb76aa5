import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { silentLog, systemClock } from '../../../src/service.ts';
import { openPostgres } from '../../../src/warehouse/postgres/index.ts';
import { type TestDatabase, withDatabase } from '../../support/postgres.ts';
import { batch, commit, people, person, prepare, upsert } from '../laws/world.ts';
import { openAt, quoted, read, schema } from './subject.ts';

/** A role of its own, which may log in and no more. */
async function stranger(database: TestDatabase, settings = ''): Promise<{ url: string; role: string }> {
  const role = `${database.name}_role`;
  await database.query(`create role ${role} login password 'p%ss w/rd'`);
  if (settings !== '') await database.query(`alter role ${role} ${settings}`);
  await database.query(`revoke temporary on database ${database.name} from public`);
  onTestFinished(async () => {
    await database.query(`drop owned by ${role} cascade`);
    await database.query(`drop role ${role}`);
  });
  const url = new URL(database.url);
  url.username = role;
  url.password = encodeURIComponent('p%ss w/rd');
  return { url: url.href, role };
}

describe('rights', () => {
  it('that are missing are named with the statement that grants them, one after the other until nothing is missing', async () => {
    const database = await withDatabase();
    const { url } = await stranger(database);
    const seen: string[] = [];
    for (;;) {
      const warehouse = await openAt(url);
      const { ok, problems } = await warehouse.check();
      if (ok) break;
      expect(problems.length).toBeGreaterThan(0);
      expect(seen).not.toEqual(expect.arrayContaining([...problems]));
      seen.push(...problems);
      for (const problem of problems) await database.query(problem.slice(problem.indexOf(': ') + 2));
    }
    expect(seen).toHaveLength(3);
    const warehouse = await prepare(await openAt(url));
    expect(await commit(warehouse, upsert([person({ id: '1' })]))).toMatchObject({ inserted: 1 });
    expect(await warehouse.check()).toMatchObject({ ok: true });
  });

  it('to tables of another role are asked for as well', async () => {
    const database = await withDatabase();
    await prepare(await openAt(database.url));
    const { url, role } = await stranger(database);
    await database.query(`grant create, temporary on database ${database.name} to ${role}`);
    await database.query(`grant usage, create on schema ${quoted(schema)}, keyway to ${role}`);
    const { ok, problems } = await (await openAt(url)).check();
    expect(ok).toBe(false);
    for (const problem of problems) await database.query(problem.slice(problem.indexOf(': ') + 2));
    const warehouse = await openAt(url);
    expect(await warehouse.check()).toMatchObject({ ok: true });
    expect(await commit(warehouse, upsert([person({ id: '1' })]))).toMatchObject({ inserted: 1 });
  });

  it('that are missing stop a sync with advice', async () => {
    const database = await withDatabase();
    const { url } = await stranger(database);
    const refused = (await openAt(url)).migrate();
    await expect(refused).rejects.toMatchObject({ code: 'warehouse_refused', details: { code: '42501' } });
    await expect(refused).rejects.toThrow('GRANT CREATE');
  });

  it('to write on a read-only server are not there, and it says so', async () => {
    const database = await withDatabase();
    await prepare(await openAt(database.url));
    await database.query(`alter database ${database.name} set default_transaction_read_only = on`);
    const warehouse = await openAt(database.url);
    const refused = warehouse.commit(batch([], 0));
    await expect(refused).rejects.toMatchObject({
      code: 'warehouse_unavailable',
      details: { code: '25006' },
    });
    await expect(refused).rejects.toThrow('read-only');
    expect((await warehouse.check()).problems.join()).toContain('read-only');
  });

  it('of a role with hostile defaults do not change what is written', async () => {
    const database = await withDatabase();
    const { url, role } = await stranger(database, `set datestyle = 'German, DMY'`);
    await database.query(`grant create, temporary on database ${database.name} to ${role}`);
    for (const setting of [
      `timezone = 'Asia/Kathmandu'`,
      `search_path = 'nowhere'`,
      'standard_conforming_strings = off',
      'lock_timeout = 1',
      'statement_timeout = 500',
      'idle_in_transaction_session_timeout = 500',
      `default_transaction_isolation = 'serializable'`,
      `client_encoding = 'LATIN1'`,
    ]) {
      await database.query(`alter role ${role} set ${setting}`);
    }
    const warehouse = await openAt(url);
    await prepare(warehouse);
    await database.query(
      `create function public.dawdle() returns trigger language plpgsql as
         $$ begin perform pg_sleep(0.7); return null; end $$;
       create trigger dawdle after insert on ${quoted(schema)}.people execute function public.dawdle()`,
    );
    const rows = [person({ id: '1', name: 'ü\\n€', seen: '2026-02-03T04:05:06.789Z', born: '2026-02-03' })];
    await commit(warehouse, upsert(rows));
    expect(await read(database, people)).toEqual(rows);
  });
});

describe('a server that cannot be used', () => {
  it('for its password, its database or its address is told apart, and the password is told nowhere', async () => {
    const database = await withDatabase();
    const { url } = await stranger(database);
    const secret = 'S3CRET-pass';
    const cases = [
      {
        change: (given: URL) => (given.password = secret),
        code: 'warehouse_refused',
        words: 'refused the password',
      },
      {
        change: (given: URL) => (given.pathname = 'nowhere'),
        code: 'warehouse_refused',
        words: 'does not exist',
      },
      {
        change: (given: URL) => (given.port = '1'),
        code: 'warehouse_unavailable',
        words: 'cannot be reached',
      },
      {
        change: (given: URL) => (given.search = 'sslmode=require'),
        code: 'warehouse_refused',
        words: 'no TLS',
      },
    ];
    for (const { change, code, words } of cases) {
      const given = new URL(url);
      change(given);
      const warehouse = await openAt(given.href);
      const error: unknown = await warehouse.migrate().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code, message: expect.stringContaining(words) as string });
      expect(flat(error)).not.toMatch(/S3CRET|ss w|ss%20w/);
      expect(await warehouse.check()).toMatchObject({
        ok: false,
        problems: [expect.stringContaining(words)],
      });
      expect(warehouse.label).not.toMatch(/S3CRET|ss w|ss%20w/);
    }
  });

  it('for its URL is refused at once, without repeating the URL', async () => {
    for (const url of [
      'postgres://me:S3CRET@host:port/x',
      'mysql://me:S3CRET@host/x',
      'S3CRET',
      '//me:S3CRET@host/x',
    ]) {
      const options = {
        schema: 'a',
        stateSchema: 'b',
        applicationName: 'c',
        clock: systemClock,
        log: silentLog,
      };
      const error: unknown = await openPostgres({ ...options, url }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'config_invalid' });
      expect(flat(error)).not.toContain('S3CRET');
    }
  });

  it('for its encoding is refused', async () => {
    const database = await withDatabase();
    const latin = `${database.name}_latin`;
    await database.query(
      `create database ${latin} encoding 'LATIN1' locale_provider libc locale 'C' template template0`,
    );
    onTestFinished(async () => void (await database.query(`drop database ${latin} with (force)`)));
    const url = new URL(inject('postgres'));
    url.pathname = latin;
    const refused = (await openAt(url.href)).migrate();
    await expect(refused).rejects.toMatchObject({ code: 'warehouse_refused' });
    await expect(refused).rejects.toThrow('LATIN1');
  });
});

/** All that a log could print of an error. */
function flat(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message} ${error.stack ?? ''} ${JSON.stringify(error)} ${flat(error.cause)}`;
}
