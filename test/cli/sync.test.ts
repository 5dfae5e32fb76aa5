import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { createDatabase, withDatabase, type TestDatabase } from '../support/postgres.ts';
import { finished, keyway, said, start } from './run-keyway.ts';

const sandbox: Sandbox = openSandbox({
  contacts: 120,
  limits: { burst: 1e6, search: 1e6, associations: 1e6, daily: 1e6 },
});
let database: TestDatabase & { drop(): Promise<void> };

beforeAll(async () => {
  await sandbox.start();
  database = await createDatabase();
});
afterAll(async () => {
  await database.drop();
  await sandbox.stop();
});

const environment = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  HUBSPOT_BASE_URL: sandbox.url,
  HUBSPOT_SERVICE_KEY: sandbox.key,
  KEYWAY_WAREHOUSE: database.url,
  ...more,
});

describe('check, sync and status', () => {
  it('tell, one after the other, what will be, what was done and what is there', async () => {
    const env = environment();
    const before = await keyway(['check'], { env });
    expect(before.stdout).toContain('Next: keyway sync');
    expect([before.exitCode, before.stderr]).toEqual([0, '']);

    const sync = await keyway(['sync', 'contacts', 'owners'], { env });
    expect(sync.exitCode).toBe(0);
    expect(sync.stdout).toMatch(/^ {2}contacts +complete +\d+ +\d+ +· +· +[\d·]+ +\d{4}-\d\d-\d\d /m);
    expect(sync.stdout).toMatch(/^ {2}complete: HubSpot account 1234567, \d+ calls in /m);
    expect(sync.stdout).toContain(`psql 'postgres://`);
    expect(sync.stderr).toMatch(/^contacts +complete: \d+ read, \d+ inserted in /m);
    for (const line of sync.stdout.split('\n').filter((line) => !line.includes('psql')))
      expect(line.length, line).toBeLessThanOrEqual(100);

    const status = await keyway(['status'], { env });
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toMatch(/^ {2}contacts +live +\d{4}-/m);
    expect(status.stdout).toMatch(/^ {2}deals +never run +– /m);
    expect(status.stdout).toMatch(/Last run: keyway sync contacts owners, .*, complete/);
  });

  it('print documents for machines with --json, and only those on standard output', async () => {
    const env = environment();
    const sync = JSON.parse((await keyway(['sync', 'contacts', '--json'], { env })).stdout) as object;
    expect(sync).toMatchObject({
      exitCode: 0,
      account: { portalId: '1234567' },
      run: { outcome: 'complete' },
    });
    const status = JSON.parse((await keyway(['status', '--json'], { env })).stdout) as object;
    expect(status).toMatchObject({ portalId: '1234567' });
    const check = JSON.parse((await keyway(['check', '--json'], { env })).stdout) as object;
    expect(check).toMatchObject({ ok: true, exitCode: 0 });
    const migrate = JSON.parse((await keyway(['migrate', '--json'], { env })).stdout) as object;
    expect(migrate).toMatchObject({ stateSchema: 'keyway', exitCode: 0 });
  });

  it('never show key or password, however much is logged', async () => {
    const env = environment({ LOG_LEVEL: 'trace', LOG_FORMAT: 'json' });
    const password = 'a-password-to-look-for';
    const url = new URL(database.url);
    url.password = password;
    for (const args of [['sync', '--json'], ['check'], ['status']]) {
      const { stdout, stderr } = await keyway(args, { env: { ...env, KEYWAY_WAREHOUSE: url.href } });
      expect(stdout + stderr).not.toContain(sandbox.key);
      expect(stdout + stderr).not.toContain(password);
      for (const line of stderr.trim().split('\n').filter(Boolean))
        expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  });
});

describe('exit codes', () => {
  it('is 3 when the key is refused', async () => {
    const env = environment({ HUBSPOT_SERVICE_KEY: 'pat-na1-00000000-0000-0000-0000-000000000000' });
    for (const command of ['sync', 'check']) expect((await keyway([command], { env })).exitCode).toBe(3);
  });

  it('is 4 when a pipeline that was asked for may not be read, and 0 when it was not asked for', async () => {
    const poor = openSandbox({ contacts: 5, scopes: ['oauth', 'crm.objects.contacts.read'] });
    await poor.start();
    try {
      const { url } = await withDatabase();
      const env = { HUBSPOT_BASE_URL: poor.url, HUBSPOT_SERVICE_KEY: poor.key, KEYWAY_WAREHOUSE: url };
      const all = await keyway(['sync'], { env });
      expect(all.stdout).toMatch(/Skipped\n[^]*^ {4}deals +.*crm\.objects\.deals\.read/m);
      expect(all.exitCode).toBe(0);
      expect((await keyway(['sync', 'deals'], { env })).exitCode).toBe(4);
      expect((await keyway(['check'], { env: { ...env, KEYWAY_PIPELINES: 'deals' } })).exitCode).toBe(4);
    } finally {
      await poor.stop();
    }
  });

  it('is 1 when the warehouse is not there', async () => {
    const env = environment({ KEYWAY_WAREHOUSE: 'postgres://keyway:hunter2@127.0.0.1:1/crm' });
    const { exitCode, stderr } = await keyway(['status'], { env });
    expect(exitCode).toBe(1);
    expect(stderr).not.toContain('hunter2');
  });
});

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s stops a sync cleanly, with %i', async (signal, exitCode) => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    try {
      const { port } = silent.address() as AddressInfo;
      const child = start(['sync'], { env: environment({ HUBSPOT_BASE_URL: `http://127.0.0.1:${port}` }) });
      const result = finished(child);
      await once(silent, 'request');
      child.kill(signal);
      const { exitCode: code, stderr } = await result;
      expect(code).toBe(exitCode);
      expect(stderr).toContain(`Stopped by ${signal}. What was committed stays`);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });
});

describe('a reader that goes away', () => {
  it('ends nothing, and is no error', async () => {
    const child = start(['status', '--json'], { env: environment() });
    child.stdout?.destroy();
    expect(await finished(child)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});

describe('the sandbox', () => {
  it('prints what a sync needs, and serves until a signal ends it', async () => {
    const child = start(['sandbox', '--port', '0', '--contacts', '5', '--seed', '3', '--json']);
    const result = finished(child);
    const text = await said(child.stdout, /\}\s*$/);
    const { url, key, portalId } = JSON.parse(text) as { url: string; key: string; portalId: number };
    const answer = await fetch(`${url}/account-info/v3/details`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(await answer.json()).toMatchObject({ portalId });
    child.kill('SIGTERM');
    expect((await result).exitCode).toBe(143);
  });

  it('serves a second key, as of a legacy private app', async () => {
    const args = [
      '--port',
      '0',
      '--contacts',
      '5',
      '--scopes',
      'tickets',
      '--legacy-scopes',
      'tickets,oauth',
    ];
    const child = start(['sandbox', ...args]);
    const text = await said(child.stdout, /LEGACY_TOKEN=.*\n$/);
    const env = Object.fromEntries(
      text
        .trim()
        .split('\n')
        .map((line) => line.split('=') as [string, string]),
    );
    const { stdout } = await keyway(['keys', 'compare', '--json', 'tickets'], { env });
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'same',
      scopes: { legacy: ['tickets', 'oauth'], key: ['tickets'] },
    });
    child.kill('SIGTERM');
    await finished(child);
  });

  it('says so when its port is taken', async () => {
    const { port } = new URL(sandbox.url);
    const { exitCode, stderr } = await keyway(['sandbox', '--port', port]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`Port ${port} is taken`);
  });
});
