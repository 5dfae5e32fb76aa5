import { expect, it } from 'vitest';
import { queryPostgres } from '../../../src/warehouse/postgres/index.ts';
import { withDatabase } from '../../support/postgres.ts';

it('a query gives names, types and values as Postgres writes them, whatever the time zone here', async () => {
  const { url } = await withDatabase();
  const sql = `select 1::bigint as id, 1.50::numeric as amount, array['a', null] as many, null::date as day,
                      timestamptz '2026-01-31 09:30:00+02' as at`;
  expect(await queryPostgres(url, sql)).toEqual({
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'amount', type: 'numeric' },
      { name: 'many', type: 'text[]' },
      { name: 'day', type: 'date' },
      { name: 'at', type: 'timestamptz' },
    ],
    rows: [['1', '1.50', '{a,NULL}', null, '2026-01-31 07:30:00+00']],
  });
});

it('a query cannot write', async () => {
  const { url } = await withDatabase();
  await expect(queryPostgres(url, 'create table planted ()')).rejects.toMatchObject({
    details: { code: '25006' },
  });
});
