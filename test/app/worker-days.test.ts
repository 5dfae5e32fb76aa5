import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkerEvent } from '../../src/app/worker-event.ts';
import { everyReadScope, type Sandbox } from '../../src/sandbox/index.ts';
import { emptyFolder } from '../cli/run-keyway.ts';
import { withDatabase, type TestDatabase } from '../support/postgres.ts';
import { type Environment, environment, hurried, withSandbox, wrong } from './account.ts';
import { startInProcess } from './worker-in-process.ts';
import { everyMinute } from './worker-process.ts';

const hour = 3_600_000;

/** The two slots, as files that are mounted. */
function openSlots(env: Environment, first: string): { env: Environment; main: string; next: string } {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'keys'));
  const [main, next] = [join(folder, 'keys', 'main'), join(folder, 'keys', 'next')];
  put(main, first);
  const { HUBSPOT_SERVICE_KEY: _, ...rest } = env;
  const files = { HUBSPOT_SERVICE_KEY_FILE: main, HUBSPOT_SERVICE_KEY_NEXT_FILE: next };
  return { main, next, env: { ...rest, ...files } };
}

/** At once, as a secret is swapped. */
function put(file: string, key: string): void {
  writeFileSync(`${file}.new`, `${key}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** In the order in which they first came; a clock this fast leaves hardly a moment in which nothing is due. */
function distinctKinds(events: readonly WorkerEvent[]): readonly string[] {
  return [...new Set(events.map(({ kind }) => kind))].filter((kind) => kind !== 'idle');
}

function refusals(sandbox: Sandbox): number {
  const lines = Object.entries(sandbox.requests().counts).filter(([line]) => line.endsWith('401'));
  return lines.reduce((sum, [, times]) => sum + times, 0);
}

async function opened(choice: Parameters<typeof withSandbox>[0] = {}): Promise<{
  sandbox: Sandbox;
  database: TestDatabase;
  env: Environment;
}> {
  const [sandbox, database] = [await withSandbox(choice), await withDatabase()];
  const few = { KEYWAY_PIPELINES: 'account,owners,contacts,deals' };
  return {
    sandbox,
    database,
    env: { ...environment(sandbox, database), ...hurried, ...everyMinute, ...few },
  };
}

describe('a worker whose key is refused', { timeout: 240_000 }, () => {
  it('asks once an hour at most, says so once, and goes on by itself when another one comes into the file', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const given = { ...environment(sandbox, database), ...hurried, ...everyMinute };
    const { env, main } = openSlots({ ...given, KEYWAY_HUBSPOT__KEY_WAIT: '1m' }, sandbox.key);
    const worker = await startInProcess(env, 1000);
    await worker.says(/^run complete/);
    sandbox.world.keys.revoke();
    const [line] = await worker.says(/nothing can be read for now/);
    expect(line).toMatchObject({ level: 'error', facts: { code: 'key_refused' } });
    sandbox.clearLogs();
    const since = worker.clock.now();
    while (worker.clock.now() < since + 8 * hour) await new Promise((resolve) => setTimeout(resolve, 50));
    const hours = (worker.clock.now() - since) / hour;
    expect(refusals(sandbox)).toBeGreaterThan(hours - 3);
    expect(refusals(sandbox)).toBeLessThanOrEqual(hours);
    expect(sandbox.requests().total).toBe(refusals(sandbox));
    const errors = worker.lines.filter(
      ({ level, message }) => level === 'error' && /read for now/.test(message),
    );
    expect(errors).toHaveLength(1);
    const runs = (await worker.says(/^run complete/)).length;
    const fresh = sandbox.world.keys.add(everyReadScope);
    put(main, fresh);
    const came = worker.clock.now();
    while (sandbox.requests().withKey(fresh) === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(worker.clock.now() - came).toBeLessThan(hour / 2);
    await worker.says(/^run complete/, runs + 1);
    await worker.stop();
    expect(distinctKinds(worker.events)).toEqual([
      'at work',
      'begun',
      'progress',
      'ended',
      'failed',
      'paused',
      'left',
    ]);
    expect(await wrong(database, sandbox)).toEqual([]);
    expect(await database.query(`select from keyway.runs where outcome = 'running'`)).toEqual([]);
  });
});

describe('between the runs of a worker', { timeout: 240_000 }, () => {
  it('keys are rotated in either slot: the new one is used from the next run on, and those before see no call', async () => {
    const { sandbox, database, env: given } = await opened();
    const { env, main, next } = openSlots(given, sandbox.key);
    const worker = await startInProcess(env, 30);
    const withKey = (key: string): number => sandbox.requests().withKey(key);
    const keys = [sandbox.key];
    for (const file of [next, main, next]) {
      const runs = (await worker.says(/^run complete/)).length;
      await worker.says(/^nothing is due/, runs);
      const before = keys.map(withKey);
      const fresh = sandbox.world.keys.add(everyReadScope);
      put(file, fresh);
      // The first run finds it, and the second one has to stay with it.
      await worker.says(/^run complete/, runs + 2);
      expect(keys.map(withKey)).toEqual(before);
      expect(withKey(fresh)).toBeGreaterThan(0);
      keys.push(fresh);
    }
    await worker.stop();
    const runs = await database.query<{ outcome: string }>('select distinct outcome from keyway.runs');
    expect(runs).toEqual([{ outcome: 'complete' }]);
    // Each call is told of once, by the run that made it.
    const calls = await database.query<{ calls: number }>(
      `select sum(calls)::int as calls from keyway.api_usage group by key_fingerprint order by min(first_called_at)`,
    );
    expect(calls.map((each) => each.calls)).toEqual(keys.map(withKey));
  });

  it('a scope that is granted or taken away is noticed', async () => {
    const { sandbox, env: given } = await opened();
    const { KEYWAY_PIPELINES: _, ...env } = given;
    const without = everyReadScope.filter((scope) => scope !== 'crm.objects.deals.read');
    sandbox.world.keys.grant(without);
    const worker = await startInProcess({ ...env, KEYWAY_PIPELINES: 'contacts,deals' }, 60);
    const ofDeals = (): unknown =>
      worker.lines.findLast(({ facts }) => facts['pipeline'] === 'deals' && 'outcome' in facts)?.facts[
        'outcome'
      ];
    await worker.says(/^run incomplete/);
    expect(ofDeals()).toBe('skipped');
    sandbox.world.keys.grant(everyReadScope);
    await worker.says(/^run complete/);
    expect(ofDeals()).toBe('complete');
    sandbox.world.keys.grant(without);
    await worker.says(/^run incomplete/, 2);
    expect(ofDeals()).toBe('skipped');
  });
});

describe("a worker that has used up the day's calls", { timeout: 240_000 }, () => {
  it('asks nothing until they are back, at midnight in the time zone of the account, and then goes on', async () => {
    const limits = { burst: 1e6, search: 1e6, associations: 1e6, daily: 60 };
    const timeZone = 'Pacific/Kiritimati';
    const { sandbox, database, env } = await opened({ contacts: 2000, limits, timeZone });
    const worker = await startInProcess({ ...env, KEYWAY_SYNC__SWEEP_EVERY: '30d' }, 500);
    const [line] = await worker.says(/nothing can be read for now/);
    expect(line).toMatchObject({ level: 'error', facts: { code: 'daily_limit' } });
    const now = worker.clock.now();
    const until = Date.parse(String(line?.facts['until']));
    // Midnight there is two hours from when the account's clock stands.
    expect(Math.abs(until - now - 2 * hour)).toBeLessThan(hour / 4);
    sandbox.clearLogs();
    while (worker.clock.now() < until - hour / 4) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sandbox.requests().total).toBe(0);
    sandbox.clock.advance(2.5 * hour);
    await worker.says(/^run complete/);
    await worker.stop();
    const complete = `select count(*)::int as rows from hubspot.contacts having count(*) > 1900`;
    expect(await database.query(complete)).toHaveLength(1);
    expect(sandbox.violations().filter(({ rule }) => rule === 'daily limit')).toEqual([]);
  });
});
