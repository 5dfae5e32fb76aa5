import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, keyway } from './run-keyway.ts';

const secrets = {
  HUBSPOT_SERVICE_KEY: 'pat-na1-0badc0de-0bad-4bad-8bad-0badc0de0bad',
  KEYWAY_WAREHOUSE: 'postgres://keyway:p%40ssw0rd-of-ours@db.example.com:5432/crm?sslmode=require',
  KEYWAY_HASH_KEY: '0123456789abcdef0123456789abcdef-hash',
};

function folderWith(yaml: string): string {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'settings.yaml'), yaml);
  return cwd;
}

describe('keyway config', () => {
  it('shows each setting with its value and its source, and no secret', async () => {
    const cwd = folderWith('pipelines: [contacts]\nsync:\n  lag: 90s\n');
    const env = { ...secrets, KEYWAY_CONFIG: 'settings.yaml', KEYWAY_SCHEMA: 'crm' };
    const { exitCode, stdout, stderr } = await keyway(['config', 'show'], { env, cwd });
    expect([exitCode, stderr]).toEqual([0, '']);
    const line = (name: string): string[] =>
      (stdout.split('\n').find((each) => each.trim().startsWith(`${name} `)) ?? '').trim().split(/ {2,}/);
    expect(line('pipelines')).toEqual([
      'pipelines',
      '["contacts"]',
      expect.stringMatching(/settings\.yaml:1$/),
    ]);
    expect(line('sync.lag')).toEqual(['sync.lag', '90s', expect.stringMatching(/settings\.yaml:3$/)]);
    expect(line('schema')).toEqual(['schema', 'crm', 'KEYWAY_SCHEMA']);
    expect(line('sync.overlap')).toEqual(['sync.overlap', '15m', 'default']);
    expect(line('hubspot.serviceKey')).toEqual(['hubspot.serviceKey', '[secret]', 'HUBSPOT_SERVICE_KEY']);
    expect(line('warehouse')[1]).toBe('postgres://keyway:[secret]@db.example.com:5432/crm?sslmode=require');
    for (const secret of [...Object.values(secrets), 'p%40ssw0rd', 'p@ssw0rd'])
      expect(stdout).not.toContain(secret);
    const json = await keyway(['config', 'show', '--json'], { env, cwd });
    const shown = JSON.parse(json.stdout) as {
      name: string;
      value?: unknown;
      source: string;
      variable: string;
    }[];
    expect(shown.find(({ name }) => name === 'sync.lag')).toEqual({
      name: 'sync.lag',
      variable: 'KEYWAY_SYNC__LAG',
      value: '90s',
      source: expect.stringMatching(/settings\.yaml:3$/) as string,
    });
    for (const secret of Object.values(secrets)) expect(json.stdout).not.toContain(secret);
  });

  it('shows a URL that cannot be told from its password as a secret', async () => {
    const env = { KEYWAY_WAREHOUSE: 'postgres://keyway@db.example.com/crm?password=of-ours-alone' };
    const { stdout } = await keyway(['config', 'show'], { env });
    expect(stdout).not.toContain('of-ours-alone');
  });

  it('says that settings are right, or lists all that is wrong, before anything is asked', async () => {
    const right = await keyway(['config', 'validate'], { env: { KEYWAY_SCHEMA: 'crm' } });
    expect([right.exitCode, right.stdout]).toEqual([0, expect.stringMatching(/are right: 1 value given/)]);
    const cwd = folderWith('pipelines: [contcts]\nschmea: x\n');
    const wrong = await keyway(['config', 'validate', '--config', 'settings.yaml'], { cwd });
    expect([wrong.exitCode, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toMatch(
      /2 settings are not right:[^]*did you mean schema\?[^]*did you mean contacts\?/,
    );
  });

  it.each([
    [{ KEYWAY_SENSITIVITY__SENSITIVE: 'hash' }, /sensitivity\.sensitive needs a key to hash with/],
    [
      { KEYWAY_PROPERTIES: '{"contacts": {"exclude": ["hs_object_id"]}}' },
      /cannot do without hs_object_id of contacts/,
    ],
    [{ HUBSPOT_BASE_URL: 'http://example.com' }, /HUBSPOT_BASE_URL must be an https URL: the Service Key/],
  ])('finds wrong what a sync would refuse: %j', async (env, says) => {
    const { exitCode, stdout, stderr } = await keyway(['config', 'validate'], { env });
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringMatching(says)]);
  });

  it('prints the schema that is kept beside the example', async () => {
    const { stdout } = await keyway(['config', 'schema']);
    const kept = readFileSync(resolve(import.meta.dirname, '../../config/keyway.schema.json'), 'utf8');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(kept));
  });
});
