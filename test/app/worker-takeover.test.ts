import { expect, it } from 'vitest';
import { holdingProxy } from '../support/holding-proxy.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox, wrong } from './account.ts';
import { everyMinute, startWorker, type WorkerProcess } from './worker-process.ts';

const kills = Number(process.env['KEYWAY_TEST_KILLS'] ?? 3);
const atWork = /at work: this worker holds the lease/;

it(
  `the other of two workers takes over within a minute when the one at work is killed with -9, ${kills} times: nothing is lost, doubled or left open`,
  { timeout: 120_000 + kills * 90_000 },
  async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 300 }), await withDatabase()];
    // In no hurry: so that the run of whoever takes over still goes on when the next one stands by.
    const env = { ...environment(sandbox, database), ...everyMinute, KEYWAY_SYNC__SWEEP_EVERY: '0' };
    let first = startWorker(env);
    await first.says(atWork);
    let second: WorkerProcess = startWorker(env);
    await second.says(/standing by/);
    const gaps: number[] = [];
    for (let round = 0; round < kills; round += 1) {
      // In the middle of a run: of the one that is under way or was cut short, or of the next one.
      const until = sandbox.requests().total + 5 + ((round * 17) % 40);
      while (sandbox.requests().total < until) await new Promise((resolve) => setTimeout(resolve, 5));
      first.child.kill('SIGKILL');
      const since = performance.now();
      sandbox.world.churn({ steps: 8 });
      sandbox.clock.advance(60_000);
      await second.says(atWork);
      gaps.push(performance.now() - since);
      [first, second] = [second, startWorker(env)];
      await second.says(/standing by/);
    }
    expect(Math.max(...gaps)).toBeLessThan(60_000);
    second.child.kill('SIGTERM');
    expect((await second.ended()).exitCode).toBe(143);
    // A run that is whole begins after the last change. A list of which one member was archived while another came back has as many
    // as before: it is read again within a week.
    sandbox.clock.advance(8 * 86_400_000);
    const complete = first.text().match(/run complete/g)?.length ?? 0;
    await first.says(/run complete/, complete + 2);
    first.child.kill('SIGTERM');
    expect((await first.ended()).exitCode).toBe(143);
    expect(await wrong(database, sandbox)).toEqual([]);
    const outcomes = await database.query<{ outcome: string }>('select distinct outcome from keyway.runs');
    expect(outcomes.map(({ outcome }) => outcome)).not.toContain('running');
    expect(outcomes.map(({ outcome }) => outcome)).toContain('crashed');
    expect(await database.query(`select from keyway.pipeline_runs where outcome = 'running'`)).toEqual([]);
    expect(await database.query('select name from keyway.leases')).toEqual([]);
  },
);

it('what a killed worker has left open is closed as soon as another takes over, even where no run comes about there', async () => {
  const [sandbox, database] = [await withSandbox(), await withDatabase()];
  const env = { ...environment(sandbox, database), ...hurried, ...everyMinute };
  const { url, held } = await holdingProxy(sandbox.url, /^GET .*\/contacts\?/);
  const first = startWorker({ ...env, HUBSPOT_BASE_URL: url });
  await held;
  first.child.kill('SIGKILL');
  const second = startWorker({ ...env, HUBSPOT_BASE_URL: 'http://127.0.0.1:9' });
  await second.says(atWork);
  expect(await database.query('select outcome from keyway.runs')).toEqual([{ outcome: 'crashed' }]);
  expect(await database.query(`select from keyway.pipeline_runs where outcome = 'running'`)).toEqual([]);
  second.child.kill('SIGTERM');
  expect((await second.ended()).exitCode).toBe(143);
});
