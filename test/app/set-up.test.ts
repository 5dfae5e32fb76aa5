import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEnv } from 'node:util';
import { readSettings } from '../../config/index.ts';
import { inGroups } from '../../src/app/pipeline-groups.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import { settingsOf } from '../../src/app/set-up.ts';
import { setUpEnv } from '../../src/app/set-up-env.ts';
import { writeSetUp } from '../../src/app/set-up-files.ts';
import { emptyFolder, keyway } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { contents, withSandbox } from './account.ts';

const key = 'pat-na1-11111111-2222-3333-4444-555555555555';
const account = { portalId: '1234567' };
const file = 'config/keyway.yaml';
const withPassword = 'postgres://me:p%23ss&word@db.example.com:5432/crm?sslmode=require';
const read = (name: string): string => `crm.objects.${name}.read`;

describe('the files of a set-up', () => {
  it('hold what was chosen, and are read as that', () => {
    const cwd = emptyFolder();
    const pipelines = ['account', 'contacts', 'deals', 'custom_machines', 'associations'];
    writeSetUp(
      { key: ` Bearer ${key}\n`, pipelines, warehouse: { kind: 'url', url: withPassword } },
      { cwd, file, account },
    );
    const settings = readSettings({ env: {}, cwd, known: knownNames });
    expect(settings.pipelines?.toSorted()).toEqual(pipelines.toSorted());
    expect(settings.hubspot.key?.reveal()).toBe(key);
    expect(settings.warehouse?.reveal()).toBe(withPassword);
    expect(readFileSync(join(cwd, file), 'utf8')).not.toMatch(/pat-|p%23ss/);
    expect(statSync(join(cwd, '.env')).mode & 0o777).toBe(0o600);
    expect(readdirSync(cwd).toSorted()).toEqual(['.env', 'config']);
  });

  it('have a URL without a password where people see it', () => {
    const cwd = emptyFolder();
    const url = 'bigquery://project/dataset?location=EU';
    writeSetUp({ warehouse: { kind: 'url', url } }, { cwd, file, account });
    expect(readFileSync(join(cwd, '.env'), 'utf8')).not.toContain(url);
    const settings = readSettings({ env: {}, cwd, known: knownNames });
    expect([settings.warehouse?.reveal(), settings.pipelines]).toEqual([url, undefined]);
  });

  it('name the file that holds the URL', () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'warehouse'), withPassword);
    writeSetUp({ warehouse: { kind: 'file', file: join(cwd, 'warehouse') } }, { cwd, file, account });
    expect(readSettings({ env: {}, cwd, known: knownNames }).warehouse?.reveal()).toBe(withPassword);
  });

  it('keep an older settings file, and make a lax .env strict', () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'config'));
    writeFileSync(join(cwd, file), '# older\n');
    writeFileSync(join(cwd, '.env'), 'OTHER=1\n', { mode: 0o644 });
    const written = writeSetUp({ key }, { cwd, file, account });
    const older = written.find(({ what }) => what === 'the settings of before')!;
    expect(readFileSync(join(cwd, older.file), 'utf8')).toBe('# older\n');
    expect(readFileSync(join(cwd, '.env'), 'utf8')).toBe(`OTHER=1\nHUBSPOT_SERVICE_KEY=${key}\n`);
    expect(statSync(join(cwd, '.env')).mode & 0o777).toBe(0o600);
  });

  it.skipIf(spawnSync('git', ['--version']).status !== 0)('are left alone by git', () => {
    const cwd = emptyFolder();
    spawnSync('git', ['init', '-q'], { cwd });
    writeFileSync(join(cwd, '.gitignore'), 'node_modules');
    const embedded = { key, warehouse: { kind: 'embedded' } } as const;
    writeSetUp(embedded, { cwd, file, account });
    const ignored = 'node_modules\n.env\n.keyway/\n';
    expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toBe(ignored);
    expect(
      spawnSync('git', ['status', '--porcelain', '-uall'], { cwd, encoding: 'utf8' }).stdout,
    ).not.toContain('.env');
    // Once is enough.
    writeSetUp(embedded, { cwd, file, account });
    expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toBe(ignored);
  });
});

it('a pasted key is tried alone, whatever else is set', () => {
  const env = { HUBSPOT_SERVICE_KEY_FILE: '/nowhere', HUBSPOT_SERVICE_KEY_NEXT: `${key.slice(0, -1)}6` };
  const { hubspot } = settingsOf({ key }, env);
  expect([hubspot.key?.reveal(), hubspot.nextKey]).toEqual([key, undefined]);
});

describe('.env', () => {
  const before =
    '# mine\nA=1\nexport HUBSPOT_SERVICE_KEY="old"\nHUBSPOT_SERVICE_KEY_NEXT=next\nKEYWAY_WAREHOUSE=postgres://a\n\nB=2\n\n';

  it('keeps the lines of others, and has each of ours once', () => {
    expect(setUpEnv({ key }, before)).toBe(
      `# mine\nA=1\nHUBSPOT_SERVICE_KEY_NEXT=next\nKEYWAY_WAREHOUSE=postgres://a\n\nB=2\nHUBSPOT_SERVICE_KEY=${key}\n`,
    );
    expect(setUpEnv({ key }, 'HUBSPOT_SERVICE_KEY_FILE=/run/key')).toBe(`HUBSPOT_SERVICE_KEY=${key}\n`);
    expect(setUpEnv({ warehouse: { kind: 'embedded' } }, before)).not.toContain('KEYWAY_WAREHOUSE');
  });

  it('is not touched where nothing of it changes', () => {
    expect(setUpEnv({}, before)).toBeUndefined();
    expect(setUpEnv({ pipelines: ['contacts'] }, '')).toBeUndefined();
  });

  it('carries any URL through Node and through a shell', () => {
    const url = "postgres://me:a&b$c'd@db.example.com/crm";
    const text = setUpEnv({ warehouse: { kind: 'url', url } }, '') ?? '';
    const meant = url.replace("'", '%27');
    expect(parseEnv(text)['KEYWAY_WAREHOUSE']).toBe(meant);
    const shell = spawnSync('sh', ['-c', `${text}\nprintf %s "$KEYWAY_WAREHOUSE"`], { encoding: 'utf8' });
    expect(shell.stdout).toBe(meant);
  });

  it('is a template where no secret is known', () => {
    expect(setUpEnv({}, undefined)).toContain('# HUBSPOT_SERVICE_KEY=');
  });
});

it('every pipeline is in one group of those that people choose from', () => {
  const names = [...knownNames.pipelines, 'custom_machines', 'widgets'];
  const groups = inGroups(names);
  expect([...groups.values()].flat().toSorted()).toEqual(names.toSorted());
  expect(groups.get('Custom objects')).toEqual(['custom_machines']);
  expect(groups.get('Other objects')).toEqual(['widgets']);
});

describe('keyway init --yes', () => {
  it('asks nothing, writes what the flags say, and the next sync needs no more', async () => {
    const [sandbox, database, cwd] = [
      await withSandbox({ contacts: 5 }),
      await withDatabase(),
      emptyFolder(),
    ];
    writeFileSync(join(cwd, 'warehouse'), database.url);
    const env = { HUBSPOT_BASE_URL: sandbox.url, HUBSPOT_SERVICE_KEY: sandbox.key };
    const args = ['init', '--yes', '--pipelines', 'account,contacts', '--warehouse-file', 'warehouse'];
    const { exitCode, stdout, stderr } = await keyway(args, { env, cwd });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('1 scope to tick, and no other');
    expect(stdout).toContain('config/keyway.yaml: the settings');
    for (const name of ['.env', 'config/keyway.yaml'])
      expect(readFileSync(join(cwd, name), 'utf8')).not.toContain(sandbox.key);
    expect(await contents(database)).toEqual({});
    expect((await keyway(['sync'], { env, cwd })).exitCode).toBe(0);
    expect(await database.query('select from hubspot.contacts')).toHaveLength(5);
  });

  it('ends as check does with scopes missing, having written what was asked for', async () => {
    const [sandbox, cwd] = [await withSandbox({ scopes: [read('contacts')] }), emptyFolder()];
    const env = { HUBSPOT_BASE_URL: sandbox.url, HUBSPOT_SERVICE_KEY: sandbox.key };
    const { exitCode, stdout } = await keyway(['init', '--yes', '--pipelines', 'contacts deals'], {
      env,
      cwd,
    });
    expect(exitCode).toBe(4);
    expect(stdout).toContain(`missing: ${read('deals')}`);
    expect(readSettings({ env: {}, cwd, known: knownNames }).pipelines).toEqual(['contacts', 'deals']);
  });

  const given = { HUBSPOT_SERVICE_KEY: key };

  it.each([
    ['a key that HubSpot refuses', ['--yes'], given, [3, /does not know this key/]],
    ['no key', ['--yes'], {}, [2, /HUBSPOT_SERVICE_KEY/]],
    ['a pipeline that there is not', ['--yes', '--pipelines', 'delas'], given, [2, /Did you mean deals/]],
    ['no terminal', [], given, [2, /no terminal: say --yes/]],
    ['a flag for the key', ['--yes', '--key', 'x'], {}, [2, /unknown option/]],
  ] as const)('with %s writes nothing', async (_what, flags, more, [code, says]) => {
    const [sandbox, cwd] = [await withSandbox(), emptyFolder()];
    const result = await keyway(['init', ...flags], { env: { HUBSPOT_BASE_URL: sandbox.url, ...more }, cwd });
    expect(result.exitCode).toBe(code);
    expect((result.stdout + result.stderr).replaceAll(/\s+/g, ' ')).toMatch(says);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('with a warehouse that cannot be used writes nothing', async () => {
    const [sandbox, cwd] = [await withSandbox({ contacts: 1 }), emptyFolder()];
    const env = {
      HUBSPOT_BASE_URL: sandbox.url,
      HUBSPOT_SERVICE_KEY: sandbox.key,
      KEYWAY_WAREHOUSE: 'postgres://127.0.0.1:1/none',
    };
    const { exitCode, stderr } = await keyway(['init', '--yes', '--pipelines', 'account'], { env, cwd });
    expect([exitCode, stderr.trim()]).toEqual([1, 'Nothing was written.']);
    expect(existsSync(join(cwd, 'config'))).toBe(false);
  });

  it('replaces settings only with --force', async () => {
    const [sandbox, cwd] = [await withSandbox({ contacts: 1 }), emptyFolder()];
    mkdirSync(join(cwd, 'config'));
    writeFileSync(join(cwd, file), 'pipelines: [nonsense]\n');
    const env = { HUBSPOT_BASE_URL: sandbox.url, HUBSPOT_SERVICE_KEY: sandbox.key };
    const args = ['init', '--yes', '--pipelines', 'account'];
    const refused = await keyway(args, { env, cwd });
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('--force replaces it')]);
    expect(readFileSync(join(cwd, file), 'utf8')).toBe('pipelines: [nonsense]\n');
    expect((await keyway([...args, '--force'], { env, cwd })).exitCode).toBe(0);
    expect(readSettings({ env: {}, cwd, known: knownNames }).pipelines).toEqual(['account']);
  });
});
