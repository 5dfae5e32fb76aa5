import { afterEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../support/bigquery/rest.ts';
import { idOf, withDouble } from './world.ts';

const world = withDouble({ metadataQuota: false });

afterEach(() => {
  world.double.faults.clear();
});

function insert(jobId: string, query: string): Promise<Job> {
  const configuration = { query: { query, useLegacySql: false } };
  return world.client.request('POST', '/jobs', {
    body: { jobReference: { jobId, location: 'EU' }, configuration },
  });
}

async function names(t: string): Promise<unknown[]> {
  return (await world.client.rows(`SELECT name FROM ${t} ORDER BY name`)).flat();
}

describe('a fault', () => {
  it('loses an answer after the work was done', async () => {
    const t = await world.table("(1, 'a')");
    const mend = world.double.faults.add({ kind: 'lost answer', match: 'lost-1' });
    await expect(insert('lost-1', `UPDATE ${t} SET name = 'b' WHERE TRUE`)).rejects.toThrow(
      /socket|network|ECONN/i,
    );
    expect(mend()).toBe(1);
    expect(await names(t)).toEqual(['b']);
    await expect(insert('lost-1', 'SELECT 1 AS x')).rejects.toMatchObject({ code: 409 });
  });

  it('answers 503 before the work, or after it', async () => {
    const t = await world.table("(1, 'a')");
    world.double.faults.add({ kind: '503 before', match: 'before-1', times: 1 });
    world.double.faults.add({ kind: '503 after', match: /POST .* after-1$/, times: 1 });
    await expect(insert('before-1', `UPDATE ${t} SET name = 'b' WHERE TRUE`)).rejects.toMatchObject({
      code: 503,
    });
    expect(await names(t)).toEqual(['a']);
    await insert('before-1', `UPDATE ${t} SET name = 'b' WHERE TRUE`);
    await expect(insert('after-1', `UPDATE ${t} SET name = 'c' WHERE TRUE`)).rejects.toMatchObject({
      code: 503,
    });
    expect(await names(t)).toEqual(['c']);
  });

  it('limits the rate, by the nth request that fits', async () => {
    world.double.faults.add({ kind: '429', match: 'GET /bigquery', skip: 1, times: 1 });
    world.double.faults.add({
      kind: 'rate limit',
      match: ({ path }) => path.endsWith('/tables/rated'),
      times: 1,
    });
    await world.client.request('GET', '/datasets/d');
    await expect(world.client.request('GET', '/datasets/d')).rejects.toMatchObject({ code: 429 });
    await world.client.request('GET', '/datasets/d');
    await expect(world.client.request('GET', '/datasets/d/tables/rated')).rejects.toMatchObject({
      code: 403,
      errors: [{ reason: 'rateLimitExceeded' }],
    });
  });

  it('lets a job fail that is none the worse for it', async () => {
    const t = await world.table("(1, 'a')");
    world.double.faults.add({ kind: 'failed job', match: 'down', reason: 'jobInternalError', times: 1 });
    const failed = await world.client.query(`UPDATE ${t} SET name = 'b' WHERE TRUE`, { jobId: 'down-1' });
    expect(failed.status?.errorResult?.reason).toBe('jobInternalError');
    expect(await names(t)).toEqual(['a']);
    await expect(insert('down-1', 'SELECT 1 AS x')).rejects.toMatchObject({ code: 409 });
    await insert('down-2', `UPDATE ${t} SET name = 'b' WHERE TRUE`);
    expect(await names(t)).toEqual(['b']);
  });

  it('cancels a transaction', async () => {
    const t = await world.table("(1, 'a')");
    world.double.faults.add({ kind: 'aborted transaction', match: 'abort', times: 1 });
    const script = `BEGIN TRANSACTION;\nUPDATE ${t} SET name = 'b' WHERE TRUE;\nCOMMIT TRANSACTION;`;
    const { status } = await world.client.query(script, { jobId: 'abort-1' });
    expect(status?.errorResult?.message).toMatch(
      new RegExp(`aborted due to concurrent update against table p:d.${idOf(t)}`),
    );
    expect(await names(t)).toEqual(['a']);
    await world.client.query(script, { jobId: 'abort-2' });
    expect(await names(t)).toEqual(['b']);
  });

  it('cuts the connection from a step on, at a request or at an answer', async () => {
    const t = await world.table("(1, 'a')");
    const update = (id: string, name: string): Promise<Job> =>
      insert(id, `UPDATE ${t} SET name = '${name}' WHERE TRUE`);
    const atRequest = world.double.faults.cutAfter(2);
    await update('cut-1', 'b');
    await expect(update('cut-2', 'c')).rejects.toThrow(/socket|network|ECONN/i);
    await expect(update('cut-3', 'd')).rejects.toThrow(/socket|network|ECONN/i);
    expect(atRequest()).toBe(4);
    expect(await names(t)).toEqual(['b']);
    const atAnswer = world.double.faults.cutAfter(1);
    await expect(update('cut-4', 'e')).rejects.toThrow(/socket|network|ECONN/i);
    expect(atAnswer()).toBe(2);
    expect(await names(t)).toEqual(['e']);
  });
});

describe('a permission that is denied', () => {
  it('is named in the words of Google', async () => {
    const t = await world.table("(1, 'a')");
    const id = idOf(t);
    const { permissions } = world.double;
    const refused = async (work: () => Promise<unknown>): Promise<string> => {
      const error = await work().then(
        () => undefined,
        (error: unknown) => error as { code: number; message: string; errors: { reason: string }[] },
      );
      expect(error).toMatchObject({ code: 403, errors: [{ reason: 'accessDenied' }] });
      return error?.message ?? '';
    };
    const grant = permissions.deny('bigquery.tables.create', 'd');
    const body = { tableReference: { tableId: 'x' }, schema: { fields: [{ name: 'id', type: 'INT64' }] } };
    expect(await refused(() => world.client.request('POST', '/datasets/d/tables', { body }))).toBe(
      'Access Denied: Dataset p:d: Permission bigquery.tables.create denied on dataset p:d (or it may not exist).',
    );
    grant();
    await world.client.request('POST', '/datasets/d/tables', { body });
    permissions.deny('bigquery.jobs.create');
    expect(await refused(() => insert('denied', 'SELECT 1 AS x'))).toBe(
      'Access Denied: Project p: User does not have bigquery.jobs.create permission in project p.',
    );
    permissions.clear();
    permissions.deny('bigquery.tables.getData', 'd');
    const { status } = await world.client.query(`SELECT id FROM ${t}`);
    expect(status?.errorResult).toEqual({
      reason: 'accessDenied',
      message: `Access Denied: Table p:d.${id}: User does not have permission to query table p:d.${id}, or perhaps it does not exist.`,
    });
    permissions.clear();
    permissions.deny('bigquery.tables.updateData', 'd');
    const changed = await world.client.query(`DELETE FROM ${t} WHERE TRUE`);
    expect(changed.status?.errorResult?.reason).toBe('accessDenied');
    permissions.clear();
    permissions.deny('bigquery.tables.update', 'other');
    await world.client.rows(`ALTER TABLE ${t} ADD COLUMN c STRING`);
  });
});

describe('the log', () => {
  it('has every request, with its job and what that did', async () => {
    const before = world.double.requests.length;
    await insert('logged', 'SELECT 1 AS x');
    await world.client.request('GET', '/jobs/logged', { query: { location: 'EU' } });
    await insert('logged-script', 'SELECT 1 AS x; SELECT 2 AS x;');
    expect(world.double.requests.slice(before)).toMatchObject([
      {
        method: 'POST',
        path: '/bigquery/v2/projects/p/jobs',
        jobId: 'logged',
        statementType: 'SELECT',
        status: 200,
      },
      { method: 'GET', path: '/bigquery/v2/projects/p/jobs/logged', jobId: 'logged', status: 200 },
      { jobId: 'logged-script', statementType: 'SCRIPT' },
    ]);
  });
});
