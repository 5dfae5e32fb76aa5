import { expect, it } from 'vitest';
import { ownServer } from '../../support/own-server.ts';
import { commit, person, prepare, upsert } from '../laws/world.ts';
import { openAt, quoted, schema } from './subject.ts';

const rows = Array.from({ length: 10_000 }, (_, index) =>
  person({
    id: String(index + 1),
    name: `name ${index}`,
    tags: ['a', 'b'],
    amount: '12.50',
    extra: '{"a":1}',
  }),
);

it('writes next to no WAL and no new row versions for rows that are stored already', async () => {
  // The WAL is the whole server's: other tests would be measured too.
  const server = await ownServer({ autovacuum: 'off', checkpoint_timeout: '1h' });
  const warehouse = await prepare(await openAt(server.url));
  await commit(warehouse, upsert(rows));
  const versions = `select sum(hashtextextended(ctid::text || xmin::text || xmax::text, 0)) from ${quoted(schema)}.people`;
  const before = await server.query(versions);
  const [start] = await server.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn');
  expect(await commit(warehouse, upsert(rows))).toMatchObject({ unchanged: rows.length });
  const [written] = await server.query<{ bytes: number }>(
    'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::float8 as bytes',
    [start?.lsn],
  );
  expect(written?.bytes).toBeLessThanOrEqual(10 * rows.length);
  expect(await server.query(versions)).toEqual(before);
});
