import { describe, expect, it, onTestFinished } from 'vitest';
import { openSandbox, type Sandbox, type SandboxChoice } from '../../src/sandbox/index.ts';
import { keyway } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { type Environment, environment, hurried, wrong } from './account.ts';

/** An account with the limits that HubSpot has, on the real clock. */
async function withRealLimits(choice: SandboxChoice): Promise<Sandbox> {
  const sandbox = openSandbox({ extraProperties: 0, startAt: Date.now() - 3_600_000, ...choice });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

/** A full load, many changes at once, and a run that fetches them; what was broken. */
async function syncTwice(sandbox: Sandbox, more: Environment = {}): Promise<readonly string[]> {
  const env = { ...environment(sandbox, await withDatabase()), ...more };
  expect((await keyway(['sync'], { env })).exitCode).toBe(0);
  const living = [...sandbox.world.truth.records('contacts')].filter(({ state }) => state === 'active');
  const contacts = living.slice(0, 3000).map(({ id }) => id);
  sandbox.clock.advance(1_200_000);
  sandbox.world.bulkUpdate('contacts', contacts, { firstname: 'Renamed' });
  sandbox.world.churn({ steps: 100 });
  sandbox.clock.advance(120_000);
  expect((await keyway(['sync'], { env })).exitCode).toBe(0);
  return sandbox.violations().map(({ rule, path }) => `${rule}: ${path}`);
}

describe('with its default settings, Keyway breaks no rule of HubSpot', () => {
  it('with the limits of a paid account', { timeout: 300_000 }, async () => {
    const sandbox = await withRealLimits({ contacts: 9000 });
    expect(await syncTwice(sandbox)).toEqual([]);
    expect(sandbox.requests().total).toBeGreaterThan(200);
  });

  it('with those of a free one', { timeout: 300_000 }, async () => {
    const limits = { burst: 100, daily: 250_000 };
    const sandbox = await withRealLimits({ contacts: 6000, limits });
    expect(await syncTwice(sandbox)).toEqual([]);
    expect(sandbox.requests().total).toBeGreaterThan(150);
  });

  it(
    'and a Keyway that is told to hurry does: the account would have noticed',
    { timeout: 300_000 },
    async () => {
      const sandbox = await withRealLimits({ contacts: 4000 });
      const broken = await syncTwice(sandbox, { KEYWAY_RATE_LIMIT__SEARCH_PER_SECOND: '200' });
      expect(broken.join('\n')).toContain('search limit');
    },
  );
});

describe('another app that searches at the same time', () => {
  it('slows a sync down, and no more: both get their answers', async () => {
    const sandbox = await withRealLimits({ contacts: 100 });
    const database = await withDatabase();
    const env = { ...environment(sandbox, database), KEYWAY_SYNC__SWEEP_EVERY: '0' };
    expect((await keyway(['sync', 'contacts', 'properties'], { env: { ...env, ...hurried } })).exitCode).toBe(
      0,
    );
    sandbox.world.churn({ steps: 60, objects: ['contacts'] });
    sandbox.clock.advance(600_000);
    const answers: number[] = [];
    const neighbour = setInterval(() => void search(sandbox).then((status) => answers.push(status)), 250);
    onTestFinished(() => clearInterval(neighbour));
    expect((await keyway(['sync', 'contacts'], { env })).exitCode).toBe(0);
    clearInterval(neighbour);
    const calls = await database.query<{ status: number; calls: number }>(
      `select status, sum(calls)::int as calls from keyway.api_usage
        where endpoint like '%/search' and run_id = (select id from keyway.runs order by started_at desc limit 1)
        group by status`,
    );
    const ours = new Map(calls.map((row) => [row.status, row.calls]));
    const theirs = answers.filter((status) => status === 429).length;
    expect(theirs + (ours.get(429) ?? 0)).toBeGreaterThan(0);
    expect(theirs).toBeLessThan(answers.length);
    expect(ours.get(429) ?? 0).toBeLessThanOrEqual(2 * (ours.get(200) ?? 0));
    expect((await wrong(database, sandbox)).filter((text) => text.startsWith('contacts '))).toEqual([]);
  });
});

/** A search of another program of the account's; the status of its answer. */
async function search({ url, key }: Sandbox): Promise<number> {
  const answer = await fetch(`${url}/crm/objects/2026-09/contacts/search`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{"limit":1}',
  });
  await answer.text();
  return answer.status;
}
