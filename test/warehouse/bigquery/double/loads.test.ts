import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBigqueryDouble } from '../../../support/bigquery/index.ts';
import type { Job, Load, Table, TableField } from '../../../support/bigquery/rest.ts';
import { testClient } from '../../../support/bigquery/client.ts';
import { idOf, withDouble } from './world.ts';

const world = withDouble({ metadataQuota: false });

let jobs = 0;

function loadOf(tableId: string, more: Load = {}): Load {
  const destinationTable = { projectId: 'p', datasetId: 'd', tableId };
  return {
    destinationTable,
    sourceFormat: 'NEWLINE_DELIMITED_JSON',
    createDisposition: 'CREATE_NEVER',
    ...more,
  };
}

/** The address of a session. */
async function session(load: Load, jobId = `load-${String((jobs += 1))}`): Promise<string> {
  const url = `${world.double.url}/upload/bigquery/v2/projects/p/jobs?uploadType=resumable`;
  const body = JSON.stringify({ jobReference: { jobId, location: 'EU' }, configuration: { load } });
  const { headers, status } = await fetch(url, { method: 'POST', body });
  expect(status).toBe(200);
  return headers.get('location') ?? '';
}

function put(address: string, range: string, data?: Buffer): Promise<Response> {
  return fetch(address, {
    method: 'PUT',
    headers: { 'content-range': range },
    ...(data && { body: new Uint8Array(data) }),
  });
}

async function loaded(load: Load, text: string, jobId?: string): Promise<Job> {
  const data = gzipSync(text);
  const answer = await put(
    await session(load, jobId),
    `bytes 0-${String(data.length - 1)}/${String(data.length)}`,
    data,
  );
  const job = (await answer.json()) as Job;
  return world.client.request('GET', `/jobs/${job.jobReference?.jobId ?? ''}`, { query: { location: 'EU' } });
}

function lines(...rows: readonly object[]): string {
  return rows.map((row) => JSON.stringify(row)).join('\n');
}

const every: readonly TableField[] = [
  { name: 'id', type: 'INT64', mode: 'REQUIRED' },
  { name: 'n', type: 'NUMERIC' },
  { name: 'b', type: 'BOOL' },
  { name: 'd', type: 'DATE' },
  { name: 't', type: 'TIMESTAMP' },
  { name: 'j', type: 'JSON' },
  { name: 'f', type: 'FLOAT64' },
  { name: 'tags', type: 'STRING', mode: 'REPEATED' },
];

describe('a load', () => {
  it('takes rows as they are', async () => {
    const t = await world.table('', every);
    const text = `{"id":"9007199254740993","n":"123.450000001","b":true,"d":"2024-02-29","t":"2024-01-01T00:00:00.123456Z","j":{"b":[1.0,null],"a":"{}"},"f":0.5,"TAGS":["x","\\ufeffy"]}

{"id":2,"n":-1e-9,"b":"false","t":"2024-01-01 02:00:00+02:00","j":"text"}
{"id":"-3","j":null,"tags":[],"n":null}`;
    const { status, statistics } = await loaded(loadOf(idOf(t), { schema: { fields: [...every] } }), text);
    expect(status).toEqual({ state: 'DONE' });
    expect(statistics?.load).toMatchObject({ outputRows: '3', inputFiles: '1' });
    const columns = 'id, n, b, d, UNIX_MICROS(t), TO_JSON_STRING(j), j IS NULL, f, tags';
    expect(await world.client.rows(`SELECT ${columns} FROM ${t} ORDER BY id DESC`)).toEqual([
      [
        '9007199254740993',
        '123.450000001',
        'true',
        '2024-02-29',
        '1704067200123456',
        '{"a":"{}","b":[1.0,null]}',
        'false',
        '0.5',
        [{ v: 'x' }, { v: '\ufeffy' }],
      ],
      ['2', '-0.000000001', 'false', null, '1704067200000000', '"text"', 'false', null, []],
      // A member that is null is JSON's null, not NULL.
      ['-3', null, null, null, null, 'null', 'false', null, []],
    ]);
  });

  it('takes all rows or none', async () => {
    const t = await world.table('', every);
    const bad: readonly string[] = [
      '{"id":1,"unknown":1}',
      '{"n":1}',
      '{"id":null}',
      '{"id":1,"tags":["x",null]}',
      '{"id":1,"tags":"x"}',
      '{"id":[1]}',
      '{"id":1.5}',
      '{"id":"9223372036854775808"}',
      '{"id":1,"n":"0.0000000001"}',
      '{"id":1,"n":"100000000000000000000000000000"}',
      '{"id":1,"b":"yes"}',
      '{"id":1,"d":"2024-02-30"}',
      '{"id":1,"d":"0000-01-01"}',
      '{"id":1,"t":"2024-01-01T25:00:00Z"}',
      '{"id":1,"t":"2024-01-01T00:00:00.1234567Z"}',
      '{"id":1,"t":"10000-01-01T00:00:00Z"}',
      '{"id":1,"d":{}}',
      '{"id":1',
      '[]',
    ];
    for (const line of bad) {
      const { status } = await loaded(loadOf(idOf(t)), `{"id":7}\n${line}`);
      expect(status?.errorResult, line).toMatchObject({ reason: 'invalid' });
      expect(status?.errors?.[1]?.message, line).toMatch(/starting at position 9: /);
    }
    const { status } = await loaded(loadOf(idOf(t)), '{"id":1,"tags":["x",null]}');
    expect(status?.errors?.[1]?.message).toMatch(/Only optional fields can be set to NULL\. Field: tags/);
    expect(await world.client.rows(`SELECT COUNT(*) FROM ${t}`)).toEqual([['0']]);
  });

  it('needs its table, and the schema that it has', async () => {
    const missing = await loaded(loadOf('missing'), '{"id":1}');
    expect(missing.status?.errorResult).toMatchObject({ reason: 'notFound' });
    const t = await world.table('', every);
    const other = every.map((field) => (field.name === 'n' ? { ...field, type: 'STRING' } : field));
    for (const fields of [other, every.slice(1), [...every, { name: 'more', type: 'STRING' }]]) {
      const { status } = await loaded(loadOf(idOf(t), { schema: { fields: [...fields] } }), '{"id":1}');
      expect(status?.errorResult).toMatchObject({
        reason: 'invalid',
        message: expect.stringMatching(/does not match Table/),
      });
    }
  });

  it('has a job id that is used once', async () => {
    const t = await world.table();
    const rows = async (): Promise<unknown> =>
      (await world.client.request<Table>('GET', `/datasets/d/tables/${idOf(t)}`)).numRows;
    expect(await rows()).toBe('0');
    await loaded(loadOf(idOf(t)), '{"id":1}', 'load-once');
    expect(await rows()).toBe('1');
    const again = await put(
      await session(loadOf(idOf(t)), 'load-once'),
      'bytes 0-7/8',
      Buffer.from('{"id":1}'),
    );
    expect(again.status).toBe(409);
    expect(await world.client.rows(`SELECT COUNT(*) FROM ${t}`)).toEqual([['1']]);
  });

  it('counts among the changes of metadata', async () => {
    const double = await startBigqueryDouble({ project: 'p', duplicateUpload: 'start' });
    onTestFinished(() => double.close());
    const { request } = testClient(double.url, 'p');
    await request('POST', '/datasets', { body: { datasetReference: { datasetId: 'd' }, location: 'EU' } });
    const schema = { fields: [{ name: 'id', type: 'INT64' }] };
    await request('POST', '/datasets/d/tables', { body: { tableReference: { tableId: 't' }, schema } });
    const url = `${double.url}/upload/bigquery/v2/projects/p/jobs?uploadType=resumable`;
    const results: (string | undefined)[] = [];
    for (let i = 0; i < 5; i += 1) {
      const jobId = `l${String(i)}`;
      const body = JSON.stringify({
        jobReference: { jobId, location: 'EU' },
        configuration: { load: loadOf('t') },
      });
      const { headers } = await fetch(url, { method: 'POST', body });
      await fetch(headers.get('location') ?? '', { method: 'PUT', body: '{"id":1}' });
      const job = await request<Job>('GET', `/jobs/${jobId}`, { query: { location: 'EU' } });
      results.push(job.status?.errorResult?.reason);
      if (i === 0) expect((await fetch(url, { method: 'POST', body })).status).toBe(409);
    }
    expect(results).toEqual([undefined, undefined, undefined, undefined, 'rateLimitExceeded']);
  });
});

describe('an upload', () => {
  const unit = 256 * 1024;
  const data = Buffer.from(
    lines(...Array.from({ length: 30_000 }, (_, id) => ({ id, name: 'x'.repeat(20) }))),
  );
  const total = String(data.length);

  function part(address: string, from: number, to: number): Promise<Response> {
    return put(address, `bytes ${String(from)}-${String(to - 1)}/${total}`, data.subarray(from, to));
  }

  it('goes on where it was cut, and tells how far it is', async () => {
    const t = await world.table();
    const address = await session(loadOf(idOf(t)));
    const probe = async (): Promise<[number, string | null]> => {
      const { status, headers } = await put(address, `bytes */${total}`);
      return [status, headers.get('range')];
    };
    expect(await probe()).toEqual([308, null]);
    const first = await part(address, 0, 2 * unit);
    expect([first.status, first.headers.get('range')]).toEqual([308, `bytes=0-${String(2 * unit - 1)}`]);
    // Half of it arrives; of that, whole units are kept.
    world.double.faults.add({ kind: 'cut upload', times: 1 });
    await expect(part(address, 2 * unit, 5 * unit)).rejects.toThrow(/fetch failed/);
    const [status, range] = await probe();
    const received = Number(range?.split('-')[1]) + 1;
    expect([status, received % unit]).toEqual([308, 0]);
    expect(received).toBeGreaterThanOrEqual(3 * unit);
    expect(received).toBeLessThan(5 * unit);
    // What is sent twice is not there twice.
    const last = await part(address, received - unit, data.length);
    expect(last.status).toBe(200);
    expect(await world.client.rows(`SELECT COUNT(*), COUNT(DISTINCT id) FROM ${t}`)).toEqual([
      ['30000', '30000'],
    ]);
    const done = await put(address, `bytes */${total}`);
    expect([done.status, ((await done.json()) as Job).kind]).toEqual([200, 'bigquery#job']);
  });

  it('has parts of whole units, one after the other', async () => {
    const t = await world.table();
    const address = await session(loadOf(idOf(t)));
    expect((await part(address, 0, unit + 1)).status).toBe(400);
    expect((await part(address, unit, 2 * unit)).status).toBe(400);
    expect((await put(`${address}x`, `bytes */${total}`)).status).toBe(404);
    expect(await world.client.rows(`SELECT COUNT(*) FROM ${t}`)).toEqual([['0']]);
  });
});
