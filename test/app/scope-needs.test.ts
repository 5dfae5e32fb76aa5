import { describe, expect, it, onTestFinished } from 'vitest';
import { readSettings, type Settings } from '../../config/index.ts';
import { judgeScopes, scopeNeeds, type ScopeNeed } from '../../src/app/scope-needs.ts';
import { knownNames, selectPipelines } from '../../src/app/select-pipelines.ts';
import { allReadScopes, everyReadScope } from '../../src/sandbox/index.ts';
import { makeFolder } from '../config/settings-folder.ts';

function settingsOf(env: Record<string, string>): Settings {
  const folder = makeFolder();
  onTestFinished(() => folder.remove());
  return readSettings({ env, cwd: folder.path, known: knownNames });
}

function needsOf(env: Record<string, string>, requested: readonly string[] = []): readonly ScopeNeed[] {
  const settings = settingsOf(env);
  return scopeNeeds(selectPipelines(settings, requested), settings);
}

const tick = (pipelines: string, granted: readonly string[] = [], more = {}): readonly string[] =>
  judgeScopes(needsOf({ KEYWAY_PIPELINES: pipelines, ...more }), granted).toTick;

describe('what pipelines need of a key', () => {
  it.each([
    ['contacts', ['crm.objects.contacts.read']],
    [
      'contacts,companies,deals',
      ['contacts', 'companies', 'deals'].map((name) => `crm.objects.${name}.read`),
    ],
    ['tickets', ['tickets']],
    ['calls,meetings,notes,tasks,communications,postal_mail', ['crm.objects.contacts.read']],
    ['emails', ['crm.objects.contacts.read', 'sales-email-read']],
    ['feedback_submissions', ['crm.objects.feedback_submissions.read', 'crm.objects.contacts.read']],
    ['line_items,discounts,fees,taxes', ['crm.objects.line_items.read']],
    ['commerce_payments', ['crm.objects.commercepayments.read']],
    ['goal_targets', ['crm.objects.goals.read']],
    ['owners,teams', ['crm.objects.owners.read', 'settings.users.teams.read']],
    ['settings_users,roles', ['settings.users.read']],
    ['settings_users,users', ['crm.objects.users.read']],
    ['object_schemas', ['crm.schemas.custom.read']],
    ['custom_machines,object_schemas', ['crm.objects.custom.read']],
    ['lists', ['crm.lists.read']],
    ['account', []],
    ['companies,pipelines', ['crm.objects.companies.read']],
    ['deals,pipelines,properties,property_history,associations', ['crm.objects.deals.read']],
  ])('%s: these scopes and no other', (pipelines, scopes) => {
    expect(tick(pipelines)).toEqual(scopes);
  });

  it('of everything, a key for everything has each, and no other', () => {
    const { missing, unused, toTick } = judgeScopes(needsOf({}), everyReadScope);
    expect(missing).toEqual([]);
    const never = ['crm.export', 'crm.objects.moons.read'];
    // The scopes for records of custom objects and of users do for these, too.
    const substituted = ['crm.schemas.custom.read', 'settings.users.read'];
    expect(unused).toEqual(expect.arrayContaining(never));
    expect(unused.filter((scope) => !never.includes(scope) && !substituted.includes(scope))).toEqual([]);
    expect(toTick.every((scope) => everyReadScope.includes(scope))).toBe(true);
  });

  it('one for each requirement, with the pipeline, and whether it was named', () => {
    expect(needsOf({ KEYWAY_PIPELINES: 'emails' })).toEqual([
      { pipeline: 'emails', named: true, anyOf: ['crm.objects.contacts.read', 'crm.objects.emails.read'] },
      { pipeline: 'emails', named: true, anyOf: ['sales-email-read'] },
    ]);
    expect(needsOf({}).every(({ named }) => !named)).toBe(true);
  });

  it('links that are asked for alone need both ends of their pairs; history the objects that it follows', () => {
    const env = { KEYWAY_PIPELINES: 'contacts,companies,products,associations,property_history' };
    const associations = needsOf(env, ['associations']);
    expect(associations.map(({ anyOf }) => anyOf[0])).toEqual([
      'crm.objects.contacts.read',
      'crm.objects.companies.read',
    ]);
    expect(associations.every(({ pipeline, named }) => pipeline === 'associations' && named)).toBe(true);
    expect(needsOf({ KEYWAY_PIPELINES: 'line_items,associations' }, ['associations'])).toEqual([]);
    const history = needsOf(env, ['property_history']).map(({ anyOf }) => anyOf[0]);
    expect(history).toEqual(['crm.objects.contacts.read', 'crm.objects.companies.read']);
  });

  it('sensitive values want a scope of their own, where the settings ask for them', () => {
    const env = { KEYWAY_PIPELINES: 'contacts', KEYWAY_SENSITIVITY__SENSITIVE: 'include' };
    expect(needsOf(env)[1]).toEqual({
      pipeline: 'contacts',
      named: true,
      anyOf: ['crm.objects.contacts.sensitive.read', 'crm.objects.contacts.sensitive.read.v2'],
      sensitivity: 'sensitive',
    });
    expect(tick('tickets', [], { KEYWAY_SENSITIVITY__HIGHLY_SENSITIVE: 'include' })).toEqual([
      'tickets',
      'tickets.highly_sensitive',
    ]);
  });
});

describe('a judgement of a key', () => {
  it('names what is missing, by pipeline', () => {
    const needs = needsOf({ KEYWAY_PIPELINES: 'contacts,emails,deals' });
    const { missing } = judgeScopes(needs, ['oauth', 'crm.objects.contacts.read']);
    expect(missing.map(({ pipeline, anyOf }) => [pipeline, anyOf[0]])).toEqual([
      ['deals', 'crm.objects.deals.read'],
      ['emails', 'sales-email-read'],
    ]);
  });

  it('takes the scope that only reads, of two that both would do', () => {
    const both = ['tickets', 'crm.objects.tickets.read'];
    const needs = needsOf({ KEYWAY_PIPELINES: 'tickets' });
    expect(judgeScopes(needs, both)).toMatchObject({
      missing: [],
      unused: ['tickets'],
      writing: ['tickets'],
      toTick: ['crm.objects.tickets.read'],
    });
    expect(judgeScopes(needs, ['tickets'])).toMatchObject({ unused: [], toTick: ['tickets'] });
  });

  it('ticks the plain one where the key reads by one that also writes', () => {
    const needs = needsOf({ KEYWAY_PIPELINES: 'products' });
    expect(judgeScopes(needs, ['e-commerce'])).toMatchObject({
      missing: [],
      unused: [],
      writing: ['e-commerce'],
      toTick: ['crm.objects.products.read'],
    });
  });

  it('calls a scope unused whose needs are met by one that is needed anyway', () => {
    const needs = needsOf({ KEYWAY_PIPELINES: 'settings_users,users' });
    const granted = ['settings.users.read', 'crm.objects.users.read'];
    expect(judgeScopes(needs, granted)).toMatchObject({ missing: [], unused: ['settings.users.read'] });
  });

  it.each([
    'crm.objects.contacts.write',
    'crm.schemas.deals.write',
    'communication_preferences.read_write',
    'crm.import',
    'tickets',
    'e-commerce',
    'tickets.sensitive',
  ])('calls %s one that may change something', (scope) => {
    expect(judgeScopes([], [scope]).writing).toEqual([scope]);
  });

  it('calls none of the read scopes so, but for those of tickets; and oauth is never unused', () => {
    expect(judgeScopes([], everyReadScope).writing).toEqual(['tickets']);
    expect(judgeScopes([], ['sales-email-read', 'crm.objects.contacts.sensitive.read.v2']).writing).toEqual(
      [],
    );
    expect(judgeScopes([], allReadScopes).unused).toEqual(allReadScopes.filter((scope) => scope !== 'oauth'));
  });
});
