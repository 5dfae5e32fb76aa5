import { expect, it } from 'vitest';
import type { Checkpoint } from '../../src/checkpoint.ts';
import { bigqueryCells, bigqueryTables } from '../support/bigquery-engine.ts';
import type { BigqueryDouble } from '../support/bigquery/index.ts';
import { differences } from '../support/compare.ts';
import { environment, hurried, withSandbox } from './account.ts';
import { withBigquery } from './bigquery.ts';
import { keptClaims, thorough, trusting } from './kept-claims.ts';
import { momentOf, run, runAndKill } from './killed.ts';

const staging = 'hubspot_keyway_staging';

const hour = 3_600_000;

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
      ...trusting,
    };
    const claims = async (): ReturnType<typeof keptClaims> =>
      keptClaims({ tables: bigqueryTables(double), checkpoints: await checkpointsOf(double) }, sandbox);

    let killed = 0;
    for (let round = 0; killed < kills; round++) {
      const anywhere = { requests: () => double.requests.length, after: (round * 67) % 320, later: 13 };
      const moment =
        round % 2 === 0 ? anywhere : { ...momentOf(sandbox, 2 * round), later: (round * 97) % 700 };
      if (await runAndKill(env, moment)) killed++;
      expect((await claims()).broken).toEqual([]);
      sandbox.world.churn({ steps: 20 });
      sandbox.clock.advance(2 * hour);
    }
    const [left, last] = [await stagingTables(double), sandbox.clock.now()];
    expect(left.length).toBeGreaterThan(0);
    sandbox.clock.advance(2 * hour);
    expect(await run(env)).toBe(0);
    const { broken, claims: upTo } = await claims();
    expect(broken).toEqual([]);
    for (const claim of upTo.values()) expect(claim).toBeGreaterThan(last);
    expect(await run({ ...env, ...thorough })).toBe(0);
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

async function checkpointsOf(double: BigqueryDouble): Promise<ReadonlyMap<string, Checkpoint>> {
  const there = await double.sql(
    `select 1 from duckdb_tables() where schema_name = 'hubspot_keyway' and table_name = 'checkpoints'`,
  );
  const rows =
    there.length === 0
      ? []
      : await double.sql(
          'select pipeline, checkpoint::varchar as checkpoint from hubspot_keyway.checkpoints where version > 0',
        );
  return new Map(
    rows.map(({ pipeline, checkpoint }) => [String(pipeline), JSON.parse(String(checkpoint)) as Checkpoint]),
  );
}

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
