import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { binary, emptyFolder, keyway } from './run-keyway.ts';

const commands = [
  'init',
  'sync',
  'worker',
  'health',
  'status',
  'runs',
  'reconcile',
  'check',
  'discover',
  'keys',
  'keys status',
  'keys verify',
  'keys compare',
  'notify',
  'reset',
  'config',
  'config show',
  'config validate',
  'config schema',
  'completion',
  'migrate',
  'sandbox',
  'demo',
];

describe('help', () => {
  it('lists every command, with examples, on standard output', async () => {
    const { exitCode, stdout, stderr } = await keyway(['--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const command of commands.filter((name) => !name.includes(' ')))
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout).toContain('Examples:');
  });

  it.each(commands)('of %s has examples and fits 100 columns', async (command) => {
    const { exitCode, stdout, stderr } = await keyway([...command.split(' '), '--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: keyway ${command} `);
    expect(stdout).toMatch(/Examples:\n {2}\S.*keyway|Examples:\n {2}keyway/);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
  });

  it('tells the version, and nothing else', async () => {
    expect(await keyway(['--version'])).toEqual({
      exitCode: 0,
      stdout: `${packageJson.version}\n`,
      stderr: '',
    });
  });

  it('works through a symbolic link, as an installed command is one', () => {
    const link = join(emptyFolder(), 'keyway');
    symlinkSync(binary, link);
    expect(spawnSync(process.execPath, [link, '--version'], { encoding: 'utf8' }).status).toBe(0);
  });
});

describe('a usage error', () => {
  it.each([
    [['snyc'], 'Did you mean sync?'],
    [['sync', '--full-refesh'], 'Did you mean --full-refresh?'],
    [['sync', '--config'], 'argument missing'],
    [['sandbox', '--port', 'x'], 'It must be a whole number.'],
    [['status', 'contacts'], 'too many arguments'],
    [['runs', '--limit', '0'], 'It must be a whole number from 1 to 9999.'],
    [[], 'Usage: keyway'],
  ])('%j ends with 2 and says: %s', async (args, advice) => {
    const { exitCode, stdout, stderr } = await keyway(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(advice);
  });
});

describe('a command that cannot start', () => {
  it('says where a key is made and where it goes', async () => {
    for (const command of ['sync', 'check']) {
      const { exitCode, stdout, stderr } = await keyway([command]);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toContain('Settings → Integrations → Service Keys');
      expect(stderr).toContain('HUBSPOT_SERVICE_KEY');
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it('names the pipeline that was meant', async () => {
    const { exitCode, stderr } = await keyway(['sync', 'contcts'], { env: { HUBSPOT_SERVICE_KEY: 'x' } });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/contcts.*Did you mean contacts\?/);
  });

  it('tells every mistake in the settings at once', async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'config'));
    writeFileSync(join(cwd, 'config/keyway.yaml'), 'pipelines: [contcts]\nshcema: x\n');
    const env = { KEYWAY_SHCEMA: 'x', HUBSPOT_SERVICE_KEY: 'a', HUBSPOT_SERVICE_KEY_FILE: '/b' };
    const { exitCode, stdout, stderr } = await keyway(['status'], { cwd, env });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('4 settings are not right');
    expect(stderr).toContain('KEYWAY_SHCEMA is not a setting; did you mean KEYWAY_SCHEMA?');
    expect(stderr).toContain('HUBSPOT_SERVICE_KEY and HUBSPOT_SERVICE_KEY_FILE are both set');
    expect(stderr).toContain('config/keyway.yaml:1:13: pipelines: "contcts" is not a pipeline');
    expect(stderr).toContain('config/keyway.yaml:2:1: shcema is not a setting; did you mean schema?');
  });

  it('says so in JSON too, on standard output, when that was asked for', async () => {
    const { exitCode, stdout } = await keyway(['sync', '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'key_missing' }, exitCode: 2 });
  });

  it('logs one JSON object a line with LOG_FORMAT=json', async () => {
    const { stderr } = await keyway(['sync'], { env: { LOG_FORMAT: 'json' } });
    const lines = stderr.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 'error', code: 'key_missing' }),
    ]);
  });

  it('shows the stack of what went wrong only with LOG_LEVEL=debug', async () => {
    const env = { LOG_FORMAT: 'json' };
    expect((await keyway(['sync'], { env })).stderr).not.toContain('    at ');
    expect((await keyway(['sync', '--log-level', 'debug'], { env })).stderr).toContain('\\n    at ');
  });
});

describe('colour', () => {
  const escape = '\u001b[';

  it('is there when it is forced, and neither with NO_COLOR nor with --no-color', async () => {
    expect((await keyway(['sync'], { env: { FORCE_COLOR: '1' } })).stderr).toContain(escape);
    expect((await keyway(['sync'])).stderr).not.toContain(escape);
    expect((await keyway(['sync'], { env: { NO_COLOR: '1' } })).stderr).not.toContain(escape);
    expect((await keyway(['sync', '--no-color'], { env: { FORCE_COLOR: '1' } })).stderr).not.toContain(
      escape,
    );
  });
});

describe('another Node', () => {
  const node = '/usr/bin/node';
  const version = existsSync(node) ? spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout : '';
  const other = version !== '' && !version.startsWith('v26.');
  if (!other) process.stderr.write(`SKIPPED: ${node} is absent or is the pinned Node: nothing to refuse\n`);

  it.skipIf(!other)('is refused in one sentence that says how to get the right one', async () => {
    const { exitCode, stdout, stderr } = await keyway(['sync'], { node });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: Keyway runs on Node 26, but this is Node \d+.*npm ci.*npx keyway.*\n$/);
  });
});
