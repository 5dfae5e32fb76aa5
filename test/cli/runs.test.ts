import { expect, it } from 'vitest';
import { environment, hurried, withSandbox } from '../app/account.ts';
import { withDatabase } from '../support/postgres.ts';
import { keyway } from './run-keyway.ts';

it('keyway runs lists what was run, and what the pipelines of a run did', async () => {
  const [sandbox, database] = [await withSandbox({ contacts: 20 }), await withDatabase()];
  const env = { ...environment(sandbox, database), ...hurried };
  const none = await keyway(['runs'], { env });
  expect([none.exitCode, none.stdout]).toEqual([0, expect.stringMatching(/Nothing was synced yet/)]);
  expect(await database.query(`select to_regclass('keyway.runs') as made`)).toEqual([{ made: null }]);
  await keyway(['sync', 'contacts', 'owners'], { env });
  sandbox.faults.add({ kind: 'forbidden 403', match: /owners/ });
  await keyway(['sync', 'owners'], { env });
  const list = await keyway(['runs', '--json'], { env });
  const { runs } = JSON.parse(list.stdout) as { runs: { id: string; command: string; outcome: string }[] };
  expect(runs.map(({ command, outcome }) => `${command}: ${outcome}`)).toEqual([
    'sync owners: incomplete',
    'sync contacts owners: complete',
  ]);
  const [latest, first] = runs;
  expect((await keyway(['runs'], { env })).stdout).toMatch(
    /incomplete +sync owners[^]*complete +sync contacts owners/,
  );
  expect((await keyway(['runs', '--limit', '1'], { env })).stdout).not.toContain('sync contacts owners');
  const one = await keyway(['runs', first?.id ?? ''], { env });
  // In the order in which they began, which is the machine's.
  expect(one.stdout).toMatch(/contacts +complete +2\d/);
  expect(one.stdout).toMatch(/owners +complete/);
  const skipped = await keyway(['runs', latest?.id ?? ''], { env });
  expect(skipped.stdout).toMatch(/owners +skipped[^]*What kept pipelines[^]*owners +.*scope_missing/s);
  const unknown = await keyway(['runs', 'ffffffff'], { env });
  expect([unknown.exitCode, unknown.stderr]).toEqual([
    2,
    expect.stringMatching(/There is no run "ffffffff"/),
  ]);
});
