import { expect, it } from 'vitest';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox, wrong } from './account.ts';
import { storedClaims, thorough, trusting } from './kept-claims.ts';
import { momentOf, run, runAndKill } from './killed.ts';

const kills = 50;

it(
  `survives kill -9 at ${kills} random moments: one clean run later all is true, one row per id`,
  { timeout: 600_000 },
  async () => {
    const [sandbox, database] = [await withSandbox({ seed: 7, contacts: 900 }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, ...trusting, PATH: process.env.PATH };
    let killed = 0;
    for (let round = 0; killed < kills; round++) {
      if (await runAndKill(env, momentOf(sandbox, round))) killed++;
      if (killed > 0) expect((await storedClaims(database, sandbox)).broken).toEqual([]);
      sandbox.world.churn({ steps: 40 });
      sandbox.clock.advance(round % 4 === 0 ? 60_000 : 2 * 3_600_000);
    }
    const last = sandbox.clock.now();
    sandbox.clock.advance(2 * 3_600_000);
    expect(await run(env)).toBe(0);
    const { broken, claims: upTo } = await storedClaims(database, sandbox);
    expect(broken).toEqual([]);
    for (const claim of upTo.values()) expect(claim).toBeGreaterThan(last);
    expect(await run({ ...env, ...thorough })).toBe(0);
    expect(await wrong(database, sandbox)).toEqual([]);
    expect(await database.query(`select from keyway.runs where outcome = 'running'`)).toEqual([]);
  },
);
