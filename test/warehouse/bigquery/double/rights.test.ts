import { describe, expect, it, onTestFinished } from 'vitest';
import { withDouble } from './world.ts';

const world = withDouble();

function make(tableId: string): Promise<unknown> {
  const schema = { fields: [{ name: 'id', type: 'INT64' }] };
  return world.client.request('POST', '/datasets/d/tables', {
    body: { tableReference: { tableId }, schema },
  });
}

function test(table: string, permissions: readonly string[]): Promise<unknown> {
  const uri = `/datasets/d/tables/${table}:testIamPermissions`;
  return world.client.request('POST', uri, { body: { permissions } });
}

describe('questions that change nothing', () => {
  it('list tables, so many at most', async () => {
    for (const name of ['b', 'a', 'c']) await make(name);
    expect(
      await world.client.request('GET', '/datasets/d/tables', { query: { maxResults: '2' } }),
    ).toMatchObject({
      totalItems: 3,
      nextPageToken: 'more',
      tables: [{ tableReference: { tableId: 'a' }, type: 'TABLE' }, { id: 'p:d.b' }],
    });
  });

  it('tell which permissions there are on a table, and none on one that is not there', async () => {
    await make('rights');
    const asked = ['bigquery.tables.get', 'bigquery.tables.getData'];
    expect(await test('rights', asked)).toEqual({ permissions: asked });
    onTestFinished(world.double.permissions.deny('bigquery.tables.getData', 'd'));
    expect(await test('rights', asked)).toEqual({ permissions: ['bigquery.tables.get'] });
    expect(await test('none', asked)).toEqual({});
  });

  it('tell whether a table or a dataset could be made', async () => {
    await make('there');
    const dryRun = (sql: string): Promise<unknown> => world.client.query(sql, { dryRun: true });
    await dryRun('CREATE TABLE `p.d.fresh` (id INT64)');
    await dryRun('CREATE SCHEMA `p.fresh`');
    await expect(dryRun('CREATE TABLE `p.d.there` (id INT64)')).rejects.toMatchObject({ code: 409 });
    await expect(dryRun('CREATE TABLE `p.none.fresh` (id INT64)')).rejects.toMatchObject({ code: 404 });
    await expect(dryRun('CREATE SCHEMA `p.d`')).rejects.toMatchObject({ code: 409 });
    onTestFinished(world.double.permissions.deny('bigquery.tables.create', 'd'));
    onTestFinished(world.double.permissions.deny('bigquery.datasets.create'));
    for (const sql of ['CREATE TABLE `p.d.fresh` (id INT64)', 'CREATE SCHEMA `p.fresh`'])
      await expect(dryRun(sql), sql).rejects.toMatchObject({
        code: 403,
        errors: [{ reason: 'accessDenied' }],
      });
    await expect(world.client.request('GET', '/datasets/fresh')).rejects.toMatchObject({ code: 404 });
    await expect(world.client.request('GET', '/datasets/d/tables/fresh')).rejects.toMatchObject({
      code: 404,
    });
    await expect(world.client.query('CREATE TABLE `p.d.fresh` (id INT64)')).rejects.toMatchObject({
      code: 501,
    });
  });
});
