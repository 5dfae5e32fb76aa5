import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { differences } from '../support/compare.ts';
import { withDatabase } from '../support/postgres.ts';
import { postgresTables } from '../support/tables.ts';
import { unlimited } from '../support/sync-world.ts';

const kills = 50;
const program = resolve(import.meta.dirname, '../../src/cli/keyway.mjs');

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
        if (await runAndKill(env, sandbox, round)) killed++;
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

/**
 * Kills a sync a few milliseconds after one of its requests, spread over the whole of it; whether it was still at work
 * then.
 */
async function runAndKill(env: NodeJS.ProcessEnv, sandbox: Sandbox, round: number): Promise<boolean> {
  const atRequest = sandbox.requests().total + ((round * 7) % 45);
  const child = spawn(process.execPath, [program, 'sync'], { env, stdio: 'ignore' });
  const watch = setInterval(() => {
    if (sandbox.requests().total < atRequest) return;
    clearInterval(watch);
    setTimeout(() => child.kill('SIGKILL'), (round * 13) % 70);
  }, 2);
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  clearInterval(watch);
  return signal === 'SIGKILL';
}

async function run(env: NodeJS.ProcessEnv): Promise<number | null> {
  const child = spawn(process.execPath, [program, 'sync'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
