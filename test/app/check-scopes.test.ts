import { describe, expect, it, onTestFinished } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { openApp, type App, type CheckReport } from '../../src/app/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import { exitOfCheck, exitOfSync } from '../../src/cli/exit.ts';
import { everyReadScope, type Sandbox } from '../../src/sandbox/index.ts';
import { silentLog } from '../../src/service.ts';
import { makeFolder } from '../config/settings-folder.ts';
import { withDatabase, type TestDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox, type Environment } from './account.ts';

const read = (name: string): string => `crm.objects.${name}.read`;

function openWith(sandbox: Sandbox, database: Pick<TestDatabase, 'url'> | undefined, more: Environment): App {
  const folder = makeFolder();
  onTestFinished(() => folder.remove());
  const { KEYWAY_WAREHOUSE, ...env } = environment(sandbox, database ?? { url: '' });
  const warehouse = database === undefined ? {} : { KEYWAY_WAREHOUSE: KEYWAY_WAREHOUSE! };
  const settings = readSettings({
    env: { ...env, ...warehouse, ...hurried, ...more },
    cwd: folder.path,
    known: knownNames,
  });
  return openApp(settings, { log: silentLog, signal: new AbortController().signal, command: 'test' });
}

const check = (sandbox: Sandbox, pipelines: string, more: Environment = {}): Promise<CheckReport> =>
  openWith(sandbox, undefined, { KEYWAY_PIPELINES: pipelines, ...more }).check();

const of = ({ pipelines }: CheckReport, name: string) => pipelines.find(({ pipeline }) => pipeline === name);

const hidden: readonly [string, readonly string[], string?][] = [
  ...['contacts', 'companies', 'deals', 'leads', 'line_items', 'products', 'quotes', 'orders', 'carts'].map(
    own,
  ),
  ...['invoices', 'subscriptions', 'appointments', 'courses', 'listings', 'services'].map(own),
  ...['contracts', 'projects', 'users', 'owners', 'feedback_submissions'].map(own),
  ['tickets', ['tickets', read('tickets')], 'tickets'],
  ['commerce_payments', [read('commercepayments')]],
  ['goal_targets', [read('goals')]],
  ...['discounts', 'fees', 'taxes'].map((name) => [name, [read('line_items')]] as const),
  ...['calls', 'emails', 'meetings', 'notes', 'tasks', 'communications', 'postal_mail'].map(
    (name) => [name, [read('contacts')]] as const,
  ),
  ['teams', ['settings.users.teams.read']],
  ['settings_users', ['settings.users.read', read('users')], 'settings.users.read'],
  ['roles', ['settings.users.read', read('users')], 'settings.users.read'],
  ['object_schemas', ['crm.schemas.custom.read', read('custom')], 'crm.schemas.custom.read'],
  ['lists', ['crm.lists.read']],
  ['custom_machines', [read('custom'), 'crm.schemas.custom.read']],
].map(([name, scopes, told]) => [name, scopes, told] as [string, string[], string?]);

function own(name: string): readonly [string, readonly string[]] {
  return [name, [read(name)]];
}

describe('without the scope of one pipeline', () => {
  it.each(hidden)(
    '%s is skipped alone, and the scope is named, by check and by sync',
    async (name, scopes, told = scopes[0]!) => {
      const granted = everyReadScope.filter((scope) => !scopes.includes(scope));
      const [sandbox, database] = [await withSandbox({ scopes: granted, contacts: 5 }), await withDatabase()];
      const pipelines = `account,${name},${name === 'deals' ? 'companies' : 'deals'}`;
      const app = openWith(sandbox, database, { KEYWAY_PIPELINES: pipelines });
      const report = await app.check();
      expect(of(report, name)).toMatchObject({ readable: false, named: true, missing: [told] });
      expect(report.scopes?.missing).toEqual([told]);
      expect(report.pipelines.filter(({ readable }) => !readable).map(({ pipeline }) => pipeline)).toEqual([
        name,
      ]);
      expect(exitOfCheck(report)).toBe(4);
      const synced = await app.sync({ pipelines: ['account', name] });
      const outcomes = synced.pipelines.map(({ pipeline, outcome }) => [pipeline, outcome]);
      // Teams are also told of by owners: in part.
      const outcome = name === 'teams' ? 'partial' : 'skipped';
      expect(outcomes.filter(([, outcome]) => outcome !== 'complete')).toEqual([[name, outcome]]);
      const { reason = '' } = synced.pipelines.find(({ pipeline }) => pipeline === name)!;
      // HubSpot names all that would do; of those a run names the first.
      expect(
        [...scopes, read(name)].some((scope) => reason.includes(`the scope ${scope}`)),
        reason,
      ).toBe(true);
      expect(exitOfSync(synced, undefined)).toBe(4);
    },
  );

  it('is an error only where somebody named it, or it has synced before', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 5 }), await withDatabase()];
    const app = openWith(sandbox, database, { KEYWAY_PIPELINES: '' });
    sandbox.world.keys.grant([read('contacts'), read('deals'), 'tickets']);
    expect(exitOfCheck(await app.check())).toBe(0);
    await app.sync({ pipelines: ['deals'] });
    sandbox.world.keys.grant([read('contacts'), 'tickets']);
    const report = await app.check();
    expect(of(report, 'deals')).toMatchObject({ readable: false, named: false });
    expect(exitOfCheck(report)).toBe(4);
  });

  it('what is about objects goes on with the others, and is unreadable with the last', async () => {
    const sandbox = await withSandbox({ scopes: [read('contacts')] });
    const some = await check(
      sandbox,
      'contacts,companies,deals,associations,properties,property_history,pipelines',
    );
    expect(some.pipelines.map(({ pipeline, readable }) => [pipeline, readable])).toEqual([
      ['pipelines', false],
      ['properties', true],
      ['contacts', true],
      ['companies', false],
      ['deals', false],
      ['associations', false],
      ['property_history', true],
    ]);
    expect(some.scopes?.missing).toEqual([read('companies'), read('deals')]);
  });
});

describe("HubSpot's wordings of a missing scope", () => {
  it.each(['granular', 'required', 'view_schema', 'text'] as const)(
    '%s: the scope is named',
    async (scopeBody) => {
      const sandbox = await withSandbox({ scopes: [read('contacts')], unknowns: { scopeBody } });
      const report = await check(sandbox, 'contacts,deals');
      expect(of(report, 'deals')).toMatchObject({ readable: false, missing: [read('deals')] });
      expect(exitOfCheck(report)).toBe(4);
    },
  );

  it('what no key can have is told as that, and no scope is to be ticked for it', async () => {
    const sandbox = await withSandbox({ scopes: [read('contacts')], unknowns: { scopeBody: 'not public' } });
    const report = await check(sandbox, 'contacts,deals');
    expect(of(report, 'deals')).toMatchObject({ readable: false, needed: [], missing: [] });
    expect(of(report, 'deals')?.problem).toMatch(/no Service Key can have/);
    expect(report.scopes?.needed).toEqual([read('contacts')]);
  });

  it('of an object that only the settings know, HubSpot alone says it', async () => {
    const sandbox = await withSandbox({ scopes: [read('contacts')] });
    const objects = { KEYWAY_OBJECTS: 'moons=0-9001' };
    const report = await check(sandbox, 'contacts,moons', objects);
    expect(of(report, 'moons')).toMatchObject({ readable: false, missing: [read('moons')] });
    expect(report.scopes?.needed).toEqual([read('contacts'), read('moons')]);
    // Once it has it, nobody says so; so it is not called unused.
    sandbox.world.keys.grant([read('contacts'), read('moons'), 'crm.export']);
    const { scopes } = await check(sandbox, 'contacts,moons', objects);
    expect(scopes).toMatchObject({ missing: [], unused: ['crm.export'] });
  });

  it('an object that is switched off has its reason, and no scope', async () => {
    const sandbox = await withSandbox({ switchedOff: ['0-162'] });
    const report = await check(sandbox, 'contacts,services');
    expect(of(report, 'services')).toMatchObject({ readable: false, missing: [] });
    expect(report.scopes?.unused).toContain(read('services'));
  });
});

describe("the key's scopes", () => {
  it('are what the pipelines need, one list to copy; what is beyond that is told, and what writes', async () => {
    const scopes = [
      'oauth',
      read('contacts'),
      'crm.objects.contacts.write',
      'crm.export',
      'sales-email-read',
    ];
    const sandbox = await withSandbox({ scopes });
    const report = await check(sandbox, 'account,contacts,emails,calls');
    expect(report.scopes).toEqual({
      granted: scopes,
      needed: [read('contacts'), 'sales-email-read'],
      missing: [],
      unused: ['crm.objects.contacts.write', 'crm.export'],
      writing: ['crm.objects.contacts.write'],
    });
    expect(of(report, 'emails')).toEqual({
      pipeline: 'emails',
      named: true,
      readable: true,
      needed: [read('contacts'), 'sales-email-read'],
      granted: [read('contacts'), 'sales-email-read'],
      missing: [],
      withheld: [],
    });
    expect(exitOfCheck(report)).toBe(0);
  });

  it('for e-mails are two: without the second they are read in part', async () => {
    const sandbox = await withSandbox({ scopes: [read('contacts')] });
    const report = await check(sandbox, 'emails');
    expect(of(report, 'emails')).toMatchObject({ readable: true, missing: ['sales-email-read'] });
    expect(exitOfCheck(report)).toBe(4);
    expect(exitOfCheck(await check(sandbox, ''))).toBe(0);
  });

  it('that HubSpot does not tell are tried; what reading does not show is unknown, not missing', async () => {
    const sandbox = await withSandbox({ scopes: [read('contacts'), 'crm.export'] });
    sandbox.faults.add({ kind: 'forbidden 403', match: '/access-token-info' });
    const report = await check(sandbox, 'contacts,deals,emails,feedback_submissions');
    expect(report.scopes).toEqual({
      granted: null,
      needed: [read('contacts'), read('deals'), read('feedback_submissions'), 'sales-email-read'],
      missing: [read('deals'), read('feedback_submissions')],
      unused: null,
      writing: null,
    });
    expect(of(report, 'emails')).toMatchObject({ granted: [read('contacts')], missing: [] });
    // Contacts, which this scope alone opens, could be read.
    expect(of(report, 'feedback_submissions')).toMatchObject({ granted: [read('contacts')] });
  });

  it('are believed less than reading: what HubSpot gives is not missing', async () => {
    const sandbox = await withSandbox({ scopes: [read('calls')] });
    expect(of(await check(sandbox, 'calls'), 'calls')).toMatchObject({
      granted: [read('calls')],
      missing: [],
    });
    sandbox.world.keys.grant([read('tickets')]);
    const report = await check(sandbox, 'tickets');
    expect(report.scopes).toMatchObject({ needed: [read('tickets')], missing: [], unused: [], writing: [] });
    expect(report.doubts).toEqual([]);
  });

  it('of tickets come with a word of warning, since the documented one also writes', async () => {
    const report = await check(await withSandbox({ scopes: ['tickets'] }), 'tickets');
    expect(report.scopes).toMatchObject({ needed: ['tickets'], writing: ['tickets'] });
    expect(report.doubts.join()).toContain('where HubSpot offers crm.objects.tickets.read');
  });
});

describe("the account's day", () => {
  it('is told: used, what is left to others, and the midnight at which it ends', async () => {
    const startAt = Date.parse('2026-07-01T20:00:00Z');
    const sandbox = await withSandbox({ limits: { daily: 2000 }, startAt, speed: 0 });
    const report = await check(sandbox, 'contacts', { KEYWAY_RATE_LIMIT__DAILY_RESERVE: '0.1' });
    const used = report.day?.used ?? 0;
    // HubSpot's answer to which scopes a key has tells nothing of the day.
    expect(used).toBe(sandbox.requests().total - 1);
    expect(report.day).toEqual({
      limit: 2000,
      used,
      left: 2000 - used,
      reserve: 200,
      resetsAt: '2026-07-02T04:00:00.000Z',
      timeZone: 'US/Eastern',
    });
  });
});
