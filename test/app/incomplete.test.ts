import { once } from 'node:events';
import { hostname } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { allReadScopes } from '../../src/sandbox/index.ts';
import { finished, keyway, start } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { asked, contents, environment, hurried, withSandbox, wrong } from './account.ts';

const hour = 3_600_000;
const day = 24 * hour;

describe('a key that may not read everything', () => {
  const contactsOnly = ['oauth', 'crm.objects.contacts.read', 'crm.objects.owners.read'];

  it('skips the rest, names the scope of each, and that is no error unless somebody asked for it', async () => {
    const [sandbox, database] = [await withSandbox({ scopes: contactsOnly }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, KEYWAY_PIPELINES: '' };
    const unnamed = await keyway(['sync'], { env });
    expect(unnamed.exitCode).toBe(0);
    for (const scope of ['crm.objects.companies.read', 'crm.objects.deals.read', 'tickets'])
      expect(unnamed.stdout).toContain(scope);
    expect(unnamed.stdout).toMatch(/^ {2}contacts +complete/m);
    expect((await keyway(['sync', 'deals'], { env })).exitCode).toBe(4);
    const settings = { ...env, KEYWAY_PIPELINES: 'contacts,deals' };
    expect((await keyway(['sync'], { env: settings })).exitCode).toBe(4);
    expect(await database.query(`select from pg_tables where tablename = 'deals'`)).toEqual([]);
  });

  it('and could before ends with 4, keeps the rows, and catches up once the scope is back', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    const { 'hubspot.deals': before } = await contents(database);
    sandbox.world.keys.grant(contactsOnly);
    const { exitCode, stdout } = await keyway(['sync'], { env });
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/Skipped\n[^]*^ {4}deals +.*crm\.objects\.deals\.read/m);
    const after = await contents(database);
    expect(after['hubspot.deals']).toBe(before);
    expect(
      await database.query(
        `select code from keyway.pipeline_runs where outcome = 'skipped' and pipeline = 'deals'`,
      ),
    ).toEqual([{ code: 'scope_missing' }]);
    sandbox.world.keys.grant(allReadScopes);
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    expect(await wrong(database, sandbox)).toEqual([]);
  });
});

describe('a request that HubSpot refuses', () => {
  it.each([
    ['invalid 400', 'hubspot_bad_request', /refused a request \(400\): Invalid input JSON/],
    ['forbidden 403 page', 'hubspot_bad_answer', /firewall or proxy/],
  ] as const)('with %s is a failure, though nobody named the object', async (kind, code, says) => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    sandbox.faults.add({ kind, match: /\/deals/ });
    const env = { ...environment(sandbox, database), ...hurried, KEYWAY_PIPELINES: '' };
    const { exitCode, stdout } = await keyway(['sync'], { env });
    expect([exitCode, stdout.replaceAll(/\s+/g, ' ')]).toEqual([1, expect.stringMatching(says)]);
    const rows = `select outcome, code from keyway.pipeline_runs where pipeline = 'deals'`;
    expect(await database.query(rows)).toEqual([{ outcome: 'failed', code }]);
  });
});

describe('what wants an object that is not there', () => {
  it('does without no more silently than its name in pipelines would', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, KEYWAY_PIPELINES: '' };
    const settings = { ...env, KEYWAY_ASSOCIATIONS: 'deals-contacts, custom_nope-contacts' };
    const { exitCode, stdout } = await keyway(['sync'], { env: settings });
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/Skipped\n[^]*^ {4}custom_nope +HubSpot has no custom object/m);
  });
});

describe('a comparison', () => {
  it('ends with 4 where it missed what has synced before, and where it had nothing to compare', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, KEYWAY_PIPELINES: '' };
    expect((await keyway(['reconcile', '--check-only'], { env })).exitCode).toBe(4);
    expect((await keyway(['sync', '--backfill'], { env })).exitCode).toBe(4);
    expect((await keyway(['sync', 'contacts', 'deals'], { env })).exitCode).toBe(0);
    expect((await keyway(['reconcile', '--check-only'], { env })).exitCode).toBe(0);
    sandbox.world.keys.grant(['oauth', 'crm.objects.contacts.read', 'crm.objects.owners.read']);
    expect((await keyway(['reconcile', '--check-only'], { env })).exitCode).toBe(4);
    expect((await keyway(['sync', '--backfill'], { env })).exitCode).toBe(4);
  });
});

describe("the day's calls", () => {
  it('that are used up end a run with 75, and the next day completes it', async () => {
    const limits = { burst: 1e6, search: 1e6, associations: 1e6, daily: 110 };
    const [sandbox, database] = [await withSandbox({ limits, contacts: 1500 }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, KEYWAY_SYNC__SWEEP_EVERY: '30d' };
    let result = await keyway(['sync'], { env });
    expect(result.exitCode).toBe(75);
    expect(result.stdout).toMatch(/used up.*They\s+are\s+back\s+at\s+midnight/s);
    expect(result.stdout + result.stderr).not.toContain(sandbox.key);
    for (let days = 1; days < 6 && result.exitCode === 75; days += 1) {
      sandbox.clock.advance(day);
      result = await keyway(['sync'], { env });
    }
    expect(result.exitCode).toBe(0);
    expect(await wrong(database, sandbox)).toEqual([]);
    const [told] = await database.query(
      `select day_limit::int, day_left::int from keyway.api_usage where endpoint like '%/api-usage/%' limit 1`,
    );
    expect(told).toEqual({ day_limit: 110, day_left: expect.any(Number) as number });
    expect(sandbox.violations().filter(({ rule }) => rule === 'daily limit')).toEqual([]);
  });
});

describe('the next day', () => {
  it.each([
    ['Pacific/Kiritimati', 2, '2026-10-01T10:00:00.000Z'],
    ['America/Los_Angeles', 23, '2026-10-02T07:00:00.000Z'],
  ])(
    'begins at midnight in %s, %i hours from now, wherever this machine is',
    async (timeZone, hours, midnight) => {
      const limits = { burst: 1e6, search: 1e6, associations: 1e6, daily: 30 };
      const [sandbox, database] = [
        await withSandbox({ limits, contacts: 60, timeZone }),
        await withDatabase(),
      ];
      const TZ = timeZone === 'America/Los_Angeles' ? 'Pacific/Kiritimati' : 'America/Los_Angeles';
      const env = { ...environment(sandbox, database), ...hurried, KEYWAY_SYNC__SWEEP_EVERY: '30d', TZ };
      const calls = async (): Promise<number> => {
        sandbox.clearLogs();
        expect((await keyway(['sync'], { env })).exitCode).toBe(75);
        return sandbox.requests().total;
      };
      const { exitCode, stdout } = await keyway(['sync'], { env });
      expect(exitCode).toBe(75);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`back at midnight in ${timeZone}, ${midnight}`);
      sandbox.clock.advance(hours * hour - 60_000);
      expect(await calls()).toBeLessThan(5);
      sandbox.clock.advance(120_000);
      expect(await calls()).toBeGreaterThan(20);
    },
  );
});

describe('another run', () => {
  it('that lives keeps this one out, with 75 and its name', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    expect((await keyway(['migrate'], { env })).exitCode).toBe(0);
    await database.query(
      `insert into keyway.leases (name, holder, label, expires_at) values ('sync', $1, 'keyway nightly', clock_timestamp() + interval '2 seconds')`,
      [`${hostname()}/${process.pid}/test`],
    );
    const renewing = setInterval(
      () =>
        void database.query(`update keyway.leases set expires_at = clock_timestamp() + interval '2 seconds'`),
      200,
    );
    onTestFinished(() => clearInterval(renewing));
    const { exitCode, stdout, stderr } = await keyway(['sync'], { env });
    clearInterval(renewing);
    expect([exitCode, stdout]).toEqual([75, '']);
    expect(stderr).toMatch(/Another run is writing to this warehouse: keyway nightly\. Wait for it to end/);
    expect(await database.query(`select from pg_tables where schemaname = 'hubspot'`)).toEqual([]);
  });

  it('that was killed does not: this one takes over and completes', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 400 }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    const child = start(['sync'], { env });
    await asked(sandbox, 15);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await database.query('select name from keyway.leases')).toEqual([{ name: 'sync' }]);
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    expect(await wrong(database, sandbox)).toEqual([]);
    expect(await database.query('select outcome from keyway.runs order by started_at')).toEqual([
      { outcome: 'crashed' },
      { outcome: 'complete' },
    ]);
  });
});

describe('SIGTERM in the middle', () => {
  it('ends with 143 and frees the lease; what was committed stays, and the next run completes it', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 2000 }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    const child = start(['sync'], { env });
    const result = finished(child);
    await asked(sandbox, 25);
    child.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await result;
    expect(exitCode).toBe(143);
    expect(stdout).toContain('The next run goes on from here.');
    expect(stderr).toContain('Stopping cleanly after SIGTERM');
    expect(await database.query('select name from keyway.leases')).toEqual([]);
    expect(await database.query('select outcome from keyway.runs')).toEqual([{ outcome: 'interrupted' }]);
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    expect(await wrong(database, sandbox)).toEqual([]);
  });
});
