import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DryRunReport } from '../../src/app/index.ts';
import { totalCalls } from '../../src/cost.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { emptyFolder, keyway } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { contents, environment, hurried, withSandbox, type Environment } from './account.ts';

const hour = 3_600_000;

async function look(env: Environment, ...args: readonly string[]): Promise<DryRunReport> {
  const { exitCode, stdout, stderr } = await keyway(['sync', ...args, '--dry-run', '--json'], { env });
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as DryRunReport;
}

/** The calls that a sync makes. */
async function callsOf(sandbox: Sandbox, env: Environment): Promise<number> {
  sandbox.clearLogs();
  expect(await keyway(['sync'], { env })).toMatchObject({ exitCode: 0 });
  return sandbox.requests().total;
}

function expectNear(foreseen: number, actual: number): void {
  expect(foreseen).toBeGreaterThan(actual * 0.8);
  expect(foreseen).toBeLessThan(actual * 1.2);
}

function phases({ pipelines }: DryRunReport, name: string): readonly string[] {
  return pipelines.find(({ pipeline }) => pipeline === name)?.steps.map(({ phase }) => phase) ?? [];
}

describe('a look ahead', () => {
  it('foresees the calls of a full load and of a night, where changes are searched for', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 2000 }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };

    const first = await look(env);
    expect(phases(first, 'contacts')).toEqual(['archived', 'full load', 'archived']);
    expectNear(first.calls.total, await callsOf(sandbox, env));

    const objects = ['contacts', 'companies', 'deals', 'tickets'];
    for (let i = 0; i < 24; i++) {
      sandbox.clock.advance(hour);
      sandbox.world.churn({ steps: 8, objects });
    }
    // Until HubSpot's search knows.
    sandbox.clock.advance(hour / 6);
    const night = await look(env);
    expect(phases(night, 'contacts')).toEqual(['archived', 'changes', 'archived', 'sweep']);
    expectNear(night.calls.total, await callsOf(sandbox, env));
  });

  it('foresees the calls of every object, in a full load and a quiet run, where they are listed', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const listed = { KEYWAY_SYNC__LIST_UP_TO: '500', KEYWAY_PIPELINES: '' };
    const env = { ...environment(sandbox, database), ...hurried, ...listed };
    expectNear((await look(env)).calls.total, await callsOf(sandbox, env));
    sandbox.clock.advance(hour / 6);
    const quiet = await look(env);
    expect(phases(quiet, 'contacts')).toEqual(['archived', 'sweep', 'archived']);
    expectNear(quiet.calls.total, await callsOf(sandbox, env));
  });

  it('counts what each pipeline would read, and adds up', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 250 }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    const report = await look(env);
    const living = sandbox.world.truth.counts()['contacts']?.active ?? 0;
    const contacts = report.pipelines.find(({ pipeline }) => pipeline === 'contacts');
    expect(contacts?.steps).toContainEqual({ phase: 'full load', records: living });
    const parts = report.pipelines.reduce((sum, { calls }) => sum + totalCalls(calls), 0);
    expect(report.calls.total).toBeGreaterThan(parts);
    expect(report.calls.total).toBeLessThan(parts + 10);
    const { burst, search, associations } = report.calls;
    expect(burst + search + associations).toBe(report.calls.total);
    expect(report.day?.share).toBeCloseTo((burst + search) / (report.day?.limit ?? 0), 6);
    expect(report.asked).toBeLessThan(report.calls.total);
    // Postgres bills for nothing.
    expect(report).not.toHaveProperty('cost');
  });

  it('goes at the pace that HubSpot allows', async () => {
    const limits = { burst: 100, search: 5, associations: 100, daily: 1000 };
    const [sandbox, database] = [await withSandbox({ contacts: 2000, limits }), await withDatabase()];
    const env = environment(sandbox, database);
    const report = await look({ ...env, KEYWAY_PIPELINES: 'contacts' });
    expect(report.duration / 1000).toBeCloseTo(report.calls.burst / 8.5, 0);
    expect(report.day?.limit).toBe(1000);
    expect(report.day?.left).toBeLessThan(1000);
  });

  it('writes nothing: no row, no table, no lease, before the first sync and after it', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    await look(env);
    expect(await contents(database)).toEqual({});
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    sandbox.clock.advance(26 * hour);
    const before = await contents(database);
    await look(env);
    await look(env, '--full-refresh');
    expect(await contents(database)).toEqual(before);
  });

  it('does not start the embedded Postgres for it', async () => {
    const [sandbox, cwd] = [await withSandbox(), emptyFolder()];
    const env = { HUBSPOT_BASE_URL: sandbox.url, HUBSPOT_SERVICE_KEY: sandbox.key, ...hurried };
    const { exitCode, stdout } = await keyway(['sync', 'contacts', '--dry-run'], { cwd, env });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('full load');
    expect(existsSync(join(cwd, '.keyway'))).toBe(false);
  });

  it('reads everything anew with --full-refresh, and changes alone without', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, KEYWAY_PIPELINES: 'contacts' };
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    sandbox.clock.advance(hour);
    const contacts = (await look(env)).pipelines[0];
    expect(contacts?.steps.map(({ phase }) => phase)).toEqual(['archived', 'changes', 'archived']);
    expect(contacts?.steps[1]?.since).toBeLessThan(sandbox.clock.now());
    expect(phases(await look(env, '--full-refresh'), 'contacts')).toContain('full load');
  });

  it('says a load that was begun has less to do', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 2500 }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, KEYWAY_PIPELINES: 'contacts' };
    const whole = (await look(env)).calls.total;
    sandbox.faults.add({ kind: 'daily 429', match: '/objects/', skip: 18 });
    await keyway(['sync'], { env });
    sandbox.faults.clear();
    expect((await look(env)).calls.total).toBeLessThan(whole);
  });
});

describe('what a look ahead says', () => {
  it('is a table, an estimate, and what it cannot tell', async () => {
    const poor = openSandbox({ contacts: 30, scopes: ['oauth', 'crm.objects.contacts.read'] });
    await poor.start();
    try {
      const { url } = await withDatabase();
      const env = { ...environment(poor, { url }), ...hurried };
      const { exitCode, stdout } = await keyway(['sync', '--dry-run'], { env });
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^ {2}contacts +archived, full load +\d+ +\d+$/m);
      expect(stdout).toMatch(/^ {2}About \d+ calls to HubSpot account 1234567: .* of the day's [\d,]+/m);
      expect(stdout).toMatch(/An estimate [^]* nothing was\s+written/);
      expect(stdout).toMatch(/Would be left out\n[^]*^ {4}deals +.*crm\.objects\.deals\.read/m);
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    } finally {
      await poor.stop();
    }
  });

  it('is an error where a sync would be one', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    expect((await keyway(['sync', 'contcts', '--dry-run'], { env })).exitCode).toBe(2);
    const other = { ...env, HUBSPOT_SERVICE_KEY: 'pat-na1-00000000-0000-0000-0000-000000000000' };
    expect((await keyway(['sync', '--dry-run'], { env: other })).exitCode).toBe(3);
    expect((await keyway(['sync', 'contacts'], { env })).exitCode).toBe(0);
    const elsewhere = await withSandbox({ portalId: 7654321 });
    const foreign = { ...env, HUBSPOT_BASE_URL: elsewhere.url, HUBSPOT_SERVICE_KEY: elsewhere.key };
    expect((await keyway(['sync', '--dry-run'], { env: foreign })).exitCode).toBe(3);
  });
});
