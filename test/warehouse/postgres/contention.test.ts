import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, silentLog, type Log, systemClock } from '../../../src/service.ts';
import { type TestDatabase, withDatabase } from '../../support/postgres.ts';
import { batch, commit, people, person, prepare, upsert } from '../laws/world.ts';
import { openAt, postgresSubject, quoted, read, schema } from './subject.ts';

const target = `${quoted(schema)}.people`;

/** Remembers the codes of what was tried again. */
function warnings(): { readonly log: Log; readonly codes: unknown[] } {
  const codes: unknown[] = [];
  return {
    codes,
    log: { ...silentLog, warn: (facts) => void codes.push((facts as { code?: string }).code) },
  };
}

describe('a transaction that Postgres ends', () => {
  it('because of a deadlock is tried again, and written once', async () => {
    const { database, stamps } = await postgresSubject();
    const { log, codes } = warnings();
    const warehouse = await prepare(await openAt(database.url, { log, clock: systemClock }));
    await commit(warehouse, upsert([person({ id: '1' })]));
    // Whoever notices a deadlock is ended: the writer, after the second that is the default.
    await database.query(
      `set deadlock_timeout = '1h'; begin; update ${target} set name = 'mine' where id = 1`,
    );
    const committing = commit(warehouse, upsert([person({ id: '1', name: 'Ada' }), person({ id: '2' })]));
    await writerWaits(database);
    await database.query(`select from keyway.checkpoints where pipeline = 'people' for update`);
    await database.query('commit');
    expect(await committing).toMatchObject({ version: 2, inserted: 1, updated: 1 });
    expect(codes).toEqual(['40P01']);
    expect(await read(database, people)).toEqual([person({ id: '1', name: 'Ada' }), person({ id: '2' })]);
    expect(await stamps(people)).toHaveLength(2);
  });

  it('because of a serialization failure is tried again, whole, and written once', async () => {
    const { database } = await postgresSubject();
    const { log, codes } = warnings();
    const warehouse = await prepare(await openAt(database.url, { log }));
    await database.query(
      `create sequence public.tries;
       create function public.collide() returns trigger language plpgsql as $$ begin
         if nextval('public.tries') <= 3 then raise exception using errcode = '40001', message = 'planted'; end if;
         return null; end $$;
       create constraint trigger collide after insert on ${target} initially deferred
         for each row execute function public.collide()`,
    );
    expect(await commit(warehouse, upsert([person({ id: '1' })]))).toMatchObject({ version: 1, inserted: 1 });
    expect(codes).toEqual(['40001', '40001', '40001']);
    expect(await read(database, people)).toEqual([person({ id: '1' })]);
  });
});

/** Until the writer waits for the other session's row. */
async function writerWaits(database: TestDatabase): Promise<void> {
  const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  while ((await database.query(waiting)).length === 0);
}

describe('a server without a free connection', () => {
  async function crowded(limit: number): Promise<{ url: string; leave: () => Promise<void> }> {
    const database = await withDatabase();
    const role = `${database.name}_role`;
    await database.query(`create role ${role} login password 'x' connection limit ${limit}`);
    await database.query(`grant create, temporary on database ${database.name} to ${role}`);
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'x'];
    await prepare(await openAt(url.href)).then((warehouse) => warehouse.close());
    const others: pg.Client[] = [];
    while (others.length < limit) others.push(await connected(url.href));
    const leave = async (): Promise<void> => void (await Promise.all(others.map((other) => other.end())));
    onTestFinished(async () => {
      await leave();
      await database.query(`drop owned by ${role} cascade; drop role ${role}`);
    });
    return { url: url.href, leave };
  }

  /** The server may take a moment to notice that those before have left. */
  async function connected(url: string): Promise<pg.Client> {
    for (;;) {
      const client = new pg.Client({ connectionString: url });
      try {
        await client.connect();
        return client;
      } catch (error) {
        if ((error as { code?: string }).code !== '53300') throw error;
      }
    }
  }

  it('is waited for a little, and used as soon as one is free', async () => {
    const { url, leave } = await crowded(1);
    const { log, codes } = warnings();
    const clock: Clock = {
      now: () => Date.now(),
      sleep: () => (codes.length < 3 ? Promise.resolve() : leave()),
    };
    const warehouse = await openAt(url, { log, clock });
    expect(await commit(warehouse, upsert([person({ id: '1' })]))).toMatchObject({ inserted: 1 });
    expect(codes).toEqual(['53300', '53300', '53300']);
  });

  it('for good is named, with what to do, as something that may pass', async () => {
    const { url } = await crowded(1);
    const refused = (await openAt(url)).checkpoints();
    await expect(refused).rejects.toMatchObject({ code: 'warehouse_unavailable', verdict: 'retry' });
    await expect(refused).rejects.toThrow(/has no connection left\. Raise max_connections or close some/);
  });

  it('is none as long as four are left', async () => {
    const { url, leave } = await crowded(4);
    await leave();
    const { log, codes } = warnings();
    const warehouse = await openAt(url, { log });
    const pipelines = Array.from({ length: 12 }, (_, index) => `${index}`);
    await Promise.all([
      ...pipelines.map((pipeline) =>
        warehouse.commit({ ...batch([upsert([person({ id: pipeline })])], 0), pipeline }),
      ),
      warehouse.takeLease({ name: 'sync', holder: 'host/1/a', label: '', ttl: 1_000 }),
    ]);
    expect(codes).toEqual([]);
  });
});
