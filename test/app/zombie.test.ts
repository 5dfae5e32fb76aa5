import { expect, it } from 'vitest';
import { finished, keyway, start } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { contents, environment, hurried, withSandbox, wrong } from './account.ts';
import { holdingProxy } from '../support/holding-proxy.ts';

it.each([
  ['in its first load', false],
  ['while it fetches changes', true],
])(
  'a sync that sleeps past its lease %s, and wakes when another has done its work, writes nothing more and says so',
  async (_, loaded) => {
    const [sandbox, database] = [await withSandbox({ contacts: 300 }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, KEYWAY_SYNC__SWEEP_EVERY: '0' };
    if (loaded) {
      expect((await keyway(['sync'], { env })).exitCode).toBe(0);
      sandbox.world.churn({ steps: 60 });
      sandbox.clock.advance(600_000);
    }
    const held: (() => void)[] = [];
    let awake = false;
    const hold = (_response: unknown, passOn: () => void): void =>
      awake ? passOn() : void held.push(passOn);
    const kind = loaded ? /^POST .*\/contacts\/batch\/read/ : /^GET .*\/contacts\?.*after=/;
    const proxy = await holdingProxy(sandbox.url, kind, hold);
    const sleeper = start(['sync', 'contacts'], { env: { ...env, HUBSPOT_BASE_URL: proxy.url } });
    const result = finished(sleeper);
    await proxy.held;
    // One that slept within a transaction would hold up the other until Postgres ends it, after two minutes.
    const busy = `select from pg_stat_activity where application_name = 'keyway' and xact_start is not null and datname = current_database()`;
    while ((await database.query(busy)).length > 0);
    sleeper.kill('SIGSTOP');
    await database.query('update keyway.leases set expires_at = clock_timestamp()');

    expect(await keyway(['sync'], { env })).toMatchObject({ exitCode: 0 });
    const { 'keyway.checkpoints': checkpoints, ...before } = await contents(database);
    awake = true;
    held.forEach((passOn) => passOn());
    sleeper.kill('SIGCONT');
    const { exitCode, stdout } = await result;
    expect(exitCode).toBe(75);
    expect(stdout).toMatch(/Another run has moved the checkpoint of contacts/);
    const after = await contents(database);
    expect(after['keyway.checkpoints']).toBe(checkpoints);
    for (const table of Object.keys(before).filter((name) => name.startsWith('hubspot.')))
      expect([table, after[table]]).toEqual([table, before[table]]);
    expect(await wrong(database, sandbox)).toEqual([]);
    expect(await database.query('select name from keyway.leases')).toEqual([]);
  },
);
