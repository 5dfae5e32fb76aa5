import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox } from '../../src/sandbox/index.ts';
import { keyway } from '../cli/run-keyway.ts';
import { holdingProxy, type Instead } from '../support/holding-proxy.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { unlimited } from '../support/sync-world.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { type Environment, environment, hurried, wrong } from './account.ts';
import { startWorker, yearly, type WorkerProcess } from './worker-process.ts';

const sandbox = openSandbox({ seed: 5, contacts: 150, extraProperties: 0, limits: unlimited });
let database: TestDatabase & { drop(): Promise<void> };
let env: Environment;

beforeAll(async () => {
  await sandbox.start();
  database = await createDatabase();
  env = { ...environment(sandbox, database), ...hurried, KEYWAY_SYNC__SWEEP_EVERY: '0' };
});
afterAll(async () => {
  await database.drop();
  await sandbox.stop();
});

const loaded = `select from pg_tables where schemaname = 'hubspot'`;

async function synced(): Promise<void> {
  expect((await keyway(['sync'], { env })).exitCode).toBe(0);
}

/** Kubernetes kills thirty seconds after it has asked. */
const patience = 25_000;

async function stopped(worker: WorkerProcess): Promise<void> {
  worker.child.kill('SIGTERM');
  const { exitCode, took } = await worker.ended();
  expect([exitCode, worker.text()]).toEqual([143, expect.stringContaining('Stopping cleanly after SIGTERM')]);
  expect(took).toBeLessThan(patience);
}

/** The lease is free, and nothing is left open. */
async function isTidy(): Promise<void> {
  expect(await database.query('select name from keyway.leases')).toEqual([]);
  for (const table of ['runs', 'pipeline_runs'])
    expect(await database.query(`select from keyway.${table} where outcome = 'running'`)).toEqual([]);
}

const tooMany: Instead = (response) =>
  response
    .writeHead(429, { 'content-type': 'application/json', 'retry-after': '30' })
    .end(
      '{"status":"error","message":"You have reached your ten_secondly_limit.","policyName":"TEN_SECONDLY_ROLLING"}',
    );

describe('SIGTERM ends a worker cleanly and soon, wherever it is:', { timeout: 120_000 }, () => {
  it.each<[string, RegExp, Instead?]>([
    ['trying the key', /^GET \/account-info\//],
    ['asking for scopes', /^POST \/oauth\//],
    ['reading definitions', /^GET \/crm\/properties\/[\d-]+\/deals/],
    ['searching for changes', /^POST .*\/contacts\/search/],
    ['reading what has changed', /^POST .*\/contacts\/batch\/read/],
    ['waiting for a rate limit to pass', /^POST .*\/contacts\/search/, tooMany],
    ['in a sweep', /^GET .*\/tickets\?(?!.*archived=true)/],
    ['reading links', /^POST \/crm\/associations\//],
  ])('%s', async (_, kind, instead) => {
    if ((await database.query(loaded)).length === 0) await synced();
    // As if there had been no run yet: so all are due.
    await database.query('delete from keyway.pipeline_runs');
    sandbox.world.churn({ steps: 30 });
    sandbox.clock.advance(600_000);
    const { url, held } = await holdingProxy(sandbox.url, kind, instead);
    const worker = startWorker({ ...env, ...yearly, HUBSPOT_BASE_URL: url });
    await held;
    await stopped(worker);
    await isTidy();
  });

  it.each<[string, RegExp, readonly string[]]>([
    ['in a step of a backfill', /^GET .*\/contacts\?/, ['contacts', '--backfill']],
    ['in the links of a backfill', /^POST \/crm\/associations\//, ['deals', '--backfill']],
    [
      'in a backfill of some columns',
      /^POST .*\/batch\/read/,
      ['--backfill', '--properties', 'hs_object_id'],
    ],
  ])('%s', async (_, kind, args) => {
    await synced();
    const { url, held } = await holdingProxy(sandbox.url, kind);
    const worker = startWorker({ ...env, ...yearly, HUBSPOT_BASE_URL: url }, { args });
    await held;
    await stopped(worker);
    await isTidy();
    const last = 'select command, outcome from keyway.runs order by started_at desc limit 1';
    expect(await database.query(last)).toEqual([
      { command: expect.stringMatching(/^worker --backfill/) as string, outcome: 'interrupted' },
    ]);
  });

  it('waiting for a new key', async () => {
    await database.query('delete from keyway.pipeline_runs');
    const key = 'pat-na1-00000000-0000-0000-0000-000000000000';
    const refused = { HUBSPOT_SERVICE_KEY: key, KEYWAY_HUBSPOT__KEY_WAIT: '0' };
    const worker = startWorker({ ...env, ...yearly, ...refused });
    await worker.says(/nothing can be read for now/);
    await stopped(worker);
    await isTidy();
  });

  it('standing by', async () => {
    await database.query(
      `insert into keyway.leases (name, holder, label, expires_at)
       values ('sync', $1, 'another', clock_timestamp() + interval '1 hour')`,
      [`${hostname()}/${process.pid}/test`],
    );
    const worker = startWorker({ ...env, ...yearly });
    await worker.says(/standing by/);
    await stopped(worker);
    expect(await database.query('select label from keyway.leases')).toEqual([{ label: 'another' }]);
    await database.query('delete from keyway.leases');
    await isTidy();
  });

  it('with a warehouse that does not answer any more', async () => {
    let isSilent = false;
    const { url } = await tcpProxy(database.url, () => (isSilent ? 'swallow' : 'pass'));
    const worker = startWorker({ ...env, ...yearly, KEYWAY_WAREHOUSE: url });
    await worker.says(/nothing is due/);
    isSilent = true;
    await stopped(worker);
    // Its lease is its own until it expires, or its process is seen to be dead.
    await database.query('delete from keyway.leases');
    await isTidy();
  });

  it('and all is true one run later', async () => {
    await synced();
    expect(await wrong(database, sandbox)).toEqual([]);
  });
});
