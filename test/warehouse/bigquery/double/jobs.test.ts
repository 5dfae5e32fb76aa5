import { mkdtemp, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testClient } from '../../../support/bigquery/client.ts';
import { writeCredentials } from '../../../support/bigquery/credentials.ts';
import { startBigqueryDouble } from '../../../support/bigquery/index.ts';
import type { Job, QueryResults } from '../../../support/bigquery/rest.ts';
import { array, scalar, structs, withDouble } from './world.ts';

const world = withDouble();

function insert(jobId: string, query: string, more: object = {}): Promise<Job> {
  const configuration = { query: { query, useLegacySql: false }, ...more };
  return world.client.request('POST', '/jobs', {
    body: { jobReference: { jobId, location: 'EU' }, configuration },
  });
}

function results(jobId: string, query: Readonly<Record<string, string>> = {}): Promise<QueryResults> {
  return world.client.request('GET', `/queries/${jobId}`, { query: { location: 'EU', ...query } });
}

describe('a job id', () => {
  it('is used once, even by a job that fails', async () => {
    await insert('used', 'SELECT 1 AS x');
    await insert('failed', "SELECT ERROR('x')");
    for (const id of ['used', 'failed'])
      await expect(insert(id, 'SELECT 1 AS x')).rejects.toMatchObject({
        code: 409,
        message: `Already Exists: Job p:EU.${id}`,
        errors: [{ reason: 'duplicate' }],
      });
  });

  it('has letters, digits, - and _', async () => {
    for (const id of ['a.b', 'a b', 'ä', 'x'.repeat(1025)])
      await expect(insert(id, 'SELECT 1 AS x'), id).rejects.toMatchObject({ code: 400 });
    await insert('A-z_0', 'SELECT 1 AS x');
  });

  it('is found in its location alone', async () => {
    const us = { jobReference: { jobId: 'tokyo', location: 'asia-northeast1' } };
    await world.client.request('POST', '/jobs', {
      body: { ...us, configuration: { query: { query: 'SELECT 1 AS x', useLegacySql: false } } },
    });
    const at = (query: Readonly<Record<string, string>>): Promise<Job> =>
      world.client.request('GET', '/jobs/tokyo', { query });
    await expect(at({})).rejects.toMatchObject({ code: 404 });
    await expect(at({ location: 'EU' })).rejects.toMatchObject({ code: 404 });
    expect((await at({ location: 'Asia-Northeast1' })).status).toEqual({ state: 'DONE' });
    const { status } = await world.client.query('SELECT 1 AS x FROM `p.d.any`', { location: 'US' });
    expect(status?.errorResult).toMatchObject({
      reason: 'notFound',
      message: 'Not found: Dataset p:d was not found in location US',
    });
  });
});

describe('a job', () => {
  it('is pending and running for as many answers as was chosen', async () => {
    const double = await startBigqueryDouble({ polls: 2 });
    onTestFinished(() => double.close());
    const { request } = testClient(double.url, double.project);
    const configuration = { query: { query: 'SELECT 1 AS x', useLegacySql: false } };
    const body = { jobReference: { jobId: 'slow', location: 'EU' }, configuration };
    const states = [(await request<Job>('POST', '/jobs', { body })).status?.state];
    const query = { location: 'EU' };
    for (let i = 0; i < 3; i += 1)
      states.push((await request<Job>('GET', '/jobs/slow', { query })).status?.state);
    expect(states).toEqual(['PENDING', 'RUNNING', 'RUNNING', 'DONE']);
    await request('POST', '/jobs', { body: { ...body, jobReference: { jobId: 'slower', location: 'EU' } } });
    const complete = [];
    for (let i = 0; i < 3; i += 1)
      complete.push((await request<QueryResults>('GET', '/queries/slower', { query })).jobComplete);
    expect(complete).toEqual([false, false, true]);
  });

  it('has labels of small letters, digits, - and _', async () => {
    await insert('labels', 'SELECT 1 AS x', { labels: { app: 'keyway', run_1: '' } });
    for (const labels of [{ App: 'x' }, { app: 'X' }, { app: 'x'.repeat(64) }, { '1': 'x' }, { app: 'a b' }])
      await expect(insert('bad-labels', 'SELECT 1 AS x', { labels })).rejects.toMatchObject({ code: 400 });
  });

  it('fails where it would bill more than it may', async () => {
    const t = await world.table("(1, 'a')");
    const query = `SELECT id FROM ${t}`;
    const { status } = await world.client.query(query, { maximumBytesBilled: '1000000' });
    expect(status?.errorResult).toEqual({
      reason: 'bytesBilledLimitExceeded',
      message: 'Query exceeded limit for bytes billed: 1000000. 10485760 or higher required.',
    });
    const { statistics } = await world.client.query(query, { maximumBytesBilled: '10485760' });
    expect(statistics?.query).toMatchObject({ totalBytesProcessed: '8', totalBytesBilled: '10485760' });
  });

  it('is only estimated in a dry run: the columns that are read, a whole table that is changed', async () => {
    const t = await world.table("(1, 'abcd'), (2, 'efgh')");
    const bytes = async (sql: string): Promise<unknown> => {
      const { statistics, status } = await world.client.query(sql, { dryRun: true, jobId: 'dry' });
      expect(status).toEqual({ state: 'DONE' });
      return statistics?.totalBytesProcessed;
    };
    expect(await bytes(`SELECT id FROM ${t}`)).toBe('16');
    expect(await bytes(`SELECT COUNT(*) FROM ${t} WHERE name = 'x'`)).toBe('12');
    expect(await bytes(`SELECT * FROM ${t}`)).toBe('28');
    expect(await bytes(`UPDATE ${t} SET name = 'x' WHERE id = 1`)).toBe('28');
    expect(await bytes(`BEGIN TRANSACTION; DELETE FROM ${t} WHERE id = 1; COMMIT TRANSACTION;`)).toBe('28');
    expect(await world.client.rows(`SELECT name FROM ${t} WHERE id = 1`)).toEqual([['abcd']]);
    await expect(world.client.query(`SELECT nope FROM ${t}`, { dryRun: true })).rejects.toMatchObject({
      code: 400,
    });
    await insert('dry', 'SELECT 1 AS x');
  });
});

describe('results', () => {
  it('come as texts, timestamps as was asked for', async () => {
    const sql = `SELECT 9007199254740993 AS i, CAST(1.5 AS FLOAT64) AS f, CAST('1.50' AS NUMERIC) AS n, TRUE AS b, CAST('2024-02-29' AS DATE) AS d,
      TIMESTAMP '2024-01-01 00:00:00.123456+00' AS t, ['x', 'y'] AS a, STRUCT(1 AS one) AS s,
      PARSE_JSON('{"b": 1, "a": [1.0, 12345678901234567890]}', wide_number_mode=>'round') AS j, CAST(NULL AS STRING) AS nothing`;
    await insert('texts', sql);
    const { schema, rows, totalRows } = await results('texts', { 'formatOptions.useInt64Timestamp': 'true' });
    expect(totalRows).toBe('1');
    expect(schema?.fields?.map(({ type, mode }) => (mode === 'REPEATED' ? `${type ?? ''}[]` : type))).toEqual(
      ['INTEGER', 'FLOAT', 'NUMERIC', 'BOOLEAN', 'DATE', 'TIMESTAMP', 'STRING[]', 'RECORD', 'JSON', 'STRING'],
    );
    expect(rows?.[0]?.f?.map(({ v }) => v as unknown)).toEqual([
      '9007199254740993',
      '1.5',
      '1.5',
      'true',
      '2024-02-29',
      '1704067200123456',
      [{ v: 'x' }, { v: 'y' }],
      { f: [{ v: '1' }] },
      '{"a":[1.0,12345678901234567890],"b":1}',
      null,
    ]);
    expect((await results('texts')).rows?.[0]?.f?.[5]?.v).toBe('1704067200.123456');
  });

  it('come in pages', async () => {
    const parameters = [array('n', 'INT64', ['1', '2', '3', '4', '5'])];
    await world.client.query('SELECT x FROM UNNEST(@n) AS x ORDER BY x', { parameters, jobId: 'pages' });
    const seen: unknown[] = [];
    let pageToken: string | undefined;
    const sizes: (number | undefined)[] = [];
    do {
      const page = await results('pages', {
        maxResults: '2',
        ...(pageToken === undefined ? {} : { pageToken }),
      });
      expect(page.totalRows).toBe('5');
      sizes.push(page.rows?.length);
      seen.push(...(page.rows ?? []).map(({ f = [] }) => f[0]?.v as unknown));
      pageToken = page.pageToken;
    } while (pageToken !== undefined);
    expect(sizes).toEqual([2, 2, 1]);
    expect(seen).toEqual(['1', '2', '3', '4', '5']);
    await expect(results('pages', { pageToken: 'mine' })).rejects.toMatchObject({ code: 400 });
  });

  it('expire', async () => {
    const double = await startBigqueryDouble({ project: 'p', keptResults: 2 });
    onTestFinished(() => double.close());
    const client = testClient(double.url, 'p');
    for (const jobId of ['old', 'middle', 'new']) await client.query('SELECT 1 AS x', { jobId });
    const at = (id: string): Promise<QueryResults> =>
      client.request('GET', `/queries/${id}`, { query: { location: 'EU' } });
    await expect(at('old')).rejects.toMatchObject({ code: 404 });
    expect((await at('middle')).totalRows).toBe('1');
    await expect(client.query('SELECT 1 AS x', { jobId: 'old' })).rejects.toMatchObject({ code: 409 });
  });

  it('of a change are how many rows it changed, those of a failed job its error', async () => {
    const t = await world.table("(1, 'a'), (2, 'b')");
    await insert('changed', `UPDATE ${t} SET name = 'x' WHERE TRUE`);
    expect(await results('changed')).toMatchObject({ jobComplete: true, numDmlAffectedRows: '2' });
    await insert('broken', "SELECT ERROR('x')");
    await expect(results('broken')).rejects.toMatchObject({
      code: 400,
      errors: [{ reason: 'invalidQuery' }],
    });
  });
});

describe('parameters', () => {
  it('have types, and values of them', async () => {
    const given = [
      scalar('i', 'INT64', '9007199254740993'),
      scalar('s', 'STRING', `a'b\\"\n\u{1F600}\0`),
      scalar('b', 'BOOL', 'true'),
      scalar('t', 'TIMESTAMP', '2024-01-01T02:00:00.000001+02:00'),
      scalar('d', 'DATE', '2024-02-29'),
      scalar('n', 'NUMERIC', '-99999999999999999999999999999.999999999'),
      scalar('f', 'FLOAT64', '1e300'),
      scalar('nothing', 'STRING', null),
      structs('rows', { id: 'INT64', name: 'STRING' }, [
        { id: '1', name: 'x' },
        { id: '2', name: null },
      ]),
    ];
    expect(
      await world.client.rows('SELECT @i, @s, @b, UNIX_MICROS(@t), @d, @n, @f, @nothing', {
        parameters: given,
      }),
    ).toEqual([
      [
        '9007199254740993',
        `a'b\\"\n\u{1F600}\0`,
        'true',
        '1704067200000001',
        '2024-02-29',
        '-99999999999999999999999999999.999999999',
        '1E300',
        null,
      ],
    ]);
    expect(
      await world.client.rows('SELECT r.name, o, id FROM UNNEST(@rows) AS r WITH OFFSET AS o ORDER BY o', {
        parameters: given,
      }),
    ).toEqual([
      ['x', '0', '1'],
      [null, '1', '2'],
    ]);
  });

  it('fail the job when they are missing, and the request when they do not fit', async () => {
    const { status } = await world.client.query('SELECT @none');
    expect(status?.errorResult).toMatchObject({
      reason: 'invalidQuery',
      message: "Query parameter 'none' not found",
    });
    const failed = async (parameter: object): Promise<string | undefined> => {
      const { status } = await world.client.query('SELECT 1 AS x, @p AS y', { parameters: [parameter] });
      return status?.errorResult?.reason;
    };
    expect(await failed(scalar('p', 'INT64', '1.5'))).toBe('invalid');
    expect(await failed(scalar('p', 'TIMESTAMP', '2024-02-30'))).toBe('invalid');
    expect(await failed(scalar('p', 'NUMERIC', '0.0000000001'))).toBe('invalid');
    expect(await failed({ name: 'p', parameterValue: { value: 'x' } })).toBe('invalid');
  });
});

describe('what is not known', () => {
  it('is answered with 501, in words that name it', async () => {
    const unknown: readonly (readonly [string, RegExp])[] = [
      ['SELECT SOUNDEX(name) FROM `p.d.t`', /function SOUNDEX/],
      ['DROP TABLE `p.d.t`', /begins with DROP TABLE/],
      ['DECLARE x INT64', /DECLARE/],
      ["SELECT PARSE_JSON('1')", /wide_number_mode/],
      ["SELECT CAST('1' AS BIGNUMERIC)", /BIGNUMERIC/],
      ['SELECT EXTRACT(DAY FROM CURRENT_TIMESTAMP())', /EXTRACT/],
    ];
    await world.client.request('POST', '/datasets/d/tables', {
      body: { tableReference: { tableId: 't' }, schema: { fields: [{ name: 'name', type: 'STRING' }] } },
    });
    for (const [sql, message] of unknown)
      await expect(world.client.query(sql), sql).rejects.toMatchObject({
        code: 501,
        message: expect.stringMatching(message),
      });
    for (const route of ['/datasets/d/routines', '/models'])
      await expect(world.client.request('GET', route), route).rejects.toMatchObject({ code: 501 });
    await expect(
      world.client.request('POST', '/jobs', { body: { configuration: { query: { query: 'SELECT 1' } } } }),
    ).rejects.toMatchObject({ code: 501, message: expect.stringMatching(/legacy/) });
  });
});

describe('credentials', () => {
  it('of a workload are exchanged for a token, by a process of its own', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'keyway-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = await writeCredentials(folder, world.double.url);
    const script = `import { BigQuery } from '@google-cloud/bigquery';
      new BigQuery({ projectId: 'p', apiEndpoint: '${world.double.url}', autoRetry: false }).request({ method: 'GET', uri: '/datasets/d' }, (error) => process.exit(error ? 1 : 0));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, GOOGLE_APPLICATION_CREDENTIALS: file },
    });
    expect(await new Promise((resolve) => void child.on('exit', resolve))).toBe(0);
    expect(world.double.requests.at(-2)).toMatchObject({ path: '/token', status: 200 });
    expect(world.double.requests.at(-1)).toMatchObject({
      path: '/bigquery/v2/projects/p/datasets/d',
      authorized: true,
    });
  });
});
