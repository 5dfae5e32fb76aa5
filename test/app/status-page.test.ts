import { describe, expect, it } from 'vitest';
import type { StatusDocument } from '../../src/status-page/index.ts';
import { keyway } from '../cli/run-keyway.ts';
import { samplesOf } from '../metrics/samples.ts';
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
    const nowhere = { url: 'postgres://keyway@127.0.0.1:9/nowhere' };
    const env = { ...environment(await withSandbox(), nowhere), KEYWAY_HTTP };
    const worker = startWorker(env);
    const url = await urlOf(worker);
    expect(await keyway(['health'], { env: { KEYWAY_HTTP } })).toMatchObject({ exitCode: 0 });
    await worker.says(/it tries again/);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([
      503,
      '[-]warehouse does not answer\n[-]worker in trouble: warehouse_unavailable\nnot ready\n',
    ]);
    // The reason is known when it has tried some times.
    while (!(await status(url)).unreachable?.includes('127.0.0.1:9'));
    await stop(worker);
  });
});
