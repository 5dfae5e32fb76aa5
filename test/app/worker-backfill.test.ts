import { describe, expect, it, onTestFinished } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { keyway } from '../cli/run-keyway.ts';
import { withDatabase, type TestDatabase } from '../support/postgres.ts';
import { type Environment, environment, hurried, withSandbox, wrong } from './account.ts';
import { startInProcess } from './worker-in-process.ts';
import { everyMinute, startWorker, yearly, type WorkerProcess } from './worker-process.ts';

interface Place {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  readonly env: Environment;
}

/** An account whose copy was up to date, and that somebody has spoilt since. */
async function spoilt(
  contacts: number,
  further: Environment,
  choice: Parameters<typeof withSandbox>[0] = {},
): Promise<Place> {
  const [sandbox, database] = [await withSandbox({ contacts, ...choice }), await withDatabase()];
  const env = { ...environment(sandbox, database), ...hurried, ...further };
  expect(await keyway(['sync'], { env })).toMatchObject({ exitCode: 0 });
  await database.query("update hubspot.contacts set email = 'spoilt'");
  return { sandbox, database, env };
}

async function left(database: TestDatabase): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    "select count(*)::int as count from hubspot.contacts where email = 'spoilt'",
  );
  return row?.count ?? 0;
}

async function stop(worker: WorkerProcess): Promise<void> {
  worker.child.kill('SIGTERM');
  const { exitCode, took } = await worker.ended();
  expect([exitCode, worker.text()]).toEqual([143, expect.any(String)]);
  expect(took).toBeLessThan(25_000);
}

const finished = /the backfill is finished/;

/** The runs of it, and how they ended. */
function outcomes(database: TestDatabase, command: string): Promise<readonly { outcome: string }[]> {
  return database.query('select outcome from keyway.runs where command = $1 order by started_at', [command]);
}

describe('a backfill beside the schedules of a worker', { timeout: 240_000 }, () => {
  it('goes on between runs, which begin when they are due; then all is as if it had been read afresh', async () => {
    const slow = { ...everyMinute, KEYWAY_BACKFILL__SHARE: '0.01' };
    const { sandbox, database, env } = await spoilt(1100, slow);
    const worker = await startInProcess(env, 10, { pipelines: ['contacts'], backfill: {} });
    const churning = setInterval(() => {
      sandbox.world.churn({ steps: 2 });
      sandbox.clock.advance(20_000);
    }, 500);
    onTestFinished(() => clearInterval(churning));
    await worker.says(finished);
    clearInterval(churning);
    // So that what leaves no trace is due, too: calculated values, lists.
    sandbox.clock.advance(8 * 24 * 3_600_000);
    const done = (await worker.says(/^run complete/)).length;
    await worker.says(/^run complete/, done + 2);
    await worker.stop();
    expect(await left(database)).toBe(0);
    expect(await wrong(database, sandbox)).toEqual([]);
    const runs = (await outcomes(database, 'worker --backfill contacts')).map(({ outcome }) => outcome);
    expect(runs.length).toBeGreaterThan(1);
    expect(runs.at(-1)).toBe('complete');
    const told = worker.events.flatMap((event) => (event.kind === 'backfill' ? [event] : []));
    expect(told[0]).toMatchObject({ pipeline: 'contacts', state: { phase: 'records' } });
    expect(told.at(-1)?.state.finishedAt).toBeTypeOf('number');
  });

  it("has had its share of the day's calls: it rests, and the schedules go on", async () => {
    const limits = { burst: 1e6, search: 1e6, associations: 1e6, daily: 1000 };
    const few = { ...everyMinute, KEYWAY_PIPELINES: 'account,contacts', KEYWAY_BACKFILL__SHARE: '0.01' };
    const { sandbox, database, env } = await spoilt(2600, few, { limits });
    expect(sandbox.requests().total).toBeGreaterThan(10);
    const worker = await startInProcess(env, 20, { pipelines: ['contacts'], backfill: {} });
    const [line] = await worker.says(/the backfill has had its share/);
    expect(Date.parse(String(line?.facts['until']))).toBeGreaterThan(worker.clock.now());
    const done = (await worker.says(/^run complete/)).length;
    await worker.says(/^run complete/, done + 2);
    await worker.stop();
    // How many calls there are is first known within a step.
    expect(await left(database)).toBeGreaterThan(1500);
    expect((await outcomes(database, 'worker --backfill contacts')).length).toBeLessThanOrEqual(1);
  });

  it('goes on where a worker was killed or stopped, by other settings than before; and is not done again once it is finished', async () => {
    const { sandbox, database, env } = await spoilt(2600, yearly);
    const args = ['contacts', '--backfill', '--since', '2020-01-01', '--by', 'created'];
    const slow = { ...env, KEYWAY_BACKFILL__SHARE: '0.01' };
    const first = startWorker(slow, { args });
    await first.says(/ backfill .*"read":1/);
    first.child.kill('SIGKILL');
    const other = startWorker(env, { args: ['contacts', '--backfill', '--properties', 'email,lastname'] });
    await other.says(/ backfill .*"read":1/);
    // At once: it has little left to do.
    other.child.kill('SIGKILL');
    sandbox.world.churn({ steps: 20 });
    sandbox.clock.advance(600_000);
    const second = startWorker(slow, { args });
    await second.says(/ backfill .*"read":2/);
    // Now it rests.
    await stop(second);
    expect(await database.query('select name from keyway.leases')).toEqual([]);
    expect(await outcomes(database, 'worker --backfill contacts')).toEqual(
      ['crashed', 'crashed', 'interrupted'].map((outcome) => ({ outcome })),
    );
    const rules = { properties: { contacts: { exclude: ['phone'] } } };
    const changed = { ...env, KEYWAY_PROPERTIES: JSON.stringify(rules.properties) };
    const third = startWorker({ ...changed, KEYWAY_SCHEDULES__DEFAULT: '* * * * *' }, { args });
    await third.says(finished);
    await third.says(/run complete/, 2);
    await stop(third);
    expect(await left(database)).toBe(0);
    expect(await wrong(database, sandbox, { rules })).toEqual([]);
    sandbox.clearLogs();
    const last = startWorker(changed, { args });
    await last.says(finished);
    await last.says(/nothing is due/);
    await stop(last);
    expect(sandbox.requests().total).toBe(0);
  });

  it('waits for its table to be loaded, and tries again what fails', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 30 }), await withDatabase()];
    const few = { ...environment(sandbox, database), ...hurried, KEYWAY_PIPELINES: 'account,deals' };
    const env = { ...few, KEYWAY_SCHEDULES__DEFAULT: '*/20 * * * *', KEYWAY_SCHEDULES__JITTER: '0' };
    const broken = { kind: 'forbidden 403', match: '/deals' } as const;
    const load = sandbox.faults.add(broken);
    const first = await startInProcess(env, 1000, { pipelines: ['deals'], backfill: {} });
    await first.says(/^run incomplete/);
    await first.says(/^nothing is due/);
    expect(await outcomes(database, 'worker --backfill deals')).toEqual([]);
    load();
    await first.says(finished);
    await first.stop();
    const again = sandbox.faults.add(broken);
    const properties = ['amount'];
    const second = await startInProcess(env, 1000, { pipelines: ['deals'], backfill: { properties } });
    await second.says(/^run incomplete/, 2);
    again();
    await second.says(finished);
    await second.stop();
    const all = await outcomes(database, 'worker --backfill deals');
    expect(all.at(-1)).toEqual({ outcome: 'complete' });
    expect(all.length).toBeGreaterThan(2);
    // It waits longer and longer.
    expect(all.length).toBeLessThan(12);
  });

  it.each([
    [['contacts'], /naming contacts is for --backfill/],
    [['--since', '2026-01-01'], /--since is about what --backfill reads/],
    [['lists', '--backfill'], /lists has no records to backfill/],
    [['contcts', '--backfill'], /Did you mean contacts\?/],
  ])('%j is refused before anything is opened', async (args, says) => {
    const sandbox = await withSandbox({ contacts: 1 });
    const env = {
      ...environment(sandbox, { url: 'postgres://keyway@127.0.0.1:9/nowhere' }),
      KEYWAY_HTTP: 'off',
    };
    const { exitCode, stderr } = await keyway(['worker', ...args], { env });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(says)]);
    expect(sandbox.requests().total).toBe(0);
  });
});
