import { expect, it } from 'vitest';
import { bigqueryCells, bigqueryTables } from '../support/bigquery-engine.ts';
import type { BigqueryDouble } from '../support/bigquery/index.ts';
import { differences } from '../support/compare.ts';
import { environment, hurried, withSandbox } from './account.ts';
import { withBigquery } from './bigquery.ts';
import { run, runAndKill } from './killed.ts';

const staging = 'hubspot_keyway_staging';

/** KEYWAY_TEST_KILLS=50 takes a few minutes. */
const kills = Number(process.env['KEYWAY_TEST_KILLS'] ?? 12);

it(
  `with BigQuery, kill -9 at ${kills} random moments leaves nothing behind that one clean run does not put right`,
  { timeout: 1_800_000 },
  async () => {
    const [sandbox, { double, env: warehouse }] = [
      await withSandbox({ seed: 7, contacts: 300 }),
      await withBigquery(),
    ];
    const env = {
      PATH: process.env.PATH,
      ...environment(sandbox, { url: '' }),
      ...hurried,
      ...warehouse,
      KEYWAY_SYNC__SWEEP_EVERY: '0',
    };
    let killed = 0;
    for (let round = 0; killed < kills; round++) {
      const moment = { after: (round * 67) % 320, later: (round * 13) % 70 };
      if (await runAndKill(env, { requests: () => double.requests.length, ...moment })) killed++;
      sandbox.world.churn({ steps: 4 });
      sandbox.clock.advance(60_000);
    }
    sandbox.clock.advance(600_000);
    const left = await stagingTables(double);
    expect(left.length).toBeGreaterThan(0);
    expect(await run(env)).toBe(0);
    expect(await differences(bigqueryTables(double), sandbox, { holds: bigqueryCells })).toEqual([]);
    for (const object of ['contacts', 'companies', 'deals', 'tickets']) {
      const twice = `select id from hubspot.${object} group by id having count(*) > 1`;
      expect(await double.sql(twice)).toEqual([]);
    }
    const runs = await double.sql('select outcome from hubspot_keyway.runs');
    expect(runs.length).toBeGreaterThanOrEqual(kills / 2);
    expect(runs.map(({ outcome }) => outcome)).not.toContain('running');

    // What the dead could not drop is dropped by BigQuery; nobody drops what may be another run's.
    expect(await found(double, left)).toBe(left.length);
    double.clock.advance(3 * 86_400_000);
    expect(await found(double, left)).toBe(0);
  },
);

async function stagingTables(double: BigqueryDouble): Promise<readonly string[]> {
  const tables = await double.sql(
    `select table_name as name from duckdb_tables() where schema_name = '${staging}'`,
  );
  return tables.map((row) => String(row['name']));
}

/** How many of these tables the API knows. */
async function found({ url, project }: BigqueryDouble, tables: readonly string[]): Promise<number> {
  const path = `${url}/bigquery/v2/projects/${project}/datasets/${staging}/tables`;
  const answers = await Promise.all(tables.map((name) => fetch(`${path}/${name}`)));
  return answers.filter(({ status }) => status === 200).length;
}
