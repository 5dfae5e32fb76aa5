import { describe, expect, it } from 'vitest';
import type { IdQuery, StoredId } from '../../../src/warehouse.ts';
import { tcpProxy } from '../../support/tcp-proxy.ts';
import { batch, commit, mark, people, person, prepare, upsert } from '../laws/world.ts';
import { openAt, postgresSubject, quoted, schema } from './subject.ts';

async function allOf(chunks: AsyncIterable<readonly StoredId[]>): Promise<readonly StoredId[]> {
  const all: StoredId[] = [];
  for await (const chunk of chunks) all.push(...chunk);
  return all;
}

const rows = Array.from({ length: 3_000 }, (_, index) =>
  person({ id: String(index + 1), name: `name ${index} ${'x'.repeat(100)}` }),
);

describe('a connection that ends', () => {
  it('in the middle of COPY is replaced, and the batch is sent again', async () => {
    const { open, read, database } = await postgresSubject();
    await prepare(await open());
    let sent = 0;
    const { url } = await tcpProxy(database.url, (from, chunk) => {
      const before = sent;
      if (from === 'client') sent += chunk.length;
      return before < 150_000 && sent >= 150_000 ? 'cut' : 'pass';
    });
    const warehouse = await openAt(url);
    expect(await commit(warehouse, upsert(rows))).toMatchObject({ version: 1, inserted: rows.length });
    expect(sent).toBeGreaterThan(300_000);
    expect(await read(people)).toEqual(rows);
  });

  it('before COMMIT arrives means that nothing was written: the batch is written again, once', async () => {
    const { open, read, database } = await postgresSubject();
    await prepare(await open());
    let cuts = 0;
    const { url } = await tcpProxy(database.url, (from, chunk) => {
      const commits = from === 'client' && chunk.includes('commit\0');
      return commits && cuts++ === 0 ? 'cut' : 'pass';
    });
    const warehouse = await openAt(url);
    const counts = await warehouse.commit(batch([upsert(rows)], 0));
    expect(counts).toEqual({ version: 1, inserted: rows.length, updated: 0, removed: 0, unchanged: 0 });
    expect(cuts).toBe(2);
    expect(await read(people)).toEqual(rows);
    expect(await warehouse.checkpoint('people')).toEqual({ version: 1, checkpoint: mark(1) });
  });

  it('after COMMIT arrived, but before its answer does, is no reason to write again or to report a failure', async () => {
    const { open, read, stamps, database } = await postgresSubject();
    await prepare(await open());
    let committing = false;
    let swallowed = 0;
    const { url } = await tcpProxy(database.url, (from, chunk) => {
      if (from === 'client') committing = chunk.includes('commit\0');
      return from === 'server' && committing && swallowed++ === 0 ? 'cut' : 'pass';
    });
    const warehouse = await openAt(url);
    const counts = await warehouse.commit(batch([upsert(rows)], 0));
    expect(counts).toEqual({ version: 1, inserted: rows.length, updated: 0, removed: 0, unchanged: 0 });
    expect(swallowed).toBeGreaterThan(0);
    expect(await read(people)).toEqual(rows);
    expect(new Set(await stamps(people)).size).toBe(1);
    expect(await warehouse.checkpoint('people')).toEqual({ version: 1, checkpoint: mark(1) });
    expect(await warehouse.commit(batch([upsert(rows)], 1))).toMatchObject({
      version: 2,
      unchanged: rows.length,
    });
  });

  it.each<Partial<IdQuery>>([
    {},
    { state: 'archived' },
    { writtenSince: 0 },
    { after: '1', upTo: '5' },
    { among: ['1', '2', '9'] },
    { created: { column: 'seen', from: 0, until: 1e13 } },
  ])('while rows are looked through is replaced, and the same is asked again: %j', async (more) => {
    const { open, database } = await postgresSubject();
    const healthy = await prepare(await open());
    await commit(healthy, upsert(rows.slice(0, 9)));
    let cuts = 0;
    const { url } = await tcpProxy(database.url, (from, chunk) => {
      const asks = from === 'client' && chunk.includes('order by t.id');
      return asks && cuts++ === 0 ? 'cut' : 'pass';
    });
    const query = { table: 'people', state: 'living', chunk: 2, ...more } as const;
    const given = await allOf((await openAt(url)).ids(query));
    expect(cuts).toBeGreaterThan(0);
    expect(given).toEqual(await allOf(healthy.ids(query)));
  });

  it('because an administrator ended it is replaced', async () => {
    const { open, database } = await postgresSubject();
    const warehouse = await prepare(await open());
    await commit(warehouse, upsert(rows));
    const ended = await database.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'keyway test' and datname = current_database()`,
    );
    expect(ended.length).toBeGreaterThan(0);
    expect(await commit(warehouse, upsert(rows))).toMatchObject({ unchanged: rows.length });
  });

  it('for good is reported as something that may pass', async () => {
    const { open, database } = await postgresSubject();
    await prepare(await open());
    const proxy = await tcpProxy(database.url, () => 'pass');
    const warehouse = await openAt(proxy.url);
    await commit(warehouse, upsert(rows));
    await proxy.shut();
    const failed = warehouse.commit(batch([upsert(rows)], 1));
    await expect(failed).rejects.toMatchObject({ code: 'warehouse_unavailable', verdict: 'retry' });
    expect(await database.query(`select from ${quoted(schema)}.people`)).toHaveLength(rows.length);
  });
});
