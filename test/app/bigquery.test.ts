import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DryRunReport, SyncReport } from '../../src/app/index.ts';
import { openSandbox } from '../../src/sandbox/index.ts';
import { keyway } from '../cli/run-keyway.ts';
import type { BigqueryDouble } from '../support/bigquery/index.ts';
import { holdingProxy } from '../support/holding-proxy.ts';
import { environment, hurried, withSandbox, type Environment } from './account.ts';
import { withBigquery, type TestBigquery } from './bigquery.ts';
import { startWorker, yearly } from './worker-process.ts';

const hour = 3_600_000;
const root = resolve(import.meta.dirname, '../..');

async function document<Report>(args: readonly string[], env: Environment): Promise<Report> {
  const { exitCode, stdout } = await keyway([...args, '--json'], { env });
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Report;
}

/** Jobs that were begun: by a request, or by an upload. */
function jobsOf({ requests }: BigqueryDouble): number {
  return requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/jobs')).length;
}

async function begun(
  contacts = 30,
): Promise<TestBigquery & { sandbox: Awaited<ReturnType<typeof withSandbox>> }> {
  const [sandbox, bigquery] = [await withSandbox({ contacts }), await withBigquery()];
  const env = { ...environment(sandbox, { url: '' }), ...hurried, ...bigquery.env };
  return { ...bigquery, sandbox, env };
}

describe('a warehouse in BigQuery', () => {
  it('goes through every command, with the credentials that a workload has', async () => {
    const { sandbox, double, env } = await begun();
    const before = await state(double);
    const check = await keyway(['check'], { env });
    expect(check.exitCode).toBe(0);
    expect(check.stdout).toMatch(/✓ BigQuery project test-project, dataset hubspot\b/);
    expect(check.stdout).toMatch(/The next sync will create \d+ tables/);
    expect(await state(double)).toEqual(before);

    const sync = await keyway(['sync'], { env });
    expect(sync.exitCode).toBe(0);
    expect(sync.stdout).toMatch(/^ {2}contacts +complete +\d+ /m);
    expect(sync.stdout).toMatch(/^ {2}The warehouse ran \d+ jobs and billed \d+\.\d\d GiB\.$/m);
    expect(sync.stdout).toContain('bq query --use_legacy_sql=false');
    for (const line of sync.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    const [row] = await double.sql(
      'select count(*)::int as rows from hubspot.contacts where _archived is not true',
    );
    expect(row).toEqual({ rows: sandbox.world.truth.counts()['contacts']?.active });

    const status = await keyway(['status'], { env });
    expect(status.stdout).toMatch(/^ {2}contacts +live +\d{4}-/m);
    const reconcile = await keyway(['reconcile', 'contacts'], { env });
    expect(reconcile.stdout).toMatch(/^ {2}contacts +equal /m);
    expect(reconcile.stdout).toMatch(/The warehouse ran \d+ jobs and billed/);
    const migrate = await keyway(['migrate'], { env });
    expect(migrate.stdout).toContain('hubspot_keyway');
    expect([status.exitCode, reconcile.exitCode, migrate.exitCode]).toEqual([0, 0, 0]);
  });

  it('tells how many jobs a run took, as BigQuery saw them, and what they were billed for', async () => {
    const { sandbox, double, env } = await begun(5);
    const { billed } = await document<SyncReport>(['sync'], env);
    expect(billed?.jobs).toBe(jobsOf(double));
    sandbox.clock.advance(hour);
    const before = jobsOf(double);
    const quiet = await document<SyncReport>(['sync'], env);
    expect(quiet.billed?.jobs).toBe(jobsOf(double) - before);
    expect(quiet.billed?.bytesBilled).toBeGreaterThan(10 * 1024 ** 2);
    expect(quiet.billed?.bytesBilled).toBeLessThan(billed?.bytesBilled ?? 0);
  });

  it('puts rows, state and staging where the settings say', async () => {
    const { double, env } = await begun(5);
    const url = env['KEYWAY_WAREHOUSE']?.replace('/hubspot?', '/Crm_1?') ?? '';
    const named = {
      ...env,
      KEYWAY_WAREHOUSE: url,
      KEYWAY_STATE_SCHEMA: 'crm_state',
      KEYWAY_PIPELINES: 'owners',
    };
    expect((await keyway(['sync'], { env: named })).exitCode).toBe(0);
    const schemas = await double.sql(
      `select schema_name from duckdb_schemas() where not internal order by 1`,
    );
    const names = schemas.map((row) => String(row['schema_name']));
    expect(names).toEqual(expect.arrayContaining(['Crm_1', 'crm_state', 'crm_state_staging']));
    expect(names.filter((name) => name.startsWith('hubspot'))).toEqual([]);
  });

  it('fails, without a row, where a job would bill more than is allowed', async () => {
    const { double, env } = await begun(5);
    const capped = { ...env, KEYWAY_BIGQUERY__MAXIMUM_BYTES_BILLED: '10MiB', KEYWAY_PIPELINES: 'owners' };
    const { exitCode, stdout } = await keyway(['sync'], { env: capped });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /Failed\n {4}owners +A statement .* would bill more than bigquery\.maximumBytesBilled/,
    );
    expect(await double.sql('select * from hubspot.owners')).toEqual([]);
  });

  it('is not mixed with another account, and says how to keep both', async () => {
    const { env } = await begun(5);
    expect((await keyway(['sync', 'owners'], { env })).exitCode).toBe(0);
    const other = openSandbox({ contacts: 1, portalId: 7654321 });
    await other.start();
    try {
      const foreign = { ...env, HUBSPOT_BASE_URL: other.url, HUBSPOT_SERVICE_KEY: other.key };
      const { exitCode, stderr } = await keyway(['sync'], { env: foreign });
      expect(exitCode).toBe(3);
      expect(stderr).toContain('another dataset in KEYWAY_WAREHOUSE');
    } finally {
      await other.stop();
    }
  });

  it('shows neither key nor token, however much is logged', async () => {
    const { sandbox, env } = await begun(2);
    const chatty = { ...env, LOG_LEVEL: 'trace', LOG_FORMAT: 'json', KEYWAY_PIPELINES: 'contacts' };
    for (const args of [['check'], ['sync', '--dry-run'], ['sync', '--json'], ['status']]) {
      const { exitCode, stdout, stderr } = await keyway(args, { env: chatty });
      expect(exitCode).toBe(0);
      expect(stdout + stderr).not.toMatch(/a-token-of/);
      expect(stdout + stderr).not.toContain(sandbox.key);
    }
  });
});

describe('a worker with BigQuery', { timeout: 240_000 }, () => {
  const outcomes = (double: BigqueryDouble, command: string): Promise<readonly unknown[]> =>
    double.sql(`select outcome from hubspot_keyway.runs where command = '${command}' order by started_at`);

  it('syncs, backfills beside its schedules, and closes what a killed one left open', async () => {
    const { sandbox, double, env } = await begun(30);
    const few = { ...env, ...yearly, KEYWAY_PIPELINES: 'account,contacts,deals,associations' };
    const args = ['contacts', '--backfill'];
    const { url, held } = await holdingProxy(sandbox.url, /^GET .*\/contacts\?/);
    const first = startWorker({ ...few, HUBSPOT_BASE_URL: url }, { args });
    await held;
    first.child.kill('SIGKILL');
    const second = startWorker(few, { args });
    await second.says(/at work/);
    expect(await outcomes(double, 'worker')).toContainEqual({ outcome: 'crashed' });
    await second.says(/the backfill is finished/);
    const [row] = await double.sql(
      'select count(*)::int as rows from hubspot.contacts where _archived is not true',
    );
    expect(row).toEqual({ rows: sandbox.world.truth.counts()['contacts']?.active });
    second.child.kill('SIGTERM');
    const { exitCode, took } = await second.ended();
    expect(exitCode).toBe(143);
    expect(took).toBeLessThan(25_000);
    expect(await outcomes(double, 'worker')).toEqual([{ outcome: 'crashed' }, { outcome: 'complete' }]);
    expect(await outcomes(double, 'worker --backfill contacts')).toEqual([{ outcome: 'complete' }]);
    expect(await double.sql(`select holder from hubspot_keyway.leases`)).toEqual([{ holder: '' }]);
    // Done once, for whoever starts with the same flags.
    sandbox.clearLogs();
    const third = startWorker(few, { args });
    await third.says(/nothing is due/);
    third.child.kill('SIGTERM');
    await third.ended();
    expect(sandbox.requests().total).toBe(0);
  });
});

describe('Google’s client', () => {
  /** Files of packages that a module brings along. */
  function loadedBy(module: string): string {
    const script = `await import(${JSON.stringify(resolve(root, module))});
      process.stdout.write(Object.keys(createRequire('file:///').cache).join('\\n'));`;
    const source = `import { createRequire } from 'node:module'; ${script}`;
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    return run.stdout;
  }

  it('is loaded only by those whose warehouse it is, for it takes long', () => {
    expect(loadedBy('src/app/index.ts')).not.toContain('@google-cloud');
    expect(loadedBy('src/warehouse/bigquery/index.ts')).toContain('@google-cloud/bigquery');
  });
});

describe('what a sync will be billed for', () => {
  it('is foreseen within a fifth, and foreseeing it makes nothing and changes nothing', async () => {
    const { sandbox, double, env } = await begun(300);
    const lookAndSync = async (): Promise<void> => {
      const before = await state(double);
      const { cost, calls } = await document<DryRunReport>(['sync', '--dry-run'], env);
      expect(await state(double)).toEqual(before);
      const { billed, usage } = await document<SyncReport>(['sync'], env);
      expectNear(cost?.bytesBilled, billed?.bytesBilled);
      expectNear(cost?.jobs, billed?.jobs);
      expectNear(
        calls.total,
        usage.reduce((sum, each) => sum + each.calls, 0),
      );
    };
    await lookAndSync();
    sandbox.clock.advance(hour / 6);
    await lookAndSync();
    for (let i = 0; i < 12; i++) {
      sandbox.clock.advance(hour);
      sandbox.world.churn({ steps: 4, objects: ['contacts', 'companies', 'deals', 'tickets'] });
    }
    sandbox.clock.advance(hour / 6);
    await lookAndSync();
  });

  it('is told in words', async () => {
    const { env } = await begun(5);
    const { stdout } = await keyway(['sync', '--dry-run'], { env });
    expect(stdout).toMatch(/would\s+bill\s+about\s+\d+\.\d\d\s+GiB\s+in\s+[\d,]+\s+jobs\./);
  });
});

function expectNear(foreseen = 0, actual = 0): void {
  expect(foreseen).toBeGreaterThan(actual * 0.8);
  expect(foreseen).toBeLessThan(actual * 1.2);
}

/** The datasets and tables that there are, and how many rows each has. */
async function state(double: BigqueryDouble): Promise<readonly unknown[]> {
  return [
    await double.sql('select schema_name from duckdb_schemas() order by 1'),
    await double.sql(
      'select schema_name, table_name, estimated_size::int from duckdb_tables() order by 1, 2',
    ),
  ];
}
