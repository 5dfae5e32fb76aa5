import { describe, expect, it } from 'vitest';
import { keyway } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { contents, environment, expectRefusal, hurried, withSandbox } from './account.ts';

const cliKey = Buffer.from('\n$eu1-0bad-c0de-4bad-8bad-0badc0de0bad\u0010\u0001').toString('base64');
const accessToken = 'CNTNtIxZMgcAQAEYs-gDIIGOBii1hQIyGQAf3xBKmlwHjX7OIpuIFEavB2';

describe('a key that HubSpot does not take', () => {
  it.each([
    [
      'is unknown',
      'pat-na1-0badc0de-0bad-c0de-0bad-c0de0badc0de',
      /does not know this key.*current Service Key/,
    ],
    ['is cut short', 'pat-na1-0badc0de-0bad', /cut short.*Copy the whole Service Key again/],
    ['is another secret', 'hunter2-is-not-a-service-key', /another secret was pasted/],
    [
      'is a personal access key',
      cliKey,
      /personal access key, which is for the HubSpot CLI alone\. Create a/,
    ],
    [
      'may be a hapikey',
      '0badc0de-0bad-4bad-8bad-0badc0de0bad',
      /old API key \(hapikey\).*Create a Service Key/,
    ],
    ['is a token of OAuth', accessToken, /has expired\..*OAuth access token.*Create a Service Key/],
  ])('because it %s ends with 3 and leaves no trace', async (_, key, says) => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), HUBSPOT_SERVICE_KEY: key };
    expectRefusal(await keyway(['sync'], { env }), { exitCode: 3, says, hides: key });
    const check = await keyway(['check'], { env });
    expect(check.exitCode).toBe(3);
    expect(check.stdout.replaceAll(/\s+/g, ' ')).toMatch(says);
    expect(check.stdout + check.stderr).not.toContain(key);
    expect(await contents(database)).toEqual({});
  });

  it.each([
    ['edge 530', 'hunter2', /does not take this for a key at all \(530\)\. .*another secret was pasted/],
    ['unauthorized 401 api key', undefined, /says that this is an API key \(hapikey\).*Create a Service Key/],
  ] as const)('as HubSpot tells by %s ends with 3', async (kind, key, says) => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    sandbox.faults.add({ kind });
    const env = { ...environment(sandbox, database), HUBSPOT_SERVICE_KEY: key ?? sandbox.key };
    const hides = env.HUBSPOT_SERVICE_KEY;
    expectRefusal(await keyway(['sync'], { env }), { exitCode: 3, says, hides });
    const check = await keyway(['check'], { env });
    expect(check.exitCode).toBe(3);
    expect(check.stdout.replaceAll(/\s+/g, ' ')).toMatch(says);
    expect(await contents(database)).toEqual({});
  });

  it('for its form alone is tried all the same, with a warning', async () => {
    const key = '0badc0de-0bad-4bad-8bad-0badc0de0bad';
    const [sandbox, database] = [await withSandbox({ key }), await withDatabase()];
    const { exitCode, stdout, stderr } = await keyway(['check'], { env: environment(sandbox, database) });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/This may not be a Service Key\. .*old API key.*It is tried all the same/);
    expect(stdout + stderr).not.toContain(key);
  });

  it('because of what is in it never reaches HubSpot', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const key = 'pat-na1 with spaces';
    const env = { ...environment(sandbox, database), HUBSPOT_SERVICE_KEY: key };
    const says = /HUBSPOT_SERVICE_KEY must be the key alone: one word/;
    const { exitCode, stdout, stderr } = await keyway(['sync'], { env });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain(key);
    expect(sandbox.requests().total).toBe(0);
  });

  it('because it was revoked since the last run changes nothing that was copied', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    const before = await contents(database);
    sandbox.world.keys.revoke();
    const says = /does not know this key/;
    expectRefusal(await keyway(['sync'], { env }), { exitCode: 3, says, hides: sandbox.key });
    expect(await contents(database)).toEqual(before);
  });

  it('any more in the middle of a run ends with 3, and the next key goes on from there', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    sandbox.faults.add({ kind: 'unauthorized 401', match: /objects\/[\d-]+\/deals/ });
    const { exitCode, stdout, stderr } = await keyway(['sync'], { env });
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/Failed\n[^]*deals +HubSpot does not know this key/);
    expect(stdout + stderr).not.toContain(sandbox.key);
    sandbox.faults.clear();
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
  });
});

describe('a key that may not read everything', () => {
  const scopeOf = (object: string): string => `crm.objects.${object}.read`;
  const scopes = ['oauth', ...['companies', 'contacts', 'owners', 'custom'].map(scopeOf)];

  it.each([
    ['granular', /lacks the scope crm\.objects\.deals\.read/],
    ['required', /lacks the scope crm\.objects\.deals\.read/],
    ['view_schema', /lacks the scope crm\.objects\.deals\.read .*, without which it may not look/],
    ['permissions', /lacks the scope crm\.objects\.deals\.read .*, without which it may not look/],
    ['missing required', /lacks the scope crm\.objects\.deals\.read/],
    ['text', /lacks a scope that this needs, and HubSpot does not say which/],
    ['not public', /keeps this for itself/],
  ] as const)('is told so of deals alone where HubSpot words it as "%s"', async (scopeBody, says) => {
    const [sandbox, database] = [
      await withSandbox({ scopes, unknowns: { scopeBody } }),
      await withDatabase(),
    ];
    const only = { KEYWAY_PIPELINES: 'contacts,deals' };
    const env = { ...environment(sandbox, database), ...hurried, ...only };
    const { exitCode, stdout, stderr } = await keyway(['sync'], { env });
    expect(exitCode).toBe(4);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(says);
    expect(stdout + stderr).not.toContain(sandbox.key.slice(0, 16));
    expect(await database.query('select outcome, code from keyway.pipeline_runs order by 1')).toEqual([
      { outcome: 'complete', code: null },
      { outcome: 'skipped', code: scopeBody === 'not public' ? 'not_available' : 'scope_missing' },
    ]);
  });

  it.each([
    ['forbidden 403 workflows', /does not show workflows to Service Keys/],
    ['forbidden 403 plan', /plan does not include this/],
  ] as const)('is told why of an object that HubSpot refuses by %s', async (kind, says) => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    sandbox.faults.add({ kind, match: /\/deals/ });
    const env = { ...environment(sandbox, database), ...hurried, KEYWAY_PIPELINES: 'contacts,deals' };
    const { exitCode, stdout } = await keyway(['sync'], { env });
    expect([exitCode, stdout.replaceAll(/\s+/g, ' ')]).toEqual([4, expect.stringMatching(says)]);
    expect((await keyway(['check'], { env })).stdout.replaceAll(/\s+/g, ' ')).toMatch(says);
  });
});

describe('a key of another account', () => {
  it('ends with 3, names both accounts, and not a value is changed', async () => {
    const [mine, theirs] = [await withSandbox(), await withSandbox({ portalId: 7654321, seed: 2 })];
    const database = await withDatabase();
    expect((await keyway(['sync'], { env: { ...environment(mine, database), ...hurried } })).exitCode).toBe(
      0,
    );
    const before = await contents(database);
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['hubspot.contacts', 'keyway.checkpoints']));
    const says = /belongs to HubSpot account 7654321, but the warehouse holds account 1234567\. Use a key of/;
    const env = environment(theirs, database);
    expectRefusal(await keyway(['sync'], { env }), { exitCode: 3, says, hides: theirs.key });
    expect((await keyway(['check'], { env })).exitCode).toBe(3);
    expect(await contents(database)).toEqual(before);
  });
});

describe('settings that cannot be honoured', () => {
  it.each([
    ['a setting with a typo', [], { KEYWAY_SHCEMA: 'crm' }, /did you mean KEYWAY_SCHEMA\?/],
    ['a pipeline that does not exist', ['delas'], {}, /no pipeline "delas".*Did you mean deals\?/],
    [
      'a pipeline with a typo in the settings',
      [],
      { KEYWAY_PIPELINES: 'contact' },
      /did you mean contacts\?/,
    ],
    [
      'a settings file that does not exist',
      [],
      { KEYWAY_CONFIG: 'nowhere.yaml' },
      /nowhere\.yaml.* does not exist/,
    ],
  ])('such as %s end with 2 before the first request', async (_, args, more, says) => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const result = await keyway(['sync', ...args], { env: { ...environment(sandbox, database), ...more } });
    expect([result.exitCode, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(says);
    expect(result.stderr).not.toContain(sandbox.key);
    expect(sandbox.requests().total).toBe(0);
    expect(await contents(database)).toEqual({});
  });
});
