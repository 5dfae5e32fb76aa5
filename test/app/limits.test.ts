import { describe, expect, it, onTestFinished } from 'vitest';
import { openSandbox, type Sandbox, type SandboxChoice } from '../../src/sandbox/index.ts';
import { keyway } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { type Environment, environment } from './account.ts';

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
