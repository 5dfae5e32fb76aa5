import { expect, it } from 'vitest';
import { environment, hurried, withSandbox, wrong } from '../app/account.ts';
import { withDatabase } from '../support/postgres.ts';
import { keyway } from './run-keyway.ts';

it('keyway reset forgets how far a pipeline is, drops rows only where somebody has said so, and loses nothing', async () => {
  const [sandbox, database] = [await withSandbox({ contacts: 20 }), await withDatabase()];
  const env = { ...environment(sandbox, database), ...hurried };
  await keyway(['sync'], { env });
  const count = async (): Promise<unknown> =>
    (await database.query<{ rows: number }>('select count(*)::int as rows from hubspot.deals'))[0]?.rows;
  const rows = await count();
  const reset = await keyway(['reset', 'deals'], { env });
  expect([reset.exitCode, reset.stdout]).toEqual([0, expect.stringMatching(/Forgotten how far deals is/)]);
  expect(await database.query(`select from keyway.checkpoints where pipeline = 'deals'`)).toEqual([]);
  expect(await count()).toBe(rows);

  const asked = await keyway(['reset', 'deals', '--drop-table'], { env });
  expect([asked.exitCode, asked.stderr]).toEqual([
    2,
    expect.stringMatching(/would drop deals \(\d+ rows\).*keyway reset deals --drop-table --yes/),
  ]);
  expect(await count()).toBe(rows);

  const dropped = await keyway(['reset', 'deals', '--drop-table', '--yes', '--json'], { env });
  expect(JSON.parse(dropped.stdout)).toMatchObject({ dropped: [{ table: 'deals', rows }], exitCode: 0 });
  expect(await database.query(`select to_regclass('hubspot.deals') as there`)).toEqual([{ there: null }]);
  expect(
    await database.query(`select table_name from keyway.schema_changes where kind = 'drop_table'`),
  ).toEqual([{ table_name: 'deals' }]);
  expect((await keyway(['sync'], { env })).exitCode).toBe(0);
  expect(await wrong(database, sandbox)).toEqual([]);

  const unknown = await keyway(['reset', 'delas'], { env });
  expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringMatching(/Did you mean deals\?/)]);
});

it('a table that a view of yours reads is not dropped, and its checkpoint stays', async () => {
  const [sandbox, database] = [await withSandbox({ contacts: 20 }), await withDatabase()];
  const env = { ...environment(sandbox, database), ...hurried };
  await keyway(['sync', 'owners'], { env });
  await database.query('create view names as select id from hubspot.owners');
  const refused = await keyway(['reset', 'owners', '--drop-table', '--yes'], { env });
  expect([refused.exitCode, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/something of yours is built on/),
  ]);
  expect(await database.query(`select pipeline from keyway.checkpoints`)).toEqual([{ pipeline: 'owners' }]);
});
