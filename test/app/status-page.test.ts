import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { samplesOf } from '../metrics/samples.ts';
import { emptyFolder, keyway } from '../cli/run-keyway.ts';
import { holdingProxy } from '../support/holding-proxy.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox } from './account.ts';
import { withBigquery } from './bigquery.ts';
import { status, stop, urlOf } from './worker-page.ts';
import { startWorker, yearly } from './worker-process.ts';

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

  it('asks BigQuery, which bills for questions, once for all who look until a run has ended', async () => {
    const sandbox = await withSandbox();
    const { double, env: place } = await withBigquery();
    const { KEYWAY_WAREHOUSE: _, ...account } = environment(sandbox, { url: '' });
    const env = { ...account, ...hurried, ...yearly, ...place };
    const worker = startWorker({ ...env, KEYWAY_PIPELINES: 'owners,contacts', KEYWAY_HTTP: '127.0.0.1:0' });
    const url = await urlOf(worker);
    await worker.says(/nothing is due/);
    const jobs = (): number =>
      double.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/jobs')).length;
    const before = jobs();
    for (let n = 0; n < 5; n += 1) expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(jobs()).toBe(before);
    let told = await status(url);
    while (told.report === undefined) told = await status(url);
    expect(told).toMatchObject({
      verdict: { state: 'fresh' },
      report: {
        warehouse: expect.stringMatching(/^BigQuery project/) as string,
        pipelines: [
          { pipeline: 'owners' },
          { pipeline: 'contacts', tables: [{ living: expect.any(Number) as number }] },
        ],
        runs: [{ outcome: 'complete', pipelines: 2 }],
        day: { calls: expect.any(Number) as number, account: expect.any(Object) as object },
      },
    });
    const after = jobs();
    expect(after - before).toBeLessThan(20);
    for (let n = 0; n < 10; n += 1) {
      await fetch(url);
      await new Promise((resolve) => setTimeout(resolve, 600));
    }
    // The lease is kept meanwhile.
    expect(jobs() - after).toBeLessThan(4);
    await stop(worker);
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
