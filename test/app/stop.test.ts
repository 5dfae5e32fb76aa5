import type { ChildProcess } from 'node:child_process';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox } from '../../src/sandbox/index.ts';
import { finished, keyway, start } from '../cli/run-keyway.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { unlimited } from '../support/sync-world.ts';
import { type Environment, environment, hurried, wrong } from './account.ts';
import { storedClaims, thorough, trusting } from './kept-claims.ts';
import { holdingProxy, type Instead } from '../support/holding-proxy.ts';

const sandbox = openSandbox({ seed: 5, contacts: 150, extraProperties: 0, limits: unlimited });
let database: TestDatabase & { drop(): Promise<void> };
let env: Environment;

beforeAll(async () => {
  await sandbox.start();
  database = await createDatabase();
  env = { ...environment(sandbox, database), ...hurried, ...trusting };
});
afterAll(async () => {
  await database.drop();
  await sandbox.stop();
});

const exits = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof exits;

/** Long enough for what has changed before to be claimed. */
const settled = 2 * 3_600_000;

/** Docker kills ten seconds after it has asked. */
const patience = 8_000;

/** Stops a sync once it is where it should be. */
async function stopped(child: ChildProcess, there: Promise<unknown>, signal: Signal): Promise<string> {
  const result = finished(child);
  await there;
  const asked = performance.now();
  child.kill(signal);
  const { exitCode, stdout, stderr } = await result;
  expect(performance.now() - asked).toBeLessThan(patience);
  expect(exitCode).toBe(exits[signal]);
  expect(stderr).toContain(`Stopping cleanly after ${signal}`);
  return stdout + stderr;
}

/** The lease is free, and nothing is left open; how the last run ended. */
async function lastRun(): Promise<string | undefined> {
  expect(await database.query('select name from keyway.leases')).toEqual([]);
  expect(await database.query(`select from keyway.pipeline_runs where outcome = 'running'`)).toEqual([]);
  const [last] = await database.query<{ outcome: string }>(
    'select outcome from keyway.runs order by started_at desc limit 1',
  );
  return last?.outcome;
}

/** Whether there has been a run that nobody stopped. */
async function loaded(): Promise<boolean> {
  const [{ runs } = { runs: null }] = await database.query<{ runs: string | null }>(
    `select to_regclass('keyway.runs') as runs`,
  );
  return (
    runs !== null && (await database.query(`select from keyway.runs where outcome = 'complete'`)).length > 0
  );
}

const tooMany: Instead = (response) =>
  response
    .writeHead(429, { 'content-type': 'application/json', 'retry-after': '30' })
    .end(
      '{"status":"error","message":"You have reached your ten_secondly_limit.","policyName":"TEN_SECONDLY_ROLLING"}',
    );

describe('a signal ends a sync cleanly and soon, wherever it is:', () => {
  it.each<[string, Signal, RegExp, Instead?]>([
    ['reading definitions', 'SIGTERM', /^GET \/crm\/properties\/[\d-]+\/deals/],
    ['reading a dictionary', 'SIGINT', /^GET \/crm\/owners\//],
    ['in a full load', 'SIGTERM', /^GET .*\/contacts\?.*after=/],
    ['reading the recycle bin', 'SIGINT', /^GET .*\/companies\?.*archived=true/],
    ['waiting for a rate limit to pass', 'SIGTERM', /^GET .*\/contacts\?.*after=/, tooMany],
    ['reading links', 'SIGINT', /^POST \/crm\/associations\//],
  ])('%s (%s)', async (_, signal, kind, instead) => {
    const { url, held } = await holdingProxy(sandbox.url, kind, instead);
    await stopped(start(['sync'], { env: { ...env, HUBSPOT_BASE_URL: url } }), held, signal);
    expect(await lastRun()).toBe('interrupted');
    expect((await storedClaims(database, sandbox)).broken).toEqual([]);
  });

  it.each<[string, Signal, RegExp, Environment?]>([
    ['searching for changes', 'SIGINT', /^POST .*\/contacts\/search/],
    ['reading what has changed', 'SIGTERM', /^POST .*\/contacts\/batch\/read/],
    ['in a sweep', 'SIGTERM', /^GET .*\/tickets\?(?!.*archived=true)/, thorough],
  ])('%s (%s)', async (_, signal, kind, more) => {
    if (!(await loaded())) expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    sandbox.world.churn({ steps: 40 });
    sandbox.clock.advance(settled);
    const { url, held } = await holdingProxy(sandbox.url, kind);
    await stopped(start(['sync'], { env: { ...env, ...more, HUBSPOT_BASE_URL: url } }), held, signal);
    expect(await lastRun()).toBe('interrupted');
    expect((await storedClaims(database, sandbox)).broken).toEqual([]);
  });

  it('waiting for the lease of another run (SIGTERM)', async () => {
    await keyway(['migrate'], { env });
    await database.query(
      `insert into keyway.leases (name, holder, label, expires_at)
       values ('sync', $1, 'another', clock_timestamp() + interval '1 hour')`,
      [`${hostname()}/${process.pid}/test`],
    );
    const child = start(['sync'], { env });
    const waits = new Promise<void>((resolve) => {
      child.stderr?.on('data', (text) => (String(text).includes('holds the lease') ? resolve() : undefined));
    });
    await stopped(child, waits, 'SIGTERM');
    expect(await database.query('select label from keyway.leases')).toEqual([{ label: 'another' }]);
    await database.query('delete from keyway.leases');
  });
});

describe('a batch that waits for a lock of somebody else when the signal comes', () => {
  /** Holds up what writes contacts, until the returned function is called. */
  async function locked(): Promise<() => Promise<unknown>> {
    if (!(await loaded())) expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    sandbox.world.churn({ steps: 40, objects: ['contacts'] });
    sandbox.clock.advance(settled);
    await database.query('begin; lock table hubspot.contacts in share row exclusive mode');
    return () => database.query('commit');
  }
  async function waiting(): Promise<void> {
    const locks = `select from pg_locks where not granted and relation = 'hubspot.contacts'::regclass`;
    while ((await database.query(locks)).length === 0);
  }

  it('is written once the lock is free, and the run ends as it was asked to', async () => {
    const unlock = await locked();
    const child = start(['sync'], { env });
    const said = new Promise<void>((resolve) => {
      child.stderr?.on('data', (text) => (String(text).includes('Stopping') ? resolve() : undefined));
    });
    const ended = stopped(child, waiting(), 'SIGTERM');
    await said;
    await unlock();
    await ended;
    expect(await lastRun()).toBe('interrupted');
    expect((await storedClaims(database, sandbox)).broken).toEqual([]);
  });

  it('is dropped at the second signal, which ends the process at once; the next run does not wait for its lease', async () => {
    const unlock = await locked();
    const child = start(['sync'], { env });
    const result = finished(child);
    await waiting();
    child.kill('SIGTERM');
    child.stderr?.on('data', (text) => void (String(text).includes('Stopping') && child.kill('SIGINT')));
    expect((await result).exitCode).toBe(130);
    await unlock();
    expect((await storedClaims(database, sandbox)).broken).toEqual([]);
    const next = await keyway(['sync'], { env });
    expect([next.exitCode, next.stderr]).toEqual([0, expect.not.stringContaining('lease')]);
    expect(await database.query(`select from keyway.runs where outcome = 'crashed'`)).toHaveLength(1);
  });

  it('has cost nothing after all of that: one run later, all is true', async () => {
    expect((await keyway(['sync'], { env: { ...env, ...thorough } })).exitCode).toBe(0);
    expect(await wrong(database, sandbox)).toEqual([]);
  });
});
