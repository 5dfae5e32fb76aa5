import type { ChildProcess } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { everyReadScope, type Sandbox } from '../../src/sandbox/index.ts';
import { emptyFolder, finished, keyway, start } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { asked, environment, hurried, withSandbox, wrong } from './account.ts';

/** The two slots, as files that are mounted. */
function openSlots(first: string): { env: Record<string, string>; main: string; next: string } {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'keys'));
  const [main, next] = [join(folder, 'keys', 'main'), join(folder, 'keys', 'next')];
  put(main, first);
  return { main, next, env: { HUBSPOT_SERVICE_KEY_FILE: main, HUBSPOT_SERVICE_KEY_NEXT_FILE: next } };
}

/** At once, as a secret is swapped. */
function put(file: string, key: string): void {
  writeFileSync(`${file}.new`, `${key}\n`);
  renameSync(`${file}.new`, file);
}

function filesOnly({
  HUBSPOT_SERVICE_KEY: _,
  ...env
}: Readonly<Record<string, string>>): Record<string, string> {
  return env;
}

/** Resolves once the account was asked so often with this key; throws when the sync has ended before. */
async function askedWith(
  child: ChildProcess,
  [sandbox, key]: [Sandbox, string],
  times: number,
): Promise<void> {
  while (sandbox.requests().withKey(key) < times) {
    if (child.exitCode !== null) throw new Error('the sync has ended before it was asked so often');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function refusals(sandbox: Sandbox): number {
  const lines = Object.entries(sandbox.requests().counts).filter(([line]) => line.endsWith('401'));
  return lines.reduce((sum, [, times]) => sum + times, 0);
}

/** Slow enough for what happens in its midst: about five requests a second. */
const unhurried = { KEYWAY_RATE_LIMIT__SHARE: '0.5' };
const limits = { burst: 100, search: 5, associations: 100, daily: 1_000_000 };

describe('a key that is rotated while a sync is under way', () => {
  it(
    'in each of the three ways loses no page, doubles no row and restarts nothing',
    { timeout: 240_000 },
    async () => {
      const [sandbox, database] = [await withSandbox({ contacts: 1500, limits }), await withDatabase()];
      const first = sandbox.key;
      const slots = openSlots(first);
      const env = { ...filesOnly(environment(sandbox, database)), ...slots.env, ...unhurried };
      const { keys } = sandbox.world;
      const child = start(['sync'], { env });
      const ended = finished(child);

      // A second key is created, takes over, and the first one is deleted.
      await asked(sandbox, 20);
      const second = keys.add(everyReadScope);
      put(slots.next, second);
      await askedWith(child, [sandbox, second], 5);
      const ofFirst = sandbox.requests().withKey(first);
      await askedWith(child, [sandbox, second], 10);
      keys.revoke(first);

      // Rotated, to expire later: both work for seven days.
      const third = keys.rotate('grace', second);
      put(slots.next, third);
      await askedWith(child, [sandbox, third], 5);
      const ofSecond = sandbox.requests().withKey(second);
      await askedWith(child, [sandbox, third], 10);

      // Rotated, to expire now: the new value comes a moment after the old one is dead.
      const fourth = keys.rotate('now', third);
      while (refusals(sandbox) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const ofThird = sandbox.requests().withKey(third);
      put(slots.main, fourth);

      const { exitCode, stdout, stderr } = await ended;
      expect([exitCode, stdout, stderr]).toEqual([
        0,
        expect.stringMatching(/complete: HubSpot account/),
        expect.anything(),
      ]);
      expect(await wrong(database, sandbox)).toEqual([]);
      const withKey = (key: string): number => sandbox.requests().withKey(key);
      expect([first, second, third].map(withKey)).toEqual([ofFirst, ofSecond, ofThird]);
      expect(withKey(fourth)).toBeGreaterThan(5);
      const outcomes = await database.query('select distinct outcome from keyway.pipeline_runs');
      expect(outcomes).toEqual([{ outcome: 'complete' }]);
      expect(await database.query('select count(*)::int as runs from keyway.runs')).toEqual([{ runs: 1 }]);

      // What was asked is known by key, and the next process does not ask the old ones either.
      const calls = await database.query<{ calls: number }>(
        `select sum(calls)::int as calls from keyway.api_usage group by key_fingerprint order by min(first_called_at)`,
      );
      expect(calls.map(({ calls }) => calls)).toEqual([first, second, third, fourth].map(withKey));
      const again = await keyway(['sync'], { env: { ...env, ...hurried, KEYWAY_RATE_LIMIT__SHARE: '1' } });
      expect(again.exitCode).toBe(0);
      expect([first, second, third].map(withKey)).toEqual([ofFirst, ofSecond, ofThird]);
      const status = await keyway(['keys', 'status', '--json'], { env });
      const told = JSON.parse(status.stdout) as { keys: { slot?: string; state: string; calls: number }[] };
      expect(told.keys.map(({ slot, state }) => `${slot ?? '–'} ${state}`)).toEqual([
        'HUBSPOT_SERVICE_KEY in use',
        'HUBSPOT_SERVICE_KEY_NEXT replaced',
        '– replaced',
        '– replaced',
      ]);
    },
  );

  it('and never comes back ends the sync with 3 once it has waited, and what came is kept', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 200 }), await withDatabase()];
    const slots = openSlots(sandbox.key);
    const env = {
      ...filesOnly(environment(sandbox, database)),
      ...slots.env,
      KEYWAY_HUBSPOT__KEY_WAIT: '1s',
    };
    const child = start(['sync'], { env });
    const ended = finished(child);
    await asked(sandbox, 30);
    sandbox.world.keys.revoke();
    const { exitCode, stdout, stderr } = await ended;
    expect([exitCode, stdout]).toEqual([
      3,
      expect.stringMatching(/Failed\n[^]*HubSpot does not know this key/),
    ]);
    expect(stderr).toMatch(/takes none of the keys any more/);
    const calls = sandbox.requests().total;
    // Whatever was under way when it was refused, and nothing more.
    expect(refusals(sandbox)).toBeLessThanOrEqual(8);
    expect(calls).toBeLessThan(60);
    put(slots.main, sandbox.world.keys.add(everyReadScope));
    expect((await keyway(['sync'], { env: { ...env, ...hurried } })).exitCode).toBe(0);
    expect(await wrong(database, sandbox)).toEqual([]);
  });
});

describe('of two keys', () => {
  it('the one that lacks a scope is not used, and is told of', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    const lesser = sandbox.world.keys.add(
      everyReadScope.filter((scope) => scope !== 'crm.objects.deals.read'),
    );
    const both = { ...env, HUBSPOT_SERVICE_KEY_NEXT: lesser };
    const verified = await keyway(['keys', 'verify'], { env: both });
    expect([verified.exitCode, verified.stdout]).toEqual([
      4,
      expect.stringMatching(/not fit to take over[^]*deals: the scope crm\.objects\.deals\.read is missing/),
    ]);
    const synced = await keyway(['sync'], { env: both });
    expect([synced.exitCode, synced.stderr]).toEqual([
      0,
      expect.stringMatching(
        /HUBSPOT_SERVICE_KEY_NEXT is not used: It lacks the scope crm\.objects\.deals\.read/,
      ),
    ]);
    sandbox.world.keys.revoke();
    const lost = await keyway(['sync'], { env: both });
    expect([lost.exitCode, lost.stderr]).toEqual([
      3,
      expect.stringMatching(/No Service Key is left.*HUBSPOT_SERVICE_KEY.*deals/s),
    ]);
    expect(lost.stdout + lost.stderr + synced.stderr + verified.stdout).not.toContain(lesser);
  });

  it('the one of another account is not used, and writes nothing', async () => {
    const [mine, database] = [await withSandbox(), await withDatabase()];
    const theirs = await withSandbox({
      portalId: 7654321,
      key: 'pat-na1-0badc0de-0bad-4bad-8bad-0badc0de0bad',
    });
    const env = { ...environment(mine, database), ...hurried };
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    // Both accounts behind one address, as at HubSpot: here the other one answers.
    const both = { ...env, HUBSPOT_BASE_URL: theirs.url, HUBSPOT_SERVICE_KEY_NEXT: theirs.key };
    const verified = await keyway(['keys', 'verify'], { env: both });
    expect([verified.exitCode, verified.stdout]).toEqual([
      3,
      expect.stringMatching(/belongs to HubSpot account 7654321, but the warehouse holds account 1234567/s),
    ]);
    expect((await keyway(['sync'], { env: both })).exitCode).toBe(3);
    expect(await database.query('select distinct portal_id from keyway.service_keys')).toEqual([
      { portal_id: '1234567' },
    ]);
    expect(await wrong(database, mine)).toEqual([]);
  });

  it('verifies none that was used, and says where to put a new one', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    const before = await keyway(['keys', 'verify'], { env });
    expect([before.exitCode, before.stdout]).toEqual([0, expect.stringMatching(/is fit to take over/)]);
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    sandbox.clearLogs();
    const after = await keyway(['keys', 'verify'], { env });
    expect([after.exitCode, after.stderr]).toEqual([
      2,
      expect.stringMatching(/No new key waits.*HUBSPOT_SERVICE_KEY_NEXT/),
    ]);
    expect((await keyway(['keys', 'status'], { env })).stdout).toMatch(
      /HUBSPOT_SERVICE_KEY +[0-9a-f]{12} +in use/,
    );
    expect(sandbox.requests().total).toBe(0);
  });
});
