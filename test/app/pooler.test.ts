import { expect, it } from 'vitest';
import { keyway } from '../cli/run-keyway.ts';
import { pooler } from '../support/pooler.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox, wrong } from './account.ts';

/** What other clients of the same sessions may have left behind. */
const leftBehind = `
  create temporary table people (id int);
  prepare s as select 1;
  set datestyle = 'German, DMY';
  set timezone = 'Asia/Kathmandu';
  set search_path = 'nowhere';
  set standard_conforming_strings = off;
  set default_transaction_isolation = 'serializable';
  set default_transaction_read_only = off;`;

it('a pooler that gives each transaction another session, with fewer sessions than connections, is no trouble', async () => {
  const sandbox = await withSandbox({ contacts: 300 });
  const database = await withDatabase();
  const { url, moved } = await pooler(database.url, 2, leftBehind);
  const env = { ...environment(sandbox, { url }), ...hurried, KEYWAY_SYNC__SWEEP_EVERY: '0' };
  expect(await keyway(['check'], { env })).toMatchObject({ exitCode: 0 });
  expect(await keyway(['sync'], { env })).toMatchObject({ exitCode: 0 });
  sandbox.world.churn({ steps: 80 });
  sandbox.clock.advance(600_000);
  expect(await keyway(['sync'], { env })).toMatchObject({ exitCode: 0 });
  expect(await wrong(database, sandbox)).toEqual([]);
  expect(moved()).toBeGreaterThan(3);
});
