import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import { serveStatus } from '../../src/app/serve-status.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import type { StatusDocument } from '../../src/status-page/index.ts';
import { samplesOf } from '../metrics/samples.ts';
import { emptyFolder, keyway } from '../cli/run-keyway.ts';
import { searchFor } from '../support/canary/index.ts';
import { holdingProxy } from '../support/holding-proxy.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox } from './account.ts';
import { startWorker, type WorkerProcess, yearly } from './worker-process.ts';

/** Where a worker's page is, by its log. */
async function urlOf(worker: WorkerProcess): Promise<string> {
  await worker.says(/the status page is open/);
  return /the status page is open.*"url":"([^"]+)"/.exec(worker.text())?.[1] ?? '';
}

async function stop(worker: WorkerProcess): Promise<void> {
  worker.child.kill('SIGTERM');
  expect((await worker.ended()).exitCode).toBe(143);
}

const status = async (url: string): Promise<StatusDocument> =>
  (await (await fetch(`${url}/api/status`)).json()) as StatusDocument;

describe('the status page of a worker', { timeout: 120_000 }, () => {
  it('is there while it works and while it stands by, and tells how far the copy is', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = {
      ...environment(sandbox, database),
      ...hurried,
      ...yearly,
      KEYWAY_PIPELINES: 'contacts,deals',
      KEYWAY_HTTP: '127.0.0.1:0',
    };
    const first = startWorker(env);
    const url = await urlOf(first);
    await first.says(/nothing is due/);
    expect(await (await fetch(`${url}/readyz?verbose`)).text()).toBe(
      '[+]warehouse answers\n[+]worker waiting\nok\n',
    );
    const told = await status(url);
    expect(told).toMatchObject({
      version: 1,
      worker: { state: 'waiting' },
      report: { portalId: String(sandbox.portalId) },
    });
    expect(told.report?.pipelines.map(({ pipeline, state }) => [pipeline, state])).toEqual([
      ['contacts', 'live'],
      ['deals', 'live'],
    ]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const samples = samplesOf(metrics);
    expect(samples.get('keyway_worker_at_work')).toBe(1);
    expect(
      samples.get('keyway_hubspot_requests_total{endpoint="GET /crm/properties/{object}",status="200"}'),
    ).toBeGreaterThanOrEqual(2);
    expect(samples.get('keyway_last_success_timestamp_seconds{pipeline="deals"}')).toBeGreaterThan(0);
    expect(metrics).not.toContain(sandbox.key.slice(0, 12));
    const second = startWorker(env);
    await second.says(/standing by/);
    const other = await status(await urlOf(second));
    expect(other.worker.state).toBe('standing by');
    expect(other.report?.pipelines).toEqual(told.report?.pipelines);
    for (const worker of [second, first]) await stop(worker);
  });

  it('says what to set where its address is in use, and ends with 2', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = {
      ...environment(sandbox, database),
      ...yearly,
      KEYWAY_HTTP: sandbox.url.replace('http://', ''),
    };
    const { exitCode, stderr } = await keyway(['worker'], { env });
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/is in use already.*Set KEYWAY_HTTP to another one/),
    ]);
  });

  it('and keyway health asks it', async () => {
    const sandbox = await withSandbox();
    const KEYWAY_HTTP = sandbox.url.replace('http://', '');
    // Something answers there, but it is no worker.
    expect(await keyway(['health'], { env: { KEYWAY_HTTP } })).toMatchObject({ exitCode: 1 });
    await sandbox.stop();
    const gone = await keyway(['health'], { env: { KEYWAY_HTTP } });
    expect([gone.exitCode, gone.stdout]).toEqual([
      1,
      expect.stringMatching(/cannot be reached. Is the worker running/),
    ]);
    expect(await keyway(['health'], { env: { KEYWAY_HTTP: 'off' } })).toMatchObject({ exitCode: 0 });
    expect(await keyway(['health'], { env: { KEYWAY_HTTP: '127.0.0.1:0' } })).toMatchObject({ exitCode: 2 });
    const nowhere = new URL((await withDatabase()).url);
    nowhere.pathname = '/nowhere';
    const env = { ...environment(await withSandbox(), { url: nowhere.href }), KEYWAY_HTTP };
    const worker = startWorker(env);
    const url = await urlOf(worker);
    expect(await keyway(['health'], { env: { KEYWAY_HTTP } })).toMatchObject({ exitCode: 0 });
    await worker.says(/it tries again/);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([
      503,
      '[-]warehouse does not answer\n[-]worker in trouble: warehouse_refused\nnot ready\n',
    ]);
    expect((await status(url)).verdict).toEqual({
      state: 'unreachable',
      sentence: 'The warehouse does not answer.',
    });
    await stop(worker);
  });

  it('shows no secret, and nothing of any record, at any address', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const token = 'status-page-token-7d1e0c5b92a4';
    const record = 'Zyx-of-a-record-5521';
    for (const id of [...sandbox.world.truth.records('contacts')].slice(0, 5).map((each) => each.id))
      sandbox.world.update('contacts', id, { firstname: record, email: `${record}@example.com` });
    const env = {
      ...environment(sandbox, database),
      ...hurried,
      ...yearly,
      KEYWAY_PIPELINES: 'contacts,owners',
      KEYWAY_HTTP: '127.0.0.1:0',
      KEYWAY_HTTP_TOKEN: token,
    };
    const worker = startWorker(env);
    const url = await urlOf(worker);
    await worker.says(/nothing is due/);
    expect((await database.query(`select from hubspot.contacts where firstname = '${record}'`)).length).toBe(
      5,
    );
    const { password } = new URL(database.url);
    const search = searchFor([sandbox.key, token, password]);
    for (const path of [
      '/',
      '/api/status',
      '/readyz?verbose',
      '/livez',
      '/metrics',
      '/nothing',
      '/style.css',
    ]) {
      const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      const all = JSON.stringify([...answer.headers]) + (await answer.text());
      expect([path, search(all), all.includes(record)]).toEqual([path, [], false]);
    }
    const told = await fetch(`${url}/events`, { headers: { authorization: `Bearer ${token}` } });
    const { value } = (await told.body?.getReader().read()) ?? {};
    expect(search(Buffer.from(value ?? ''))).toEqual([]);
    // What is stored as a reason is shown as text, whoever has put it there.
    const evil = '<img src=x onerror=alert(1)>';
    for (const table of ['runs set error', 'pipeline_runs set reason', 'schema_changes set column_name'])
      await database.query(`update keyway.${table} = '${evil}'`);
    const headers = { authorization: `Bearer ${token}` };
    for (let text = ''; !text.includes('&lt;img src=x');) {
      text = await (await fetch(url, { headers })).text();
      expect(text).not.toContain(evil);
    }
    await stop(worker);
  });

  it('repeats no secret of what went wrong', async () => {
    const database = await withDatabase();
    const key = ['pat-eu1', '7d1e0c5b', '92a4', '4f38', 'b6e7', '3c0f8a1d5e29'].join('-');
    const settings = readSettings({
      env: { HUBSPOT_SERVICE_KEY: key, KEYWAY_WAREHOUSE: database.url, KEYWAY_HTTP: '127.0.0.1:0' },
      cwd: emptyFolder(),
      known: knownNames,
    });
    let url = '';
    const log = { ...silentLog, info: (facts: { url?: string }) => void (url = facts.url ?? url) };
    const { signal } = new AbortController();
    const status = await serveStatus({ settings, log, signal, command: 'worker', clock: systemClock });
    const reason = `no: ${key}, at ${database.url}`;
    status.onEvent({ kind: 'trouble', code: 'internal', reason, until: 0 });
    const told = await fetch(`${url}/events`);
    const { value } = (await told.body?.getReader().read()) ?? {};
    const pages = await Promise.all(
      ['/', '/api/status'].map(async (path) => (await fetch(url + path)).text()),
    );
    for (const text of [...pages, Buffer.from(value ?? '').toString()]) {
      expect(text).toContain('no: [secret], at [secret]');
      expect(searchFor([key, new URL(database.url).password])(text)).toEqual([]);
    }
    await status.close();
  });

  it('tells what a run does while it does it, and says so when HubSpot takes no key any more', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const { url: slow, held } = await holdingProxy(
      sandbox.url,
      /^GET .*\/contacts\?/,
      (_response, passOn) => void gate.promise.then(passOn),
    );
    const gate = Promise.withResolvers<void>();
    const env = {
      ...environment(sandbox, database),
      ...hurried,
      ...yearly,
      HUBSPOT_BASE_URL: slow,
      KEYWAY_PIPELINES: 'contacts',
      KEYWAY_HTTP: '127.0.0.1:0',
    };
    const worker = startWorker(env);
    const url = await urlOf(worker);
    await held;
    const { worker: at } = await status(url);
    expect([at.state, at.run?.pipelines.map(({ pipeline, outcome }) => [pipeline, outcome])]).toEqual([
      'syncing',
      [['contacts', 'running']],
    ]);
    expect((await status(url)).report?.runs[0]?.outcome).toBe('running');
    gate.resolve();
    await worker.says(/nothing is due/);
    expect(await status(url)).toMatchObject({
      verdict: { state: 'fresh' },
      worker: { state: 'waiting', lastRun: expect.any(String) as string },
      report: {
        runs: [{ outcome: 'complete', pipelines: 1 }],
        keys: [{ state: 'in use', slot: 'HUBSPOT_SERVICE_KEY' }],
      },
    });
    await stop(worker);
    sandbox.world.keys.revoke();
    // As if there had been no run yet: so the next one is due.
    await database.query('delete from keyway.pipeline_runs');
    const next = startWorker(env);
    const refused = await urlOf(next);
    await next.says(/nothing can be read for now/);
    expect(await status(refused)).toMatchObject({
      verdict: {
        state: 'failing',
        sentence: 'Nothing can be read from HubSpot: it takes none of the keys that there are.',
      },
      worker: { state: 'paused', code: 'key_refused' },
    });
    expect((await fetch(`${refused}/readyz`)).status).toBe(200);
    expect(await (await fetch(refused)).text()).toContain(
      'HubSpot takes none of the keys that stand in a slot.',
    );
    await stop(next);
  });

  it('goes where the settings say once they are read again, and stays where it is if it cannot', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const { KEYWAY_HTTP: _, ...env } = { ...environment(sandbox, database), ...hurried, ...yearly };
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'config'));
    const put = (http: string): void => writeFileSync(join(cwd, 'config/keyway.yaml'), `http: '${http}'\n`);
    put('127.0.0.1:0');
    const worker = startWorker({ ...env, KEYWAY_PIPELINES: 'owners' }, { cwd });
    const first = await urlOf(worker);
    await worker.says(/nothing is due/);
    put(sandbox.url.replace('http://', ''));
    worker.child.kill('SIGHUP');
    await worker.says(/it stays where it was/);
    await worker.says(/the status page is open/, 2);
    put('off');
    worker.child.kill('SIGHUP');
    await worker.says(/read again, and hold from now on/, 2);
    const last =
      [...worker.text().matchAll(/the status page is open.*"url":"([^"]+)"/g)].at(-1)?.[1] ?? first;
    while (
      await fetch(`${last}/livez`).then(
        () => true,
        () => false,
      )
    );
    await stop(worker);
  });
});
