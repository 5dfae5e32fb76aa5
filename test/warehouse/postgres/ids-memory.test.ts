import { expect, it } from 'vitest';
import { withDatabase } from '../../support/postgres.ts';
import { openAt, schema } from './subject.ts';

/** As after a night in which a calculated property of every record has changed. */
it(
  'rows that were written are gone through in bounded memory, however many',
  { timeout: 240_000 },
  async () => {
    const database = await withDatabase();
    const million = 1_000_000;
    await database.query(`create schema "${schema}"`);
    await database.query(`create table "${schema}".deals as
    select 7891023000 + n * 12 as id, false as _archived, null::timestamptz as _deleted_at,
           now() as _updated_at, now() as _synced_at
      from generate_series(1, ${2 * million}) n`);
    await database.query(`alter table "${schema}".deals add primary key (id)`);
    const warehouse = await openAt(database.url);
    const before = process.memoryUsage().rss;
    let peak = 0;
    const chunks = warehouse.ids({ table: 'deals', state: 'any', writtenSince: 0, chunk: 1000 });
    for await (const chunk of chunks) {
      expect(chunk).toHaveLength(1000);
      peak = process.memoryUsage().rss - before;
      break;
    }
    const bytesPerRow = peak / (2 * million);
    expect(bytesPerRow).toBeLessThan(20);
  },
);
