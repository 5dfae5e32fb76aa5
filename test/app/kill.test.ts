import pg from 'pg';
import { expect, it } from 'vitest';
import { openSandbox } from '../../src/sandbox/index.ts';
import { differences } from '../support/compare.ts';
import { withDatabase } from '../support/postgres.ts';
import { postgresTables } from '../support/tables.ts';
import { unlimited } from '../support/sync-world.ts';
import { run, runAndKill } from './killed.ts';

const kills = 50;

it(
  `survives kill -9 at ${kills} random moments: one clean run later all is true, one row per id`,
  { timeout: 600_000 },
  async () => {
    const { url } = await withDatabase();
    const sandbox = openSandbox({ seed: 7, contacts: 900, limits: unlimited, gzip: false });
    await sandbox.start();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("set timezone = 'UTC'");
    try {
      const env = {
        PATH: process.env.PATH,
        HUBSPOT_SERVICE_KEY: sandbox.key,
        HUBSPOT_BASE_URL: sandbox.url,
        KEYWAY_WAREHOUSE: url,
        KEYWAY_RATE_LIMIT__SEARCH_PER_SECOND: '1000',
        KEYWAY_SYNC__SWEEP_EVERY: '0',
        KEYWAY_RATE_LIMIT__ASSOCIATIONS_PER_SECOND: '1000',
      };
      let killed = 0;
      for (let round = 0; killed < kills; round++) {
        if (
          await runAndKill(env, {
            requests: () => sandbox.requests().total,
            after: (round * 7) % 45,
            later: (round * 13) % 70,
          })
        )
          killed++;
        sandbox.world.churn({ steps: 4 });
        sandbox.clock.advance(60_000);
      }
      sandbox.clock.advance(600_000);
      expect(await run(env)).toBe(0);
      expect(await differences(postgresTables(client, 'hubspot'), sandbox)).toEqual([]);
      const { rows } = await client.query<{ outcome: string; count: string }>(
        'select outcome, count(*) from keyway.runs group by outcome order by outcome',
      );
      expect(rows.map((row) => row.outcome)).not.toContain('running');
    } finally {
      await client.end();
      await sandbox.stop();
    }
  },
);
