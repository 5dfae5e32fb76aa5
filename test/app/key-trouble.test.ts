import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { everyReadScope, type Sandbox } from '../../src/sandbox/index.ts';
import { emptyFolder, finished, keyway, start } from '../cli/run-keyway.ts';
import { withDatabase, type TestDatabase } from '../support/postgres.ts';
import { asked, environment, hurried, withSandbox, wrong, type Environment } from './account.ts';

/** Both slots as files, the first one with the sandbox's key. */
function inFiles(sandbox: Sandbox, database: TestDatabase): { env: Environment; main: string; next: string } {
  const folder = emptyFolder();
  const [main, next] = [join(folder, 'main'), join(folder, 'next')];
  writeFileSync(main, sandbox.key);
  const { HUBSPOT_SERVICE_KEY: _, ...env } = environment(sandbox, database);
  const slots = { HUBSPOT_SERVICE_KEY_FILE: main, HUBSPOT_SERVICE_KEY_NEXT_FILE: next };
  return { main, next, env: { ...env, ...hurried, ...slots } };
}

/** Slow enough for what happens in its midst. */
const limits = { burst: 100, search: 5, associations: 100, daily: 1_000_000 };

const without = (...scopes: readonly string[]): readonly string[] =>
  everyReadScope.filter((scope) => !scopes.includes(scope));

describe('a slot that is emptied, as keys status says', () => {
  it.each([
    ['emptied', (file: string) => writeFileSync(file, '')],
    ['taken away', (file: string) => rmSync(file)],
  ])('is free, and no mistake: its file %s', async (_, empty) => {
    const [sandbox, database] = [await withSandbox({ contacts: 5 }), await withDatabase()];
    const { env, main, next } = inFiles(sandbox, database);
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    writeFileSync(next, sandbox.world.keys.rotate('now'));
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    empty(main);
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    expect((await keyway(['keys', 'status'], { env })).stdout).toMatch(/KEY_NEXT +[0-9a-f]{12} +in use/);
    // With none left, it says where it has looked.
    empty(next);
    for (const command of [['sync'], ['keys', 'verify']]) {
      const none = await keyway(command, { env });
      expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining(main)]);
    }
  });
});

describe('a key that may read less', () => {
  it(
    'does not take over in the midst of a first sync of all that there is',
    { timeout: 120_000 },
    async () => {
      const [sandbox, database] = [
        await withSandbox({ contacts: 5, limits: { ...limits, burst: 190 } }),
        await withDatabase(),
      ];
      const { env, next } = inFiles(sandbox, database);
      const ended = finished(start(['sync'], { env: { ...env, KEYWAY_PIPELINES: '' } }));
      await asked(sandbox, 20);
      const lesser = sandbox.world.keys.add(without('crm.objects.deals.read', 'crm.objects.notes.read'));
      writeFileSync(next, lesser);
      const { exitCode, stderr } = await ended;
      expect([exitCode, stderr]).toEqual([
        0,
        expect.stringMatching(/KEY_NEXT is not used: It lacks .*deals\.read/),
      ]);
      const skipped = await database.query(
        "select pipeline from keyway.pipeline_runs where outcome = 'skipped'",
      );
      expect(skipped).toEqual([]);
    },
  );

  it('takes over where the key before could read no more, as keys verify says', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 5 }), await withDatabase()];
    const lesser = without('crm.objects.deals.read');
    const { env, main, next } = inFiles(sandbox, database);
    const [first, second] = [sandbox.world.keys.add(lesser), sandbox.world.keys.add(lesser)];
    writeFileSync(main, first);
    expect((await keyway(['sync'], { env })).exitCode).toBe(4);
    writeFileSync(next, second);
    const verified = await keyway(['keys', 'verify'], { env });
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringMatching(/is fit to take over/)]);
    const before = sandbox.requests().withKey(first);
    const synced = await keyway(['sync'], { env });
    expect([synced.exitCode, synced.stderr]).toEqual([4, expect.not.stringMatching(/is not used/)]);
    expect(sandbox.requests().withKey(first)).toBe(before);
  });
});

it('of two keys a first sync uses the one that may read what it is asked for', async () => {
  const [sandbox, database] = [await withSandbox({ contacts: 5 }), await withDatabase()];
  const { env, next } = inFiles(sandbox, database);
  writeFileSync(next, sandbox.world.keys.add(without('crm.objects.deals.read')));
  const only = { ...env, KEYWAY_PIPELINES: 'contacts' };
  for (const command of [
    ['sync', 'deals', '--dry-run'],
    ['sync', 'deals'],
  ]) {
    const { exitCode, stderr } = await keyway(command, { env: only });
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/KEY_NEXT is not used: .*deals/)]);
  }
});

it('a look is taken with the key that a sync would use', async () => {
  const [sandbox, database] = [await withSandbox({ contacts: 5 }), await withDatabase()];
  const { env, next } = inFiles(sandbox, database);
  expect((await keyway(['sync'], { env })).exitCode).toBe(0);
  writeFileSync(next, sandbox.world.keys.add(without('crm.objects.deals.read')));
  for (const command of [['check'], ['sync', '--dry-run'], ['sync']]) {
    const { exitCode, stdout, stderr } = await keyway([...command, '--json'], { env });
    expect([command, exitCode, stderr]).toEqual([command, 0, expect.stringMatching(/KEY_NEXT is not used/)]);
    if (command[0] === 'check')
      expect(JSON.parse(stdout)).toMatchObject({ key: { slot: 'HUBSPOT_SERVICE_KEY' } });
  }
});

it('a replaced key that comes back beside the other one in the midst of a run is not asked', async () => {
  const [sandbox, database] = [await withSandbox({ contacts: 300, limits }), await withDatabase()];
  const { env, main, next } = inFiles(sandbox, database);
  const [first, second] = [sandbox.key, sandbox.world.keys.add(everyReadScope)];
  expect((await keyway(['sync', 'owners'], { env })).exitCode).toBe(0);
  writeFileSync(main, second);
  expect((await keyway(['sync', 'owners'], { env })).exitCode).toBe(0);
  const before = sandbox.requests().withKey(first);
  const calls = sandbox.requests().total;
  const ended = finished(start(['sync'], { env: { ...env, KEYWAY_RATE_LIMIT__SHARE: '0.5' } }));
  await asked(sandbox, calls + 10);
  writeFileSync(next, first);
  expect((await ended).exitCode).toBe(0);
  expect(sandbox.requests().withKey(first)).toBe(before);
  expect(await wrong(database, sandbox)).toEqual([]);
});

it('a replaced key that is put back alone is used again, and nobody is told to delete it', async () => {
  const [sandbox, database] = [await withSandbox({ contacts: 5 }), await withDatabase()];
  const { env, next } = inFiles(sandbox, database);
  expect((await keyway(['sync'], { env })).exitCode).toBe(0);
  writeFileSync(next, sandbox.world.keys.add(everyReadScope));
  expect((await keyway(['sync'], { env })).exitCode).toBe(0);
  const status = async (): Promise<string> =>
    (await keyway(['keys', 'status'], { env })).stdout.replaceAll(/\s+/g, ' ');
  expect(await status()).toMatch(
    /in HUBSPOT_SERVICE_KEY \([0-9a-f]{12}\) is not used any more.*delete it in HubSpot/,
  );
  rmSync(next);
  const stdout = await status();
  expect(stdout).toMatch(/in HUBSPOT_SERVICE_KEY \([0-9a-f]{12}\) was replaced.*Keep it/);
  expect(stdout).not.toMatch(/delete it in HubSpot/);
  expect((await keyway(['sync'], { env })).exitCode).toBe(0);
  expect(await status()).toMatch(/SERVICE_KEY [0-9a-f]{12} in use/);
});

describe('what became of a run is kept', () => {
  it('with the key that has taken over, even if the process is killed then', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 300, limits }), await withDatabase()];
    const { env, next } = inFiles(sandbox, database);
    const child = start(['sync'], { env: { ...env, KEYWAY_RATE_LIMIT__SHARE: '0.5' } });
    const ended = finished(child);
    await asked(sandbox, 20);
    const second = sandbox.world.keys.add(everyReadScope);
    writeFileSync(next, second);
    while (sandbox.requests().withKey(second) < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await ended;
    const { stdout } = await keyway(['keys', 'status', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({
      keys: [
        { slot: 'HUBSPOT_SERVICE_KEY_NEXT', state: 'in use' },
        { slot: 'HUBSPOT_SERVICE_KEY', state: 'replaced' },
      ],
    });
  });

  it('with its calls, even if no pipeline has begun when the key is refused', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 5 }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    sandbox.faults.add({ kind: 'unauthorized 401', match: '/object-library/' });
    expect((await keyway(['sync'], { env })).exitCode).toBe(3);
    expect(await database.query('select outcome, error from keyway.runs')).toEqual([
      { outcome: 'failed', error: expect.stringMatching(/does not know this key/) as string },
    ]);
    const calls = await database.query('select sum(calls)::int as calls from keyway.api_usage');
    expect(calls).toEqual([{ calls: sandbox.requests().total }]);
  });
});
