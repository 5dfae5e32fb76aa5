import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testClient, type TestClient } from '../../support/bigquery/client.ts';
import { startBigqueryDouble, type BigqueryDouble } from '../../support/bigquery/index.ts';

let double: BigqueryDouble;
let client: TestClient;

beforeAll(async () => {
  double = await startBigqueryDouble({ project: 'p' });
  client = testClient(double.url, 'p');
  await client.request('POST', '/datasets', {
    body: { datasetReference: { datasetId: 'd' }, location: 'EU' },
  });
});
afterAll(() => double.close());

let made = 0;

/** A table of its own for each test, with these rows. */
async function table(values = ''): Promise<string> {
  made += 1;
  const tableId = `t${String(made)}`;
  const fields = [
    { name: 'id', type: 'INT64', mode: 'REQUIRED' },
    { name: 'name', type: 'STRING' },
    { name: 'tags', type: 'STRING', mode: 'REPEATED' },
  ];
  await client.request('POST', '/datasets/d/tables', {
    body: { tableReference: { tableId }, schema: { fields } },
  });
  const path = `\`p.d.${tableId}\``;
  if (values !== '') await client.query(`INSERT INTO ${path} (id, name) VALUES ${values}`);
  return path;
}

describe('scripts', () => {
  it('commits all statements of a transaction, and tells of each what it did', async () => {
    const t = await table("(1, 'a'), (2, 'b')");
    const job = await client.query(
      `BEGIN TRANSACTION;
UPDATE ${t} SET name = 'c' WHERE id = 1;
DELETE FROM ${t} WHERE id = 2;
INSERT INTO ${t} (id) VALUES (3), (4);
COMMIT TRANSACTION;`,
      { jobId: 'counts' },
    );
    expect(job.status).toEqual({ state: 'DONE' });
    expect(await client.rows(`SELECT id, name FROM ${t} ORDER BY id`)).toEqual([
      ['1', 'c'],
      ['3', null],
      ['4', null],
    ]);
    const { jobs } = await client.request<{ jobs: { statistics: { query: object } }[] }>('GET', '/jobs', {
      query: { parentJobId: 'counts' },
    });
    expect(jobs.map(({ statistics }) => statistics).reverse()).toMatchObject([
      { scriptStatistics: { stackFrames: [{ startLine: 1 }] } },
      {
        scriptStatistics: { stackFrames: [{ startLine: 2 }] },
        query: { dmlStats: { updatedRowCount: '1' } },
      },
      {
        scriptStatistics: { stackFrames: [{ startLine: 3 }] },
        query: { dmlStats: { deletedRowCount: '1' } },
      },
      {
        scriptStatistics: { stackFrames: [{ startLine: 4 }] },
        query: { dmlStats: { insertedRowCount: '2' } },
      },
      { scriptStatistics: { stackFrames: [{ startLine: 5 }] } },
    ]);
  });

  it('rolls back at an error, and tells of it in jobs.get alone', async () => {
    const t = await table("(1, 'a')");
    const job = await client.query(`BEGIN TRANSACTION;
UPDATE ${t} SET name = 'c' WHERE id = 1;
SELECT IF((SELECT COUNT(*) FROM ${t}) = 7, 'ok', ERROR('STALE'));
COMMIT TRANSACTION;`);
    expect(job.status?.errorResult).toMatchObject({
      reason: 'invalidQuery',
      message: 'Query error: STALE at [3:1]',
    });
    expect(await client.rows(`SELECT name FROM ${t}`)).toEqual([['a']]);
  });
});
