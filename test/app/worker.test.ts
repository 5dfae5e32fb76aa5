import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, keyway } from '../cli/run-keyway.ts';
import { withDatabase, type TestDatabase } from '../support/postgres.ts';
import { holdingProxy } from '../support/holding-proxy.ts';
import { type Environment, environment, hurried, withSandbox, wrong } from './account.ts';
import { startWorker, yearly, type WorkerProcess } from './worker-process.ts';

const exits = { SIGINT: 130, SIGTERM: 143 } as const;

/** Kubernetes kills thirty seconds after it has asked. */
const patience = 25_000;

async function stop(worker: WorkerProcess, signal: keyof typeof exits = 'SIGTERM'): Promise<void> {
  worker.child.kill(signal);
  const { exitCode, took } = await worker.ended();
  expect([exitCode, worker.text()]).toEqual([exits[signal], expect.any(String)]);
  expect(took).toBeLessThan(patience);
}

/** The lease is free, and nothing is left open. */
async function isTidy(database: TestDatabase): Promise<void> {
  expect(await database.query('select name from keyway.leases')).toEqual([]);
  for (const table of ['runs', 'pipeline_runs'])
    expect(await database.query(`select from keyway.${table} where outcome = 'running'`)).toEqual([]);
}

describe('a worker', { timeout: 240_000 }, () => {
  it('syncs what has never run at once, keeps others out between runs, and stops when it is told to', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, ...yearly };
    const worker = startWorker(env);
    await worker.says(/nothing is due.*"next":"\d{4}-01-01T00:00:00.000Z"/);
    expect(await wrong(database, sandbox)).toEqual([]);
    const sync = await keyway(['sync'], { env });
    expect([sync.exitCode, sync.stderr]).toEqual([
      75,
      expect.stringMatching(/Another run is writing to this warehouse: worker \(host/),
    ]);
    await stop(worker);
    await isTidy(database);
    // It is not due again only because a worker starts.
    const next = startWorker(env);
    await next.says(/nothing is due/);
    await stop(next, 'SIGINT');
    expect(await database.query('select outcome, command from keyway.runs')).toEqual([
      { outcome: 'complete', command: 'worker' },
    ]);
    expect(await database.query('select count(distinct run_id)::int as runs from keyway.api_usage')).toEqual([
      { runs: 1 },
    ]);
  });

  it('stands by while another is at work, and takes over as soon as that stops', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, ...yearly };
    const first = startWorker(env);
    await first.says(/nothing is due/);
    const second = startWorker(env);
    await second.says(/standing by to take over when it ends/);
    const third = startWorker(env);
    await third.says(/standing by/);
    await stop(third);
    expect(await database.query('select name from keyway.leases')).toHaveLength(1);
    await stop(first);
    await second.says(/at work: this worker holds the lease/);
    await stop(second);
    await isTidy(database);
  });

  it.each([['/contacts\\?'], ['/crm/properties/']])(
    'is stopped in the middle of a run, at %s: that is interrupted, and the next worker completes it',
    async (path) => {
      const [sandbox, database] = [await withSandbox({ contacts: 300 }), await withDatabase()];
      const env = { ...environment(sandbox, database), ...hurried, ...yearly };
      const { url, held } = await holdingProxy(sandbox.url, new RegExp(`^GET .*${path}`));
      const worker = startWorker({ ...env, HUBSPOT_BASE_URL: url });
      await held;
      await stop(worker);
      await isTidy(database);
      expect(await database.query('select outcome from keyway.runs')).toEqual([{ outcome: 'interrupted' }]);
      const next = startWorker(env);
      await next.says(/nothing is due/);
      await stop(next);
      expect(await wrong(database, sandbox)).toEqual([]);
    },
  );

  it('that cannot end its batch is ended all the same, within 25 seconds; a second signal ends it at once', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 120 }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, ...yearly };
    const first = startWorker(env);
    await first.says(/nothing is due/);
    await stop(first);
    sandbox.world.churn({ steps: 40, objects: ['contacts'] });
    sandbox.clock.advance(600_000);
    // As if there had been no run yet: so the next one is due.
    await database.query('delete from keyway.pipeline_runs');
    await database.query('begin; lock table hubspot.contacts in share row exclusive mode');
    const locks = `select from pg_locks where not granted and relation = 'hubspot.contacts'::regclass`;
    for (const signals of [1, 2]) {
      const worker = startWorker(env);
      while ((await database.query(locks)).length === 0);
      worker.child.kill('SIGTERM');
      await worker.says(/Stopping cleanly/);
      if (signals === 2) worker.child.kill('SIGTERM');
      const { exitCode, took } = await worker.ended();
      expect(exitCode).toBe(143);
      expect(took).toBeLessThan(signals === 2 ? 2000 : patience);
      // The server notices that it is gone only once it can go on.
      while ((await database.query(locks)).length > 0)
        await database.query(`select pg_terminate_backend(pid) from pg_locks where not granted`);
    }
    await database.query('commit');
    const last = startWorker(env);
    await last.says(/nothing is due/);
    await stop(last);
    await isTidy(database);
  });

  it('gets over a warehouse that is not there, and stops meanwhile if it is told to', async () => {
    const sandbox = await withSandbox();
    const nowhere = { url: 'postgres://keyway@127.0.0.1:9/nowhere' };
    const worker = startWorker({ ...environment(sandbox, nowhere), ...hurried });
    await worker.says(/the worker could not go on; it tries again.*warehouse_unavailable/, 2);
    await stop(worker);
  });

  it('does not start without a key', async () => {
    const { exitCode, stderr } = await keyway(['worker'], { env: { KEYWAY_HTTP: 'off' } });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/No HubSpot Service Key/)]);
  });
});

describe('SIGHUP', { timeout: 120_000 }, () => {
  /** Settings in a file, as people change them. */
  async function inFolder(): Promise<{
    env: Environment;
    cwd: string;
    put: (yaml: string) => void;
    database: TestDatabase;
  }> {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'config'));
    const { KEYWAY_PIPELINES: _, ...env } = { ...environment(sandbox, database), ...hurried, ...yearly };
    return { env, cwd, put: (yaml) => writeFileSync(join(cwd, 'config/keyway.yaml'), yaml), database };
  }

  it('makes it read the settings again; what is new in them is synced at once', async () => {
    const { env, cwd, put, database } = await inFolder();
    put('pipelines: [contacts]\n');
    const worker = startWorker(env, { cwd });
    await worker.says(/nothing is due/);
    put('pipelines: [contacts, deals]\nlog: { level: debug }\n');
    worker.child.kill('SIGHUP');
    await worker.says(/read again, and hold from now on/);
    await worker.says(/nothing is due/, 2);
    const runs = 'select pipeline from keyway.pipeline_runs order by started_at';
    expect(await database.query(runs)).toEqual([{ pipeline: 'contacts' }, { pipeline: 'deals' }]);
    await stop(worker);
    await isTidy(database);
  });

  it('changes nothing where they are not right: the log says what is wrong, and those before go on to hold', async () => {
    const { env, cwd, put, database } = await inFolder();
    put('pipelines: [contacts]\n');
    const worker = startWorker(env, { cwd });
    await worker.says(/nothing is due/);
    put('pipelines: [contcts]\nschedules: { default: x }\n');
    worker.child.kill('SIGHUP');
    await worker.says(/not right: those from before go on to hold/);
    expect(worker.text()).toMatch(/"contcts\\" is not a pipeline; did you mean contacts\?/);
    expect(worker.text()).toMatch(/schedules\.default must be a cron expression/);
    put('pipelines: [contacts]\nproperties: { contacts: { hash: [email] } }\n');
    worker.child.kill('SIGHUP');
    await worker.says(/needs a key to hash with/);
    expect(worker.text()).not.toMatch(/hold from now on/);
    expect(await database.query('select name from keyway.leases')).toHaveLength(1);
    await stop(worker);
  });

  it('waits for the run under way, which ends as it began', async () => {
    const { env, cwd, put, database } = await inFolder();
    put('pipelines: [contacts]\n');
    const kind = /^GET .*\/contacts\?/;
    const held: (() => void)[] = [];
    const proxy = await holdingProxy(
      env['HUBSPOT_BASE_URL'] ?? '',
      kind,
      (_, passOn) => void held.push(passOn),
    );
    const worker = startWorker({ ...env, HUBSPOT_BASE_URL: proxy.url }, { cwd });
    await proxy.held;
    put('pipelines: [deals]\n');
    worker.child.kill('SIGHUP');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const passing = setInterval(() => held.splice(0).forEach((passOn) => passOn()), 20);
    await worker.says(/hold from now on/);
    await worker.says(/nothing is due/);
    clearInterval(passing);
    expect(
      await database.query('select pipeline, outcome from keyway.pipeline_runs order by started_at'),
    ).toEqual([
      { pipeline: 'contacts', outcome: 'complete' },
      { pipeline: 'deals', outcome: 'complete' },
    ]);
    await stop(worker);
  });
});
