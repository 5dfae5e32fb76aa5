import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/service.ts';
import { packer } from '../../../src/warehouse/bigquery/pack-row.ts';
import { Connection } from '../../../src/warehouse/bigquery/connection.ts';
import { isTransientJob } from '../../../src/warehouse/bigquery/facts.ts';
import { dropStaging, stage } from '../../../src/warehouse/bigquery/staging.ts';
import type { Job, JobList, Table as TableResource } from '../../support/bigquery/rest.ts';
import { batch, links, people, person, upsert } from '../../warehouse/laws/world.ts';
import { withLiveWorld } from './live-world.ts';
import { livePlace } from './place.ts';

const world = withLiveWorld();
const id = (): string => `keyway-live-${randomUUID()}`;
const { location } = livePlace();

const rows = async (sql: string): Promise<unknown[][]> => world.client.rows(sql, { location });
const run = (query: string, jobId = id()): Promise<Job> => world.client.query(query, { jobId, location });

beforeAll(async () => {
  const { warehouse } = world;
  await warehouse.apply(await warehouse.differences([people, links]), [people, links]);
  await run(`INSERT INTO ${world.own('leases')} (name, holder) VALUES ('counter', '0')`);
});

describe('jobs and transactions', () => {
  it('(a) ERROR() in a transaction takes back what came before it', async () => {
    const job = await run(
      `BEGIN TRANSACTION;\nUPDATE ${world.own('leases')} SET holder = 'x' WHERE name = 'counter';\nMERGE INTO ${world.table('people')} AS t USING (SELECT 7 AS id) AS s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, _archived, _synced_at) VALUES (s.id, FALSE, CURRENT_TIMESTAMP());\nSELECT IF((SELECT COUNT(*) FROM ${world.own('leases')}) = 99, 'ok', ERROR('KEYWAY_STALE_FENCE'));\nCOMMIT TRANSACTION;`,
    );
    expect(job.status?.errorResult?.message).toContain('KEYWAY_STALE_FENCE');
    expect(await rows(`SELECT holder FROM ${world.own('leases')} WHERE name = 'counter'`)).toEqual([['0']]);
    expect(await rows(`SELECT id FROM ${world.table('people')} WHERE id = 7`)).toEqual([]);
  });

  it('(b) of transactions that change one table at the same time, all but one are cancelled, in words that are known', async () => {
    const raise = `UPDATE ${world.own('leases')} SET holder = CAST(CAST(holder AS INT64) + 1 AS STRING) WHERE name = 'counter'`;
    const count = `SELECT COUNT(*) FROM ${world.table('people')} AS a`;
    const script = ['BEGIN TRANSACTION', raise, count, count, count, 'COMMIT TRANSACTION', ''].join(';\n');
    let done = 0;
    let cancelled = 0;
    for (let round = 0; round < 10 && cancelled === 0; round++) {
      for (const { status } of await Promise.all(Array.from({ length: 4 }, () => run(script)))) {
        const { errorResult } = status ?? {};
        if (!errorResult) done += 1;
        else {
          cancelled += 1;
          const { reason, message = '' } = errorResult;
          expect([isTransientJob({ reason, message }), message]).toEqual([true, message]);
        }
      }
    }
    expect(cancelled).toBeGreaterThan(0);
    expect(await rows(`SELECT holder FROM ${world.own('leases')} WHERE name = 'counter'`)).toEqual([
      [String(done)],
    ]);
  });

  it('(c) a job id that was used is refused with 409, and tells its job', async () => {
    const jobId = id();
    await run('SELECT 1', jobId);
    await expect(run('SELECT 2', jobId)).rejects.toMatchObject({ code: 409 });
    const job = await world.client.request<Job>('GET', `/jobs/${jobId}`, { query: { location } });
    expect(job.configuration?.query?.query).toBe('SELECT 1');
  });

  it('(d) the id of a job that failed is used up', async () => {
    const jobId = id();
    const failed = await run(`SELECT ERROR('broken')`, jobId);
    expect(failed.status?.errorResult?.message).toContain('broken');
    await expect(run('SELECT 1', jobId)).rejects.toMatchObject({ code: 409 });
  });

  it('(e) a resumable upload takes id, labels and gzip, once; its table expires with its dataset’s', async () => {
    const connection = new Connection(world.options);
    const name = id();
    const packed = [person({ id: '1', name: 'Ada', tags: ['a'] }), person({ id: '2' })].map(packer(people));
    const staged = await stage(connection, { table: people, rows: packed, name });
    expect(await rows(`SELECT c0, c1 FROM ${staged} ORDER BY c0`)).toEqual([
      ['1', 'Ada'],
      ['2', null],
    ]);
    const job = await world.client.request<Job>('GET', `/jobs/keyway-load-${name}-0-0`, {
      query: { location },
    });
    expect(job.configuration?.labels).toMatchObject({ application: 'keyway', purpose: 'load' });
    const uri = `/datasets/${world.datasets.staging}/tables/${name}`;
    const { expirationTime } = await world.client.request<TableResource>('GET', uri);
    expect(Number(expirationTime) - Date.now()).toBeGreaterThan(86_400_000);
    // Again under the same name: the table is there, and the load is not done twice.
    await stage(connection, { table: people, rows: packed, name });
    expect(await rows(`SELECT COUNT(*) FROM ${staged}`)).toEqual([['2']]);
    await dropStaging(connection, name);
    await expect(world.client.request('GET', uri)).rejects.toMatchObject({ code: 404 });
  });

  it('(g) a limit on what is billed holds for a script, and what it stops leaves nothing', async () => {
    const limited = await world.open({ maximumBytesBilled: 1 });
    const failed = await limited
      .commit(batch([upsert([person({ id: '50' })])], 0))
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'warehouse_refused' });
    expect(String(failed)).toMatch(/maximumBytesBilled/);
    expect(await rows(`SELECT id FROM ${world.table('people')} WHERE id = 50`)).toEqual([]);
    const free = await world.open({ maximumBytesBilled: 1_000_000_000 });
    await free.commit(batch([upsert([person({ id: '50' })])], 0));
  });

  it('(i) of two commits that insert the same new row at once, one does', async () => {
    const [one, other] = await Promise.all([world.open(), world.open()]);
    const { version } = await one.checkpoint('people');
    const next = batch([upsert([person({ id: '60' })])], version);
    const results = await Promise.allSettled([one.commit(next), other.commit(next)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'checkpoint_moved' },
    });
    expect(await rows(`SELECT COUNT(*) FROM ${world.table('people')} WHERE id = 60`)).toEqual([['1']]);
  });

  it('(k) a script bills what its statements bill, each at least 10 MB for a table', async () => {
    const jobId = id();
    const raise = `UPDATE ${world.own('leases')} SET label = 'x' WHERE name = 'counter'`;
    const merge = `MERGE INTO ${world.table('people')} AS t USING (SELECT 1 AS id) AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = 'x'`;
    const job = await run(`BEGIN TRANSACTION;\n${raise};\n${merge};\nCOMMIT TRANSACTION;`, jobId);
    const list = await world.client.request<JobList>('GET', '/jobs', { query: { parentJobId: jobId } });
    const billed = (list.jobs ?? []).map(({ statistics }) =>
      Number(statistics?.query?.totalBytesBilled ?? 0),
    );
    expect(billed.filter((bytes) => bytes >= 10 * 1024 ** 2)).toHaveLength(2);
    expect(Number(job.statistics?.query?.totalBytesBilled)).toBe(billed.reduce((sum, each) => sum + each));
  });

  it('(l) the jobs of a script’s statements tell line, kind and changed rows, at once', async () => {
    const jobId = id();
    await run(
      `BEGIN TRANSACTION;\nINSERT INTO ${world.table('people')} (id, _archived, _synced_at) VALUES (70, FALSE, CURRENT_TIMESTAMP()), (71, FALSE, CURRENT_TIMESTAMP());\nUPDATE ${world.table('people')} SET name = 'x' WHERE id = 70;\nSELECT COUNT(*) AS existing FROM ${world.table('people')} WHERE id IN (70, 71);\nDELETE FROM ${world.table('people')} WHERE id IN (70, 71);\nCOMMIT TRANSACTION;`,
      jobId,
    );
    const { jobs = [] } = await world.client.request<JobList>('GET', '/jobs', {
      query: { parentJobId: jobId },
    });
    const byLine = new Map(
      jobs.map(({ jobReference, statistics }) => [
        Number(statistics?.scriptStatistics?.stackFrames?.[0]?.startLine),
        { jobReference, ...statistics?.query },
      ]),
    );
    expect(byLine.get(2)?.dmlStats).toMatchObject({ insertedRowCount: '2' });
    expect(byLine.get(3)?.dmlStats).toMatchObject({ updatedRowCount: '1' });
    expect(byLine.get(5)?.dmlStats).toMatchObject({ deletedRowCount: '2' });
    const child = byLine.get(4)?.jobReference?.jobId ?? '';
    expect(await world.client.request('GET', `/queries/${child}`, { query: { location } })).toMatchObject({
      rows: [{ f: [{ v: '2' }] }],
    });
  });

  it('(n) a recursive query may fill a temporary table within a transaction', async () => {
    const job = await run(
      `BEGIN TRANSACTION;\nCREATE TEMP TABLE gone AS WITH RECURSIVE merged AS (SELECT id, 0 AS depth FROM UNNEST([CAST(1 AS INT64)]) AS id UNION ALL SELECT m.id + 1, m.depth + 1 AS depth FROM merged AS m WHERE m.depth < 5) SELECT DISTINCT id FROM merged;\nUPDATE ${world.table('people')} AS t SET name = 'gone' WHERE t.id IN (SELECT id FROM gone);\nCOMMIT TRANSACTION;`,
    );
    expect(job.status?.errorResult).toBeUndefined();
  });

  it('(u) rows bear the instant at which their transaction began', async () => {
    const before = await world.warehouse.now();
    const { version } = await world.warehouse.checkpoint('people');
    await world.warehouse.commit(batch([upsert([person({ id: '80' })])], version));
    const after = await world.warehouse.now();
    const sql = `SELECT UNIX_MILLIS(_synced_at) FROM ${world.table('people')} WHERE id = 80`;
    const stamp = Number((await rows(sql))[0]?.[0]);
    expect([stamp >= before, stamp <= after]).toEqual([true, true]);
  });

  it('(v) the time is told only when all that began earlier is there, whichever process began it', async () => {
    const { version } = await world.warehouse.checkpoint('people');
    const many = Array.from({ length: 20_000 }, (_, place) => person({ id: String(1_000_000 + place) }));
    const counted = async (more: string): Promise<number> =>
      Number(
        (await rows(`SELECT COUNT(*) FROM ${world.table('people')} WHERE id >= 1000000 AND ${more}`))[0]?.[0],
      );
    const writing = { isOver: false };
    const other = await world.open();
    const written = other.commit(batch([upsert(many)], version)).finally(() => (writing.isOver = true));
    const looks: (readonly [now: number, seen: number])[] = [];
    while (!writing.isOver) {
      looks.push([await world.warehouse.now(), await counted('TRUE')]);
      await systemClock.sleep(100);
    }
    await written;
    for (const [now, seen] of looks)
      expect(await counted(`UNIX_MILLIS(_synced_at) < ${now}`)).toBeLessThanOrEqual(seen);
  });

  it('(t) of statements that change one row at the same time, one does, and the others find what it left', async () => {
    const lease = { name: 'live', holder: 'host/1/a', label: 'live', ttl: 60_000 };
    const all = await Promise.all(Array.from({ length: 4 }, () => world.open()));
    const grants = await Promise.all(
      all.map((each, index) => each.takeLease({ ...lease, holder: `host/${index}/x` })),
    );
    expect(grants.filter(({ granted }) => granted)).toHaveLength(1);
    expect(await rows(`SELECT COUNT(*) FROM ${world.own('leases')} WHERE name = 'live'`)).toEqual([['1']]);
  });
});
