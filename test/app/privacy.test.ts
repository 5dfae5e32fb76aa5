import { describe, expect, it, onTestFinished } from 'vitest';
import { allReadScopes } from '../../src/sandbox/index.ts';
import { emptyFolder, keyway, type Result } from '../cli/run-keyway.ts';
import { makeFolder } from '../config/settings-folder.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox, type Environment } from './account.ts';

const key = '5f0c7c1e9d8b4a3fa2d1c0b9e8f7a6b5';

describe('privacy rules that cannot be kept end a run with 2 before the first request', () => {
  it.each([
    [
      'hashing without a key',
      '{"contacts": {"hash": ["email"]}}',
      {},
      /properties\.contacts\.hash needs a key.*KEYWAY_HASH_KEY/,
    ],
    [
      'a sensitivity that is hashed without a key',
      '{}',
      { KEYWAY_SENSITIVITY__SENSITIVE: 'hash' },
      /sensitivity\.sensitive needs a key/,
    ],
    ['a key that is too short', '{}', { KEYWAY_HASH_KEY: 'hunter2' }, /KEYWAY_HASH_KEY must be at least 32/],
    [
      'what Keyway needs is excluded',
      '{"contacts": {"exclude": ["lastmodifieddate"]}}',
      {},
      /properties\.contacts\.exclude.*cannot do without lastmodifieddate/,
    ],
    [
      'what Keyway needs is hashed for every object',
      '{"*": {"hash": ["hs_object_id"]}}',
      { KEYWAY_HASH_KEY: key },
      /properties\.\*\.hash.*hs_object_id/,
    ],
    [
      'an object that there is not',
      '{"contact": {"exclude": ["email"]}}',
      {},
      /"contact" is not an object.*did you mean contacts\?/,
    ],
    [
      'a type id, which is not how a table is called',
      '{"2-123": {"exclude": ["email"]}}',
      {},
      /"2-123" is not an object/,
    ],
    [
      'a rule that there is not',
      '{"contacts": {"excluded": ["email"]}}',
      {},
      /must be refuse, exclude, hash, include/,
    ],
    ['no rules at all', 'email', {}, /must be rules by object such as/],
  ])('%s', async (_what, rules, more: Environment, says) => {
    const sandbox = await withSandbox();
    const env = {
      ...environment(sandbox, { url: 'postgres://127.0.0.1:1/none' }),
      KEYWAY_PROPERTIES: rules,
      ...more,
    };
    const { exitCode, stderr } = await keyway(['sync'], { env });
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('hunter2');
    expect(exitCode).toBe(2);
    expect(sandbox.requests().total).toBe(0);
  });
});

it.each(['check', 'reconcile'])('%s does not begin either where rules cannot be kept', async (command) => {
  const sandbox = await withSandbox();
  const none = environment(sandbox, { url: 'postgres://127.0.0.1:1/none' });
  const { exitCode } = await keyway([command], { env: { ...none, KEYWAY_SENSITIVITY__SENSITIVE: 'hash' } });
  expect(exitCode).toBe(2);
  expect(sandbox.requests().total).toBe(0);
});

it('rules come from YAML, the key from a file, and neither key nor values are shown', async () => {
  const [sandbox, database, folder] = [await withSandbox(), await withDatabase(), makeFolder()];
  onTestFinished(() => folder.remove());
  folder.write(
    'config/keyway.yaml',
    `properties:\n  contacts:\n    hash: [email]\n    exclude: [jobtitle, 'hs_*']\n  deals: { refuse: [amount] }\n`,
  );
  const env = {
    ...environment(sandbox, database),
    ...hurried,
    KEYWAY_HASH_KEY_FILE: folder.write('hash-key', `${key}\n`),
    // Nothing is named, so that to skip something is no error.
    KEYWAY_PIPELINES: '',
    LOG_LEVEL: 'trace',
  };
  const sync = (...more: readonly string[]): Promise<Result> =>
    keyway(['sync', ...more], { env, cwd: folder.path });
  const all = await sync();
  expect(all.exitCode).toBe(0);
  expect(all.stdout).toMatch(/deals +.*have the property amount/);
  expect((await sync('deals')).exitCode).toBe(4);
  const [row] = await database.query<{ same: boolean }>(
    `select bool_and(c.email ~ '^[0-9a-f]{64}$') as same from hubspot.contacts c where c.email is not null`,
  );
  expect(row?.same).toBe(true);
  const said = await database.query<object>(
    `select name, column_name, treatment, column_type from hubspot.properties
      where object_type = 'contacts' and name in ('email', 'jobtitle', 'lastmodifieddate') order by name`,
  );
  expect(said).toEqual([
    { name: 'email', column_name: 'email', treatment: 'hashed', column_type: 'text' },
    { name: 'jobtitle', column_name: null, treatment: 'excluded', column_type: null },
    { name: 'lastmodifieddate', column_name: 'lastmodifieddate', treatment: null, column_type: 'timestamp' },
  ]);
  const comment = await database.query<{ comment: string }>(
    `select col_description('hubspot.contacts'::regclass, attnum) as comment from pg_attribute
      where attrelid = 'hubspot.contacts'::regclass and attname = 'email'`,
  );
  expect(comment[0]?.comment).toContain('hashed with a key');
  expect(all.stdout + all.stderr).not.toContain(key);
  expect(all.stdout + all.stderr).not.toMatch(/@example\.\w+/);
});

it('check names the sensitive scopes only when they are asked for, and rules that mean nothing', async () => {
  const [sandbox, database] = [await withSandbox(), await withDatabase()];
  const env = { ...environment(sandbox, database), ...hurried };
  const plain = await keyway(['check'], { env, cwd: emptyFolder() });
  expect(plain.exitCode).toBe(0);
  expect(plain.stdout).not.toContain('sensitive');
  const rules =
    '{"contacts": {"exclude": ["emial"]}, "*": {"exclude": ["nowhere_at_all"]}, "custom_nothing": {"exclude": ["x"]}}';
  const asking = { ...env, KEYWAY_PROPERTIES: rules, KEYWAY_SENSITIVITY__SENSITIVE: 'include' };
  const asked = await keyway(['check'], { env: asking });
  expect(asked.exitCode).toBe(4);
  expect(asked.stdout).toContain('crm.objects.contacts.sensitive.read');
  expect(asked.stdout).not.toContain('highly_sensitive');
  expect(asked.stdout).toMatch(/emial.*did\s+you\s+mean\s+email\?/s);
  expect(asked.stdout).toContain('nowhere_at_all');
  expect(asked.stdout).toContain('properties.custom_nothing is about no object');
  sandbox.world.keys.grant([...allReadScopes, 'crm.objects.contacts.sensitive.read', 'tickets.sensitive']);
  expect((await keyway(['check'], { env: asking })).exitCode).toBe(0);
});
